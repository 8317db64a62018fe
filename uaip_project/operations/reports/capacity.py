"""How full the house is, when it will be full, and what the load asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import psutil
from django.conf import settings

from accounts.models import Job, User
from interviews.models import InterviewSession
from uaip_project.operations.incidents.bundles import sizes
from uaip_project.operations.reports import kept
from uaip_project.operations.reports.document import Report, Section, number

#: A day apart at least: two figures of one afternoon are no trend.
SHORTEST_TREND = timedelta(days=1)
SOON = timedelta(days=90)
BUSY_LOAD, IDLE_LOAD = 0.8, 0.2


def make(*, at: datetime) -> Report:
    """Figures now, their growth, and suggestions; nothing is changed."""
    disk = psutil.disk_usage(str(settings.DATA_DIR))
    figures = {
        "database_bytes": float(sizes()["database_bytes"]),
        "disk_free_bytes": float(disk.free),
        "interviews": float(InterviewSession.objects.count()),
        "people": float(User.objects.active().filter(kind=User.Kind.PERSON).count()),
        "load_ratio": load_ratio(),
    }
    rows = [[name.replace("_", " ").capitalize(), number(value)] for name, value in figures.items()]
    sections = [
        Section("Now", [], ["Figure", "Value"], rows),
        _growth(figures, disk.free, at),
        Section("Suggestions", suggestions(figures["load_ratio"], Job.objects.due().count())),
    ]
    return Report("capacity", "Capacity report", f"{at:%-d %B %Y, %H:%M} UTC", sections, figures)


def load_ratio() -> float:
    """Work that wants a processor, by processors; over the last 15 minutes."""
    return round(psutil.getloadavg()[2] / (psutil.cpu_count() or 1), 2)


def _growth(figures: dict[str, float], free: float, at: datetime) -> Section:
    points = [*kept.series("database_bytes"), (at, figures["database_bytes"])]
    rate = slope(points)
    if rate is None:
        return Section("Growth", ["There are too few figures yet; each report notes some."])
    sentences = [f"The database grows by {rate / 1e6:,.1f} MB a day."]
    full = full_at(points, limit=figures["database_bytes"] + free)
    if full is None:
        return Section("Growth", [*sentences, "At this rate the disk does not fill."])
    sentence = f"At this rate the disk is full on {full:%-d %B %Y}."
    problems = [sentence] if full - at < SOON else []
    return Section("Growth", [*sentences, sentence], problems=problems)


Points = Sequence[tuple[datetime, float]]


def slope(points: Points) -> float | None:
    """Growth a day by least squares; None while the figures are too close together."""
    if len(points) < 2 or points[-1][0] - points[0][0] < SHORTEST_TREND:
        return None
    first = points[0][0]
    days = [(at - first) / timedelta(days=1) for at, _ in points]
    values = [value for _, value in points]
    middle, level = sum(days) / len(days), sum(values) / len(values)
    spread = sum((day - middle) ** 2 for day in days)
    if not spread:
        return None
    pairs = zip(days, values, strict=True)
    return sum((day - middle) * (value - level) for day, value in pairs) / spread


def full_at(points: Points, *, limit: float) -> datetime | None:
    """When the line through the figures reaches the limit; None where it does not rise to it."""
    rate = slope(points)
    if rate is None or rate <= 0:
        return None
    level = sum(value for _, value in points) / len(points)
    first = points[0][0]
    middle = sum(((at - first) for at, _ in points), timedelta()) / len(points)
    days = (limit - level) / rate
    if days > 36_500:
        return None
    return first + middle + timedelta(days=days)


def suggestions(load: float, due: int) -> list[str]:
    """What the load asks for; a person decides."""
    threads = settings.CELERY_WORKER_CONCURRENCY
    if load >= BUSY_LOAD and due > threads:
        return [
            f"The processors are busy ({load:.2f}) and {due} jobs wait: add a machine for workers. "
            "More threads here would not help."
        ]
    if load >= BUSY_LOAD:
        return [f"The processors are busy ({load:.2f}): add processors, or a second web container."]
    if due > threads:
        wish = min(threads * 2, 32)
        return [
            f"{due} jobs wait while the processors are free ({load:.2f}): start workers with "
            f"--concurrency {wish} instead of {threads}."
        ]
    if load <= IDLE_LOAD:
        return [f"The machine has room ({load:.2f}); nothing has to change."]
    return [f"Load and machine fit each other ({load:.2f})."]
