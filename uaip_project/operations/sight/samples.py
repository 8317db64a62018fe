"""What the pictures are drawn from: how long work took, and how fast pages answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from accounts.metrics import http_durations
from accounts.models import Job

HOURS = 24
SLOTS = 48
#: The newest jobs that are looked at: the table may hold millions.
MOST_JOBS = 5_000


def queue_ages(*, at: datetime | None = None) -> tuple[datetime, list[float | None]]:
    """From when on, and for each half hour the longest that finished work had taken in all.

    Work that waits now counts in the last one. None where nothing was asked for.
    """
    until = at or timezone.now()
    since, slot = until - timedelta(hours=HOURS), timedelta(hours=HOURS) / SLOTS
    newest = Job.objects.order_by("-pk").values_list("created_at", "finished_at")[:MOST_JOBS]
    ages: list[float | None] = [None] * SLOTS
    for asked, finished in newest:
        ended = finished or until
        if since <= ended <= until:
            place = min(int((ended - since) / slot), SLOTS - 1)
            ages[place] = max(ages[place] or 0.0, (ended - asked).total_seconds())
    return since, ages


def latencies() -> list[tuple[float, int]]:
    """Upper edge in seconds -> requests that took no longer, and longer than the edge before."""
    below: dict[float, float] = {}
    for metric in _http_metrics():
        for sample in metric.samples:
            if sample.name.endswith("_bucket"):
                edge = float(sample.labels["le"])
                below[edge] = below.get(edge, 0.0) + sample.value
    return _apart(sorted(below.items()))


def _apart(below: Sequence[tuple[float, float]]) -> list[tuple[float, int]]:
    """Buckets hold what is below their edge; a picture shows what is between two."""
    found, before = [], 0.0
    for edge, count in below:
        found.append((edge, int(count - before)))
        before = count
    return found


def _http_metrics() -> list[Metric]:
    folder = Path(settings.METRICS_DIR) if settings.METRICS_DIR else None
    if folder is None or not folder.is_dir():
        return list(http_durations.collect())
    every = MultiProcessCollector(CollectorRegistry(), path=str(folder)).collect()
    return [one for one in every if one.name == "http_request_duration_seconds"]
