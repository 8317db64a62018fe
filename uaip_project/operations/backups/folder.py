"""The folder of archives: names, marks of what was verified, room, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from accounts import kept_files
from uaip_project.operations.backups.problems import BackupImpossible

NAME = re.compile(r"uaip-(\d{8}T\d{6}Z)-([0-9a-f]{16})\.backup\.tar")
_MARK = ".verified.json"
#: Dump and archive lie there at once, and the next one may be larger than the last.
ROOM = 2.5
#: Folders of checks that are under way; one so old has lost its process.
CHECKING, ABANDONED_SECONDS = ".verify-", 12 * 3600


@dataclass(frozen=True)
class Mark:
    """That an archive was restored beside and compared; ``seconds`` is what all of it took."""

    archive: str
    archive_id: str
    taken_at: str
    size: int
    sha256: str
    verified_at: str
    seconds: float
    rows: int


def folder() -> Path:
    """Where archives lie; made when first needed. Raises BackupImpossible."""
    path = Path(settings.BACKUP_DIR)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        raise BackupImpossible(f"UAIP_BACKUP_DIR={path}: {fault.strerror}.") from fault
    return path


def name_for(taken_at: datetime, archive_id: str) -> str:
    """The file name of an archive; names sort by time."""
    return f"uaip-{taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{archive_id}.backup.tar"


def taken_at(name: str) -> datetime | None:
    """When an archive was taken, by its name; None for what is no archive."""
    match = NAME.fullmatch(name)
    return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None


def archives() -> list[Path]:
    """The newest first."""
    path = Path(settings.BACKUP_DIR)
    found = [one for one in path.iterdir() if taken_at(one.name)] if path.is_dir() else []
    return sorted(found, key=lambda one: one.name, reverse=True)


def named(name: str) -> Path:
    """An archive by its path, its name in the folder, or "latest". Raises BackupImpossible."""
    if name == "latest":
        for path in archives():
            return path
        raise BackupImpossible("There is no archive yet: take one with `manage.py backup`.")
    for path in (Path(name), Path(settings.BACKUP_DIR) / name):
        if path.is_file():
            return path
    raise BackupImpossible(f"{name}: there is no such archive. `list_backups` shows them.")


@contextmanager
def alone() -> Iterator[Path]:
    """One writer at a time; what one left that was killed is removed. Raises BackupImpossible."""
    path = folder()
    descriptor = os.open(path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupImpossible(
                "Another process works on the archives just now: wait for it to end."
            ) from None
        remove_parts(path)
        yield path
    finally:
        os.close(descriptor)


def remove_parts(path: Path) -> None:
    """What a writer had begun, and what a check left whose process was killed long ago."""
    for part in path.glob("*.part"):
        part.unlink(missing_ok=True)
    for left in path.glob(f"{CHECKING}*"):
        if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def require_room(path: Path, expected: int) -> None:
    """Raises BackupImpossible before anything is written."""
    free, needed = shutil.disk_usage(path).free, int(expected * ROOM)
    if free < needed:
        raise BackupImpossible(
            f"{path} has {free / 1e6:.0f} MB free and a backup needs about {needed / 1e6:.0f} MB: "
            "make room, or set UAIP_BACKUP_DIR to a larger disk."
        )


def mark_path(archive: Path) -> Path:
    """Where the mark of an archive lies: next to it."""
    return archive.with_name(archive.name + _MARK)


def write_mark(archive: Path, mark: Mark) -> None:
    """Says next to the archive that it was verified."""
    part = archive.with_name(f"{archive.name}{_MARK}.part")
    part.write_text(json.dumps(asdict(mark), indent=1) + "\n", encoding="utf-8")
    kept_files.settle(part, mark_path(archive))


def mark_of(archive: Path) -> Mark | None:
    """Its mark, while the archive is still the one that was verified; None: not verified."""
    try:
        mark = Mark(**json.loads(mark_path(archive).read_text(encoding="utf-8")))
        is_same = (mark.archive, mark.size) == (archive.name, archive.stat().st_size)
    except (OSError, ValueError, TypeError):
        return None
    return mark if is_same else None


def remove(archive: Path) -> None:
    """Deletes an archive and its mark; the mark goes first, so that none is left without one."""
    mark_path(archive).unlink(missing_ok=True)
    archive.unlink(missing_ok=True)
