"""Seals old deeds: their rows go into a file whose hash stays, and leave the table."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import kept_files
from accounts.append_only import lifted
from accounts.models import AuditEvent, AuditSegment, User
from accounts.services import audit, audit_files, audit_rows
from accounts.services.audit_check import sealing_detail
from accounts.services.audit_walk import SEALED, ChainBroken, Walk

log = logging.getLogger(__name__)

#: Rows of one segment: its transaction stays short.
MOST_ROWS = 20_000
#: PostgreSQL looks for deadlocks after a second: the sealer steps back before it, and the people
#: it stood in the way of never notice.
_STEP_BACK = "SET LOCAL lock_timeout = '500ms'"


class SealingUnderWay(Exception):
    """Another process of this machine seals into the same folder."""


class SealedMeanwhile(Exception):
    """Another machine sealed these rows first; nothing was lost, its file is elsewhere."""


@dataclass(frozen=True)
class Stretch:
    """Rows to be sealed together, first and last included."""

    first: int
    last: int
    previous_hash: str


def due(
    *, older_than_days: int | None = None, at: datetime | None = None, up_to: int | None = None
) -> Stretch | None:
    """The next rows that are old enough, at most MOST_ROWS; None while there are none.

    A row is only as old as the youngest before it: a clock that was set back seals nothing early.
    """
    days = settings.AUDIT_RETENTION_DAYS if older_than_days is None else older_than_days
    limit = (at or timezone.now()) - timedelta(days=days)
    events = AuditEvent.objects.order_by("sequence")
    oldest = events.first()
    if oldest is None:
        return None
    young = events.filter(happened_at__gte=limit).values_list("sequence", flat=True).first()
    newest = events.values_list("sequence", flat=True).last() or oldest.sequence
    last = young - 1 if young else newest
    last = min(last, oldest.sequence + MOST_ROWS - 1, last if up_to is None else up_to)
    if last < oldest.sequence:
        return None
    return Stretch(oldest.sequence, last, oldest.previous_hash)


def seal(*, older_than_days: int | None = None, by: User | None = None) -> list[AuditSegment]:
    """Seals all rows that are old enough, segment by segment; returns the segments.

    Doing it again changes nothing. A process that is killed leaves at worst a file that no
    segment names; the next run removes it. Raises ChainBroken (a broken chain is evidence and is
    never sealed), SealingUnderWay and SealedMeanwhile.
    """
    made: list[AuditSegment] = []
    # Not what the sealing itself records, or sealing everything would never end.
    end = AuditEvent.objects.values_list("sequence", flat=True).order_by("sequence").last() or 0
    with _alone():
        known = AuditSegment.objects.values_list("file_name", flat=True)
        for path in audit_files.leftovers(known):
            log.warning("Removing %s: its rows were never sealed.", path.name)
            path.unlink()
        while stretch := due(older_than_days=older_than_days, up_to=end):
            made.append(_seal(stretch, by))
    return made


@contextmanager
def _alone() -> Iterator[None]:
    """One sealer at a time; the lock goes with its process."""
    descriptor = os.open(audit_files.folder() / ".sealing", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise SealingUnderWay("Another process seals deeds just now.") from fault
        yield
    finally:
        os.close(descriptor)


def _seal(stretch: Stretch, by: User | None) -> AuditSegment:
    """The file first, then one transaction for everything in the database."""
    name = audit_files.name_for(stretch.first, stretch.last)
    final = audit_files.folder() / name
    part = final.with_name(f"{name}.part")
    rows = audit_rows.rows(above=stretch.first - 1, up_to=stretch.last)
    audit_files.write_segment(rows, part=part)
    last_hash = _checked(stretch, name, part.name)
    kept_files.settle(part, final)
    segment = AuditSegment(
        first_sequence=stretch.first,
        last_sequence=stretch.last,
        first_previous_hash=stretch.previous_hash,
        last_hash=last_hash,
        row_count=stretch.last - stretch.first + 1,
        file_name=name,
        file_hash=kept_files.file_hash(final),
    )
    _drop_rows(segment, by)
    return segment


def _checked(stretch: Stretch, name: str, part_name: str) -> str:
    """Reads back what lies on the disk: it must be the chain. Returns the last hash."""
    walk = Walk(stretch.first - 1, stretch.previous_hash)
    walk.follow(audit_files.read_segment(audit_files.path_of(part_name)), is_file=True)
    if walk.sequence != stretch.last:
        words = f"{name} ends at row {walk.sequence} instead of {stretch.last}."
        raise ChainBroken(walk.sequence + 1, "sequence", words)
    return walk.hash


def _drop_rows(segment: AuditSegment, by: User | None) -> None:
    with transaction.atomic():
        # The head first, as everybody does who records: two locks in one order.
        audit.lock_head()
        if AuditSegment.objects.filter(last_sequence__gte=segment.first_sequence).exists():
            raise SealedMeanwhile(f"{segment.file_name} was sealed by another process.")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_STEP_BACK)
        stretch = AuditEvent.objects.filter(
            sequence__gte=segment.first_sequence, sequence__lte=segment.last_sequence
        )
        with lifted(connection, AuditEvent._meta.db_table, "delete"):
            gone = stretch._raw_delete(stretch.db)
        if gone != segment.row_count:
            words = f"{gone} rows left the table instead of {segment.row_count}."
            raise ChainBroken(segment.first_sequence, "sequence", words)
        segment.sealed_at = timezone.now()
        segment.save(force_insert=True)
        audit.record(
            type=SEALED,
            actor=by,
            subject=f"audit {segment.first_sequence}-{segment.last_sequence}",
            detail=sealing_detail(segment),
        )
