"""Which workers live, and how they fare."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from uaip_project.operations.models import Heartbeat, WorkerProcess

#: A worker sweeps every so often; after so many rounds of silence something is wrong.
ROUNDS_OF_SILENCE = 6


def sorts() -> list[dict[str, Any]]:
    """When each sort of process was last heard of."""
    now, most = timezone.now(), silence()
    return [
        {"name": row.name, "heard_at": row.heard_at, "is_alive": now - row.heard_at <= most}
        for row in Heartbeat.objects.order_by("name")
    ]


def processes() -> list[dict[str, Any]]:
    """Every worker process that was heard of lately."""
    now, most = timezone.now(), silence()
    return [
        {
            "name": row.name,
            "started_at": row.started_at,
            "heard_at": row.heard_at,
            "is_alive": now - row.heard_at <= most,
            "memory_bytes": row.memory_bytes,
            "threads": row.thread_count,
            "jobs": row.job_count,
            "seats": row.seat_count,
        }
        for row in WorkerProcess.objects.all()
    ]


def is_manned() -> bool:
    """Whether any worker was heard of just now."""
    newest = Heartbeat.objects.filter(name="worker").values_list("heard_at", flat=True).first()
    return newest is not None and timezone.now() - newest <= silence()


def silence() -> timedelta:
    """So long a living worker is never silent."""
    return timedelta(seconds=settings.JOB_SWEEP_SECONDS * ROUNDS_OF_SILENCE)
