"""Whether the installation works, in figures, for those who run it; nothing of any project."""

from __future__ import annotations

import platform
from typing import Any

import django
from django.conf import settings
from django.db import connection

from governance.engine.decision import ENGINE_VERSION
from interviews.protocol import catalogue
from uaip_project.operations import language_models, probes, queue_care
from uaip_project.operations import workers as crew
from uaip_project.operations.sight import asking, capacity
from uaip_project.operations.sight.probe import verdict


def look() -> dict[str, Any]:
    """Everything at once: the same figures as the system page."""
    models = language_models.status()
    found = asking.ask()
    summary = verdict(found)
    return {
        "status": "healthy" if probes.database_answers() else "unhealthy",
        "llm": models["llm"],
        "verdict": {"state": summary.state, "said": summary.said, "todo": summary.todo},
        "probes": [one.as_data() for one in found],
        "queue": queue(),
        "workers": workers(),
        "capacity": [one.as_data() for one in capacity.gauges()],
        "models": {"problems": models["problems"], "circuits": models["circuits"]},
        "versions": versions(),
    }


def queue() -> dict[str, Any]:
    """Jobs by state and kind; how long the one that is due longest has been waiting."""
    return queue_care.standing()


def workers() -> list[dict[str, Any]]:
    """When each sort of process was last heard of."""
    return crew.sorts()


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
