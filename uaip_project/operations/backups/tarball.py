"""A plain tar in exactly one way of writing it, so that no byte can change unseen.

Any tar program reads it. Ours refuses what another would forgive: odd headers, bytes in the
padding, anything behind the end.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from uaip_project.operations.backups.problems import ArchiveBroken

_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)


@dataclass(frozen=True)
class Entry:
    """Where a member lies."""

    name: str
    offset: int
    size: int


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def append(file: BinaryIO, name: str, write: Callable[[BinaryIO], int]) -> None:
    """Adds a member; ``write`` writes its bytes and says how many, then its header is filled."""
    start = file.tell()
    file.write(_header(name, 0))
    size = write(file)
    file.write(bytes(-size % _BLOCK))
    end = file.tell()
    file.seek(start)
    file.write(_header(name, size))
    file.seek(end)


def finish(file: BinaryIO) -> None:
    """Writes the end of the archive."""
    file.write(_END)


def entries(path: Path) -> list[Entry]:
    """Every member in its order. Raises ArchiveBroken at the first place that is not as we write."""
    found: list[Entry] = []
    with path.open("rb") as file:
        position = 0
        for info in _infos(file):
            _require_header(file, position, info, found)
            found.append(Entry(info.name, info.offset_data, info.size))
            position = info.offset_data + info.size
            _require_bytes(file, position, bytes(-info.size % _BLOCK), info.name)
            position += -info.size % _BLOCK
        _require_end(file, position, found)
    return found


def _infos(file: BinaryIO) -> Iterator[tarfile.TarInfo]:
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            yield from archive
    except (tarfile.TarError, OSError, ValueError, OverflowError, EOFError) as fault:
        raise ArchiveBroken("the archive", f"it cannot be read as a tar: {fault}") from None


def _require_header(
    file: BinaryIO, position: int, info: tarfile.TarInfo, found: list[Entry]
) -> None:
    expected = _header(info.name, info.size)
    if info.offset != position or info.offset_data != position + len(expected):
        raise ArchiveBroken(_after(found), "the next member does not begin where it should")
    _require_bytes(file, position, expected, info.name, "its header was changed")
    if not is_safe(info.name):
        raise ArchiveBroken(info.name[:80], "its name leads out of the folder")


def _require_bytes(
    file: BinaryIO, position: int, expected: bytes, name: str, why: str = ""
) -> None:
    here = file.tell()
    file.seek(position)
    if file.read(len(expected)) != expected:
        raise ArchiveBroken(name, why or "there are strange bytes behind it, or it was cut off")
    file.seek(here)


def _require_end(file: BinaryIO, position: int, found: list[Entry]) -> None:
    file.seek(position)
    if file.read(len(_END) + 1) != _END:
        raise ArchiveBroken(
            _after(found), "the archive goes on or ends otherwise than it was written"
        )


def _after(found: list[Entry]) -> str:
    return f"behind {found[-1].name}" if found else "the archive's beginning"


def is_safe(name: str) -> bool:
    """Whether a member's name stays in the folder into which it is written."""
    parts = name.split("/")
    return not ({"", ".", ".."} & set(parts)) and "\\" not in name and "\0" not in name
