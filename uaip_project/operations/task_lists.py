"""What people go through each day, week, month and quarter: ticked by runs, or signed by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import audit
from uaip_project.operations.models import OpsRun
from uaip_project.operations.occasions import Rhythm, Unit

#: When each list begins anew.
RHYTHMS = {
    "daily": Rhythm(Unit.DAILY),
    "weekly": Rhythm(Unit.WEEKLY, weekday=0),
    "monthly": Rhythm(Unit.MONTHLY),
    "quarterly": Rhythm(Unit.QUARTERLY, time(0)),
}
PREFIX = "task "
ENDED = Q(status__in=[OpsRun.Status.OK, OpsRun.Status.PROBLEM])


class NoSuchLine(LookupError):
    """No list has a line of this name that a person signs."""


class ReportMissing(NoSuchLine):
    """The line is signed by what a report says, and nobody made it in this period."""


@dataclass(frozen=True)
class Line:
    """One thing to see to, and what became of it."""

    name: str
    title: str
    part: str
    is_critical: bool
    runs: tuple[str, ...]
    #: The last run, or signature, that counts for the present period.
    done: OpsRun | None
    #: Whether nobody saw to it in the period before.
    was_missed: bool
    #: Runs of which one must be there before a person signs.
    needs: tuple[str, ...] = ()

    @property
    def is_manual(self) -> bool:
        """Whether it waits for a person."""
        return not self.runs


@dataclass(frozen=True)
class TaskList:
    """One list in its present period."""

    name: str
    since: datetime
    lines: list[Line]


def lists(*, at: datetime | None = None) -> list[TaskList]:
    """All four; three statements."""
    now = at or timezone.now()
    wanted = settings.OPERATIONS["task_lists"]
    kinds = {kind for name in RHYTHMS for entry in wanted[name] for kind in _kinds(entry)}
    since = {name: rhythm.latest(now) for name, rhythm in RHYTHMS.items()}
    done = _done(kinds, since, now)
    first = OpsRun.objects.aggregate(first=Min("started_at"))["first"]
    return [
        TaskList(
            name, since[name], [_line(entry, name, since, done, first) for entry in wanted[name]]
        )
        for name in RHYTHMS
    ]


def _kinds(entry: dict[str, Any]) -> tuple[str, ...]:
    return tuple(entry.get("runs") or (f"{PREFIX}{entry['name']}",))


def _before(name: str, since: dict[str, datetime]) -> datetime:
    return RHYTHMS[name].latest(since[name] - timedelta(seconds=1))


def _done(
    kinds: set[str], since: dict[str, datetime], now: datetime
) -> dict[tuple[str, str, bool], OpsRun]:
    """(list, kind, whether of the present period) -> its latest run that came to an end well."""
    oldest = min(_before(name, since) for name in RHYTHMS)
    runs = OpsRun.objects.filter(ENDED, kind__in=kinds, started_at__gte=oldest, started_at__lte=now)
    found = [
        *_deeds({kind for kind in kinds if "." in kind}, oldest, now),
        *runs.select_related("started_by").order_by("started_at", "pk"),
    ]
    latest: dict[tuple[str, str, bool], OpsRun] = {}
    for run in found:
        for name, start in since.items():
            if run.started_at >= _before(name, since):
                latest[name, run.kind, run.started_at >= start] = run
    return latest


def _line(
    entry: dict[str, Any],
    name: str,
    since: dict[str, datetime],
    done: dict[tuple[str, str, bool], OpsRun],
    first: datetime | None,
) -> Line:
    kinds = _kinds(entry)
    now = [run for kind in kinds if (run := done.get((name, kind, True)))]
    before = any((name, kind, False) in done for kind in kinds)
    # A list of before there was anything to do has missed nothing.
    has_past = first is not None and first < since[name]
    return Line(
        name=entry["name"],
        title=entry["title"],
        part=entry.get("part", ""),
        is_critical=bool(entry.get("is_critical")),
        runs=tuple(entry.get("runs") or ()),
        done=max(now, key=lambda run: run.started_at, default=None),
        was_missed=has_past and not before,
        needs=tuple(entry.get("needs") or ()),
    )


def missed(*, at: datetime | None = None) -> list[tuple[str, Line]]:
    """Critical lines that nobody saw to in the period before, nor since."""
    return [
        (one.name, line)
        for one in lists(at=at)
        for line in one.lines
        if line.is_critical and line.was_missed and line.done is None
    ]


@transaction.atomic
def sign(*, name: str, by: User, note: str = "") -> OpsRun:
    """Somebody saw to it. Raises NoSuchLine, ReportMissing."""
    every = settings.OPERATIONS["task_lists"]
    manual = {
        one["name"]: (rhythm, one)
        for rhythm, entries in every.items()
        for one in entries
        if not one.get("runs")
    }
    if name not in manual:
        raise NoSuchLine(f"{name} is no line that a person signs. Use {', '.join(sorted(manual))}.")
    now = timezone.now()
    _require_report(*manual[name], now)
    run = OpsRun.objects.create(
        kind=f"{PREFIX}{name}",
        started_by=by,
        status=OpsRun.Status.OK,
        said=note[:500] or "Signed.",
        finished_at=now,
    )
    audit.record(type="task.signed", actor=by, subject=f"task {name}")
    return run


def _require_report(rhythm: str, entry: dict[str, Any], now: datetime) -> None:
    needs = entry.get("needs") or ()
    made = OpsRun.objects.filter(ENDED, kind__in=needs, started_at__gte=RHYTHMS[rhythm].latest(now))
    if needs and not made.exists():
        raise ReportMissing(f"Make the report first: `{needs[0]}`. Read it, then sign.")


def _deeds(types: set[str], oldest: datetime, now: datetime) -> list[OpsRun]:
    """Deeds that tick a line, as runs that nobody stored; who did it stands in the record."""
    if not types:
        return []
    found = AuditEvent.objects.filter(
        type__in=types, happened_at__gte=oldest, happened_at__lte=now
    ).order_by("happened_at")
    return [
        OpsRun(kind=one.type, started_at=one.happened_at, status=OpsRun.Status.OK) for one in found
    ]
