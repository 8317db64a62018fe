"""What was run on each of the last days, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from uaip_project.operations import scheduled
from uaip_project.operations.models import OpsRun

DAYS = 14
BACKUP_DAYS = 30
#: Of several outcomes on one day the worst is shown.
RANK = {"failed": 4, "interrupted": 3, "problem": 2, "running": 1, "ok": 0}


@dataclass(frozen=True)
class Row:
    """One kind of run: its worst outcome on each day ("" = none), and the latest run."""

    kind: str
    days: list[tuple[date, str]]
    last: OpsRun


def rows(*, today: date | None = None) -> list[Row]:
    """Every kind that ran within the days, the latest first; two statements."""
    until = today or timezone.now().astimezone(UTC).date()
    span = [until - timedelta(days=back) for back in reversed(range(DAYS))]
    since = datetime.combine(span[0], datetime.min.time(), UTC)
    found = OpsRun.objects.filter(started_at__gte=since).order_by()
    counted = found.values_list("kind", TruncDate("started_at", tzinfo=UTC), "status")
    worst: dict[str, dict[date, str]] = {}
    for kind, day, status, _ in counted.annotate(n=Count("pk")):
        days = worst.setdefault(kind, {})
        if day not in days or RANK[status] > RANK[days[day]]:
            days[day] = status
    latest = {run.kind: run for run in _latest(list(worst))}
    made = [
        Row(kind, [(day, days.get(day, "")) for day in span], latest[kind])
        for kind, days in worst.items()
        if kind in latest
    ]
    return sorted(made, key=lambda row: row.last.started_at, reverse=True)


def _latest(kinds: list[str]) -> list[OpsRun]:
    """The last run of each kind; one statement."""
    found = scheduled.latest_runs(kinds, most=1)
    return [runs[0] for runs in found.values()]


def backups(*, today: date | None = None) -> list[tuple[date, str, int]]:
    """Each of the last days: outcome of its last backup ("" = none), and its size in bytes."""
    until = today or timezone.now().astimezone(UTC).date()
    span = [until - timedelta(days=back) for back in reversed(range(BACKUP_DAYS))]
    since = datetime.combine(span[0], datetime.min.time(), UTC)
    kinds = ("backup", "nightly_backup")
    found: dict[date, tuple[str, int]] = {}
    for run in OpsRun.objects.filter(kind__in=kinds, started_at__gte=since).order_by("started_at"):
        found[run.started_at.astimezone(UTC).date()] = (run.status, _size(run))
    return [(day, *found.get(day, ("", 0))) for day in span]


def _size(run: OpsRun) -> int:
    size = run.result.get("size", run.result.get("bytes", 0)) if run.result else 0
    return int(size) if isinstance(size, int | float) else 0
