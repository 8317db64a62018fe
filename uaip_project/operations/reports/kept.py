"""Reports that were made: each is the result of its run, and is read from there."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from uaip_project.operations.models import OpsRun
from uaip_project.operations.reports.document import Report, read

PREFIX = "report "
#: What the schedule calls its runs.
SCHEDULED = {"daily": "daily_report", "weekly": "weekly_report", "monthly": "monthly_report"}


def all_kept() -> QuerySet[OpsRun]:
    """Runs that hold a report, the latest first."""
    runs = OpsRun.objects.filter(kind__startswith=PREFIX) | OpsRun.objects.filter(
        kind__in=SCHEDULED.values()
    )
    return runs.filter(result__has_key="sections").order_by("-started_at", "-pk")


def find(code: uuid.UUID) -> tuple[OpsRun, Report] | None:
    """One of them."""
    run = all_kept().filter(code=code).first()
    return (run, read(run.result)) if run else None


def figures_before(kind: str, at: datetime) -> dict[str, float]:
    """Figures of the report of this kind before; {} when there is none."""
    rows = all_kept().filter(started_at__lt=at, result__kind=kind)
    result: Any = rows.values_list("result", flat=True).first()
    return dict(result["figures"]) if result else {}


def series(name: str) -> list[tuple[datetime, float]]:
    """A figure through all runs that noted it, reports or not; the oldest first."""
    noted = OpsRun.objects.filter(result__has_key=name).values_list("started_at", f"result__{name}")
    reported = all_kept().filter(result__figures__has_key=name)
    kept = reported.values_list("started_at", f"result__figures__{name}")
    found = [(at, float(value)) for at, value in (*noted, *kept) if isinstance(value, int | float)]
    return sorted(found)
