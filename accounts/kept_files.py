"""Files that must be whole or not there: sealed deeds and backups."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_CHUNK = 1024 * 1024


def settle(part: Path, final: Path) -> None:
    """Gives a finished file its name, on the disk too."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(final)
    descriptor = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_hash(path: Path) -> str:
    """SHA-256 of the file as it lies there."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
