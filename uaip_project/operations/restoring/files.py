"""The folder of sealed deeds goes with its database: both are swapped, or a note says what is left.

The database is swapped first. Whoever is killed between the two leaves the note, and the next
``restore`` ends what was begun.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from uaip_project.operations.runs import CouldNotRun

_NOTE = "restore-under-way.json"
_LOCK = ".restore.lock"
#: How the folder begins in which a dump lies while it is loaded.
UNPACKING = ".restore-"


def audit_folder() -> Path:
    """Where sealed deeds and anchors lie."""
    return Path(settings.AUDIT_DIR)


def beside(mark: str, stamp: str) -> Path:
    """A folder next to it, so that a rename is enough."""
    folder = audit_folder()
    return folder.with_name(f"{folder.name}_{mark}_{stamp}")


def require_movable() -> None:
    """Raises CouldNotRun where the folder of deeds cannot be renamed."""
    folder = audit_folder()
    if os.path.ismount(folder):
        raise CouldNotRun(
            f"UAIP_AUDIT_DIR={folder} is a mount of its own and cannot be renamed: mount the folder "
            "above it, or name a folder inside it."
        )


@contextmanager
def alone() -> Iterator[None]:
    """One restore at a time. Raises CouldNotRun."""
    data = Path(settings.DATA_DIR)
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CouldNotRun("Another restore is under way: wait for it to end.") from None


def note(stamp: str, name: str) -> None:
    """Says, before the swap, what has to happen after it.

    While there is a database of that ``name``, it has not happened: the swap takes the name away.
    """
    path = _note_path()
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump({"stamp": stamp, "name": name}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync(path.parent)


def noted() -> dict[str, str] | None:
    """What a killed restore left to do."""
    try:
        found: dict[str, str] = json.loads(_note_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def forget() -> None:
    """Everything is done."""
    _note_path().unlink(missing_ok=True)


def swap(stamp: str) -> None:
    """Puts the folder made by ``beside("restoring")`` in its place; doing it twice does no harm."""
    new, old, live = beside("restoring", stamp), beside("before", stamp), audit_folder()
    if not new.exists():
        return
    if live.exists() and not old.exists():
        live.rename(old)
    new.rename(live)
    _sync(live.parent)


def drop_begun() -> None:
    """Folders of restores that did not come to their end; an unsealed dump may lie in one."""
    folder = audit_folder()
    for pattern in (f"{folder.name}_restoring_*", f"{UNPACKING}*"):
        for one in folder.parent.glob(pattern):
            shutil.rmtree(one, ignore_errors=True)


def drop_before(stamp: str) -> None:
    """The folder kept with a database from before a restore."""
    shutil.rmtree(beside("before", stamp), ignore_errors=True)


def _note_path() -> Path:
    return Path(settings.DATA_DIR) / _NOTE


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
