"""All that the system page shows, in the parts in which it is asked for."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from uaip_project.operations import language_models, queue_care, system_status, workers
from uaip_project.operations.sight import (
    asking,
    capacity,
    days,
    people,
    pictures,
    samples,
    stages,
    storage,
)
from uaip_project.operations.sight.probe import verdict


def now() -> dict[str, Any]:
    """What moves, and is asked for every few seconds."""
    probes = asking.ask()
    figures = queue_care.standing()
    return {
        "verdict": verdict(probes),
        "probes": probes,
        "figures": figures,
        "processes": workers.processes(),
        "gauges": capacity.gauges(),
    }


def rest(viewer: User) -> dict[str, Any]:
    """What is looked at once, when the page is opened."""
    may_name = has_permission(viewer, Permission.USER_MANAGE)
    since, ages = samples.queue_ages()
    return {
        "queue_picture": pictures.queue_age(since, ages),
        "latency_picture": pictures.latency(samples.latencies()),
        "backup_picture": pictures.backups(days.backups()),
        "runs": [(row, pictures.strip(row.days)) for row in days.rows()],
        "stages": stages.fare(),
        "circuits": language_models.status()["circuits"],
        "database": storage.database(),
        "statistics": storage.statistics(),
        "folders": storage.folders(),
        "slow": storage.slow_statements(),
        "people_count": people.count(),
        "people": people.present() if may_name else None,
        "versions": system_status.versions(),
    }
