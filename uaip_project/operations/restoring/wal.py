"""Whether a folder of archived log segments has a gap (reliability.md D15)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

_SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})")
_HISTORY = re.compile(r"([0-9A-F]{8})\.history")
#: A line of a history file: the timeline left, and where.
_LEFT = re.compile(r"^\s*(\d+)\s+([0-9A-F]+)/([0-9A-F]+)", re.MULTILINE)
_START = re.compile(r"^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)", re.MULTILINE)
_START_TIME = re.compile(r"^START TIME: (.+)$", re.MULTILINE)
#: Segments are powers of two between these; 16 MiB unless initdb was told otherwise.
SMALLEST, LARGEST = 1 << 20, 1 << 30
_LOG_BYTES = 1 << 32


class NotABaseBackup(Exception):
    """The folder holds no base backup; the words say what is missing."""


@dataclass(frozen=True, order=True)
class Segment:
    """One archived segment: its timeline and its place in the log."""

    timeline: int
    number: int

    @classmethod
    def named(cls, name: str, size: int) -> Segment | None:
        """What a file of this name is; None for anything but a segment."""
        match = _SEGMENT.fullmatch(name)
        if match is None:
            return None
        timeline, log, place = (int(part, 16) for part in match.groups())
        return cls(timeline, log * (_LOG_BYTES // size) + place)

    def name(self, size: int) -> str:
        """The file's name."""
        log, place = divmod(self.number, _LOG_BYTES // size)
        return f"{self.timeline:08X}{log:08X}{place:08X}"


@dataclass(frozen=True)
class WalArchive:
    """What was found in the folder; names are those of files."""

    segments: int
    first: str
    last: str
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every segment from the first to the last is there."""
        return bool(self.segments) and not self.missing and not self.damaged


def start_of(base: Path) -> tuple[str, str]:
    """The segment that a base backup begins in, and when it was taken. Raises NotABaseBackup."""
    for name in ("backup_label", "backup_manifest", "PG_VERSION"):
        if not (base / name).is_file():
            raise NotABaseBackup(f"{base} is no base backup: {name} is missing.")
    label = (base / "backup_label").read_text(encoding="utf-8")
    start, at = _START.search(label), _START_TIME.search(label)
    if start is None:
        raise NotABaseBackup(f"{base}/backup_label does not say where the backup begins.")
    return start[1], at[1] if at else ""


def look(folder: Path, *, start: str = "") -> WalArchive:
    """Looks through a folder; ``start`` is the first segment that is needed."""
    sizes = {
        one.name: one.stat().st_size for one in folder.iterdir() if _SEGMENT.fullmatch(one.name)
    }
    if not sizes:
        return WalArchive(0, "", "", missing=[start] if start else [])
    size = _segment_size(sizes)
    found = {segment for name in sizes if (segment := Segment.named(name, size))}
    first = Segment.named(start, size) or min(found, key=lambda one: one.number)
    needed = {one for one in found if one.number >= first.number}
    missing = _missing(needed | {first}, found, _switches(folder, size))
    last = max(needed, key=lambda one: (one.number, one.timeline), default=first)
    return WalArchive(
        segments=len(needed),
        first=first.name(size),
        last=last.name(size),
        missing=[one.name(size) for one in missing],
        damaged=sorted(name for name, bytes_ in sizes.items() if bytes_ != size),
    )


def _segment_size(sizes: dict[str, int]) -> int:
    """What most of them have: one that was cut short must not be the measure."""
    counts: dict[int, int] = defaultdict(int)
    for size in sizes.values():
        if SMALLEST <= size <= LARGEST and size & (size - 1) == 0:
            counts[size] += 1
    return max(counts, key=lambda size: counts[size], default=16 << 20)


def _switches(folder: Path, size: int) -> dict[int, int]:
    """Timeline -> the segment at which it began, of the history files."""
    found = {}
    for one in folder.iterdir():
        match = _HISTORY.fullmatch(one.name)
        if match:
            *_, (_, high, low) = _LEFT.findall(one.read_text(encoding="utf-8")) or [("0", "0", "0")]
            found[int(match[1], 16)] = ((int(high, 16) << 32) + int(low, 16)) // size
    return found


def _missing(needed: set[Segment], found: set[Segment], began: dict[int, int]) -> list[Segment]:
    """Holes in each timeline, from where it begins or we need it to its last segment."""
    lowest = min(one.number for one in needed)
    missing = []
    for timeline in {one.timeline for one in needed}:
        numbers = [one.number for one in needed if one.timeline == timeline]
        begins = max(lowest, began.get(timeline, min(numbers)))
        whole = range(min(begins, min(numbers)), max(numbers) + 1)
        missing += [one for number in whole if (one := Segment(timeline, number)) not in found]
    return sorted(missing)
