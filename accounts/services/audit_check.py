"""Checks the whole record of deeds: rows, sealed segments, head and anchors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accounts import kept_files
from accounts.models import AuditHead, AuditSegment
from accounts.services import audit_anchors, audit_files, audit_rows
from accounts.services.audit_rows import LOWEST, Row
from accounts.services.audit_walk import ChainBroken, Fault, Walk

#: Rows may be sealed while they are read: then the check begins again.
TRIES = 3


@dataclass(frozen=True)
class Report:
    """What was checked; ``fault`` is None while everything fits."""

    fault: Fault | None
    row_count: int
    first_sequence: int
    last_sequence: int
    hash: str
    segment_count: int
    anchor_count: int
    missing_files: tuple[str, ...]
    unreadable_anchors: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return self.fault is None

    def to_json(self) -> dict[str, Any]:
        return {"ok": self.is_whole} | asdict(self)


def verify(*, start: int = 1) -> Report:
    """Recomputes the chain from row ``start`` on. Raises ValueError for a start below 1.

    What stands before ``start`` is believed as it is. Costs one pass over the table and the
    files; memory does not grow with them.
    """
    if start < 1:
        raise ValueError("The first row has the number 1.")
    for tries_left in reversed(range(TRIES)):
        sealed = AuditSegment.objects.count()
        check = _Check(start)
        try:
            check.run()
        except ChainBroken as broken:
            if tries_left and AuditSegment.objects.count() != sealed:
                continue
            return check.report(broken.fault)
        break
    return check.report(None)


class _Check:
    def __init__(self, start: int) -> None:
        self.start = start
        self.anchors = audit_anchors.read_anchors()
        self.walk = Walk(anchors=self.anchors.by_sequence)
        self.segments = list(AuditSegment.objects.order_by("first_sequence"))
        self.missing: list[str] = []
        self.first = start

    def run(self) -> None:
        """Raises ChainBroken at the first place that does not fit."""
        self._check_segments_join()
        for segment in self.segments:
            if segment.last_sequence >= self.start:
                self._follow_segment(segment)
            else:
                self.walk = Walk(
                    segment.last_sequence, segment.last_hash, anchors=self.anchors.by_sequence
                )
        self._follow_table()
        self._check_sealings()
        self._check_emptied()
        self._check_anchors()

    def _check_segments_join(self) -> None:
        """Each sealed segment begins where the one before ends, from the first row on."""
        sequence, digest = 0, ""
        for one in self.segments:
            if (one.first_sequence, one.first_previous_hash) != (sequence + 1, digest):
                words = f"The sealed segment from row {one.first_sequence} does not follow on row {sequence}."
                raise ChainBroken(one.first_sequence, "segment", words)
            if one.row_count != one.last_sequence - one.first_sequence + 1:
                words = (
                    f"The sealed segment from row {one.first_sequence} has another number of rows."
                )
                raise ChainBroken(one.first_sequence, "segment", words)
            sequence, digest = one.last_sequence, one.last_hash

    def _follow_segment(self, segment: AuditSegment) -> None:
        path = audit_files.path_of(segment.file_name)
        if not path.is_file():
            self.missing.append(segment.file_name)
            self.walk.jump(segment)
            return
        first = segment.first_sequence
        try:
            self._follow_file(segment, path)
        except audit_files.UnreadableFile as fault:
            words = f"The file of the sealed rows from {first} on cannot be read: {fault}."
            raise ChainBroken(first, "file", words) from fault
        except ChainBroken as broken:
            fault_in_file = broken.fault
            words = f"In {segment.file_name}: {fault_in_file.sentence}"
            part = fault_in_file.part if fault_in_file.part == "anchor" else "file"
            raise ChainBroken(fault_in_file.sequence, part, words) from broken
        if kept_files.file_hash(path) != segment.file_hash:
            words = f"{segment.file_name} is not the file that was sealed, or its hash was changed."
            raise ChainBroken(first, "file", words)

    def _follow_file(self, segment: AuditSegment, path: Path) -> None:
        self.walk.follow(audit_files.read_segment(path), is_file=True, end_hash=segment.last_hash)
        if (self.walk.sequence, self.walk.hash) != (segment.last_sequence, segment.last_hash):
            words = f"It ends at row {self.walk.sequence} otherwise than the segment says."
            raise ChainBroken(segment.last_sequence, "file", words)

    def _follow_table(self) -> None:
        """Up to the head as it is now; deeds recorded meanwhile are taken too."""
        above = self._begin_table()
        head = _head()
        while True:
            self.walk.follow(self._rows(above, head.sequence), end_hash=head.hash)
            self._check_head(head)
            above = head.sequence
            if next(audit_rows.rows(above=above, size=1), None) is None:
                return
            moved = _head()
            if moved.sequence <= head.sequence:
                words = f"There are rows after {head.sequence}, where the head says the chain ends."
                raise ChainBroken(head.sequence + 1, "head", words)
            head = moved

    def _rows(self, above: int, up_to: int) -> Iterator[Row]:
        return audit_rows.rows(above=above, up_to=up_to)

    def _begin_table(self) -> int:
        """Sets the walk before the first row to check; returns the sequence to read above."""
        if self.start <= self.walk.sequence + 1:
            # Also what stands below the first row: nothing may.
            return LOWEST
        before = next(audit_rows.rows(above=self.start - 2, up_to=self.start - 1, size=1), None)
        if before is None:
            words = f"Row {self.start - 1} is missing: row {self.start} cannot be linked to it."
            raise ChainBroken(self.start - 1, "sequence", words)
        self.walk = Walk(before.sequence, before.hash, anchors=self.anchors.by_sequence)
        return before.sequence

    def _check_head(self, head: AuditHead) -> None:
        if self.walk.sequence < head.sequence:
            missing = self.walk.sequence + 1
            words = f"Row {missing} is missing: the head says that there are {head.sequence}."
            raise ChainBroken(missing, "head", words)
        if head.sequence < self.walk.sequence or self.walk.hash != head.hash:
            words = f"The head says row {head.sequence} with another hash than the last row."
            raise ChainBroken(head.sequence, "head", words)

    def _check_sealings(self) -> None:
        """Each segment is what the deed of its sealing says; the deed is part of the chain."""
        for one in self.segments:
            said = self.walk.sealings.get(one.first_sequence)
            if said is None and (self.missing or self.start > 1):
                # The deed lies in a file that is elsewhere, or before the start.
                continue
            if said != sealing_detail(one):
                words = (
                    f"The sealed segment from row {one.first_sequence} is not what was recorded."
                )
                raise ChainBroken(one.first_sequence, "segment", words)

    def _check_emptied(self) -> None:
        if self.walk.emptied:
            first = min(self.walk.emptied.values())
            words = f"The address of row {first} is gone, and nobody of that row was erased."
            raise ChainBroken(first, "address", words)

    def _check_anchors(self) -> None:
        if self.anchors.contradictory:
            first = min(self.anchors.contradictory)
            words = f"Two anchors of row {first} disagree: one was changed, or the chain was."
            raise ChainBroken(first, "anchor", words)
        beyond = [one for one in self.anchors.by_sequence if one > self.walk.sequence]
        if beyond:
            first = self.walk.sequence + 1
            words = f"Row {first} is missing: an anchor knows {max(beyond)} rows."
            raise ChainBroken(first, "anchor", words)

    def report(self, fault: Fault | None) -> Report:
        return Report(
            fault=fault,
            row_count=self.walk.row_count,
            first_sequence=self.first,
            last_sequence=self.walk.sequence,
            hash=self.walk.hash,
            segment_count=len(self.segments),
            anchor_count=self.walk.anchor_count,
            missing_files=tuple(self.missing),
            unreadable_anchors=tuple(self.anchors.unreadable),
        )


def _head() -> AuditHead:
    """The head row; the one of an empty record while there is none. Raises ChainBroken."""
    heads = list(AuditHead.objects.order_by("pk")[:2])
    if len(heads) > 1 or (heads and heads[0].pk != 1):
        raise ChainBroken(
            heads[-1].sequence, "head", "There is more than one head, or a strange one."
        )
    return heads[0] if heads else AuditHead(pk=1)


def sealing_detail(segment: AuditSegment) -> dict[str, Any]:
    """What the deed of sealing says of a segment; the check compares both."""
    return {
        "first_sequence": segment.first_sequence,
        "last_sequence": segment.last_sequence,
        "first_previous_hash": segment.first_previous_hash,
        "last_hash": segment.last_hash,
        "row_count": segment.row_count,
        "file_name": segment.file_name,
        "file_hash": segment.file_hash,
        "sealed_at": segment.sealed_at.isoformat(),
    }
