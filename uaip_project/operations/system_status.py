"""Whether the installation works, in figures, for those who run it; nothing of any project."""

from __future__ import annotations

import platform
from datetime import timedelta
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from accounts.models import Job
from governance.engine.decision import ENGINE_VERSION
from interviews.protocol import catalogue
from uaip_project.operations import language_models, probes
from uaip_project.operations.models import Heartbeat

#: A worker sweeps every so often; after so many rounds of silence something is wrong.
ROUNDS_OF_SILENCE = 6


def look() -> dict[str, Any]:
    """Everything at once; five statements, and the circuits."""
    models = language_models.status()
    return {
        "status": "healthy" if probes.database_answers() else "unhealthy",
        "llm": models["llm"],
        "queue": queue(),
        "workers": workers(),
        "models": {"problems": models["problems"], "circuits": models["circuits"]},
        "versions": versions(),
    }


def queue() -> dict[str, Any]:
    """Jobs by state; how long the one that is due longest has been waiting, in seconds."""
    due = Q(pk__in=Job.objects.due().values("pk"))
    found = Job.objects.aggregate(
        pending=Count("pk", filter=Q(status=Job.Status.PENDING)),
        running=Count("pk", filter=Q(status=Job.Status.RUNNING)),
        dead=Count("pk", filter=Q(status=Job.Status.DEAD)),
        due=Count("pk", filter=due),
        due_since=Min("next_attempt_at", filter=due),
    )
    since = found.pop("due_since")
    waited = timezone.now() - since if since else timedelta()
    return found | {"oldest_due_seconds": round(max(waited.total_seconds(), 0.0), 1)}


def workers() -> list[dict[str, Any]]:
    """When each sort of process was last heard of."""
    silence = timedelta(seconds=settings.JOB_SWEEP_SECONDS * ROUNDS_OF_SILENCE)
    now = timezone.now()
    return [
        {"name": row.name, "heard_at": row.heard_at, "is_alive": now - row.heard_at <= silence}
        for row in Heartbeat.objects.order_by("name")
    ]


def versions() -> dict[str, str]:
    """What is installed."""
    return {
        "app": settings.APP_VERSION,
        "protocol": catalogue.default_protocol().version,
        "engine": ENGINE_VERSION,
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": connection.vendor,
    }
