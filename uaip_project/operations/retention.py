"""Puts away what is old and deletes what was put away long ago: rehearsed, limited, written down.

Deleting takes two steps, an hour apart: what was chosen can be taken back until the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from interviews.models import InterviewSession
from interviews.refusals import SessionGone, SessionNotOpen
from interviews.services import archiving
from uaip_project.operations import purging
from uaip_project.operations.runs import Outcome

#: At one run, unless said otherwise.
MOST = 500
#: Sessions in one transaction: locks on tables of charters are short.
BATCH = 25
#: So long what was chosen to be deleted can be taken back.
GRACE = timedelta(hours=1)
#: How many a list names.
NAMED = 20


@dataclass(frozen=True)
class Plan:
    """What a run would do."""

    before: datetime
    chosen: list[InterviewSession]
    #: All that are old enough, beyond the limit too.
    found: int
    in_use: int
    held: int


def days_before(days: int, *, at: datetime | None = None) -> datetime:
    """The moment so many days ago: days of 24 hours, whatever the calendar holds."""
    return (at or timezone.now()) - timedelta(days=days)


def plan_archiving(*, days: int, most: int = MOST, at: datetime | None = None) -> Plan:
    """Interviews that nobody touched for so many days; those in use stay."""
    before = days_before(days, at=at)
    return _plan(archiving.archivable(before=before), before, most, held=0)


def plan_deleting(*, days: int, most: int = MOST, at: datetime | None = None) -> Plan:
    """Interviews that lay in the archive for so many days; holds and what is in use stay."""
    before = days_before(days, at=at)
    old = InterviewSession.objects.filter(archived__archived_at__lt=before)
    held = old.filter(pk__in=archiving.held()).count()
    return _plan(archiving.deletable(before=before), before, most, held=held)


def _plan(old: QuerySet[InterviewSession], before: datetime, most: int, *, held: int) -> Plan:
    free = old.exclude(pk__in=purging.in_use())
    return Plan(
        before=before,
        chosen=list(free.select_related("owner")[:most]),
        found=free.count(),
        in_use=old.filter(pk__in=purging.in_use()).count(),
        held=held,
    )


def archive(plan: Plan, *, by: User | None) -> list[InterviewSession]:
    """Puts them away one by one; what somebody took up meanwhile stays."""
    done = []
    for session in plan.chosen:
        fresh = InterviewSession.objects.filter(pk=session.pk, last_updated_at__lt=plan.before)
        if not fresh.exists():
            continue
        try:
            archiving.archive_session(session=session, by=by)
        except (SessionNotOpen, SessionGone):
            continue
        done.append(session)
    return done


def mark(plan: Plan, *, by: User | None, at: datetime | None = None) -> int:
    """Chooses them to be deleted for good once the grace is over; how many."""
    now, count = at or timezone.now(), 0
    for session in plan.chosen:
        try:
            count += archiving.mark_for_deletion(session=session, at=now, by=by)
        except SessionGone:
            continue
    return count


def undo(sessions: Iterable[InterviewSession], *, by: User | None) -> list[str]:
    """Takes marks back; codes of those that had one."""
    done = []
    for session in sessions:
        try:
            is_undone = archiving.undo_deletion(session=session, by=by)
        except SessionGone:
            # The schedule was faster.
            continue
        if is_undone:
            done.append(str(session.code))
    return done


@dataclass
class Deleted:
    """What a run deleted for good, and what it had to leave."""

    #: Table -> rows.
    rows: dict[str, int] = field(default_factory=dict)
    #: Codes of those whose mark was taken back: a hold, a review or an incident came in between.
    spared: list[str] = field(default_factory=list)

    def count(self, rows: dict[str, int]) -> None:
        for table, count in rows.items():
            self.rows[table] = self.rows.get(table, 0) + count


def delete_marked(*, by: User | None = None, at: datetime | None = None) -> Deleted:
    """Deletes for good what was marked an hour ago, some at a time."""
    done = Deleted()
    before = (at or timezone.now()) - GRACE
    chosen = list(archiving.marked(before=before)[:MOST])
    for start in range(0, len(chosen), BATCH):
        some = chosen[start : start + BATCH]
        try:
            done.count(purging.purge(some, by=by, marked_before=before))
        except purging.NotDeletable:
            # One of them stays: the others go by themselves.
            for session in some:
                _delete_or_spare(session, done, by, before)
    return done


def _delete_or_spare(
    session: InterviewSession, done: Deleted, by: User | None, before: datetime
) -> None:
    try:
        done.count(purging.purge([session], by=by, marked_before=before))
    except purging.NotDeletable as fault:
        if not archiving.marked(before=before).filter(pk=session.pk).exists():
            # Somebody took the mark back meanwhile, and perhaps chose it anew.
            return
        with suppress(SessionGone):
            archiving.undo_deletion(session=session, by=by, why=str(fault))
            done.spared.append(str(session.code))


def told(plan: Plan, *, verb: str, is_done: bool, done: int) -> Outcome:
    """How a run is said: without titles, which only people who may see a project see."""
    data: dict[str, Any] = {
        "older_than": plan.before,
        "found": plan.found,
        "chosen": len(plan.chosen),
        "done": done if is_done else 0,
        "in_use": plan.in_use,
        "held": plan.held,
        "is_rehearsal": not is_done,
        "sessions": [str(one.code) for one in plan.chosen[:NAMED]],
    }
    would = "" if is_done else "would be "
    count = done if is_done else len(plan.chosen)
    noun = "interview" if count == 1 else "interviews"
    lines = [f"{count} {noun} {would}{verb}, of {plan.found} older than {plan.before:%Y-%m-%d}."]
    if plan.in_use:
        lines.append(f"{plan.in_use} stay: their project is under review or at work.")
    if plan.held:
        lines.append(f"{plan.held} stay: a legal hold keeps them.")
    if not is_done:
        lines.append("Nothing was changed. Add --yes to do it.")
    return Outcome(data, lines)
