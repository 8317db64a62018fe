"""Keys that an embedded start makes for itself: once, kept beside the data, for its owner only."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, make: Callable[[], str]) -> str:
    """What the file holds; ``make`` fills it where it is missing.

    Web process and worker start together: one makes the file, the other waits and reads it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path.parent / ".keys.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _write(path, make())
    return path.read_text(encoding="utf-8").strip()


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    begun = path.with_name(f"{path.name}.new")
    begun.unlink(missing_ok=True)
    begun.touch(mode=0o600, exist_ok=False)
    begun.write_text(text, encoding="utf-8")
    begun.replace(path)
