"""Every other system that our code speaks to: what for, where, and what happens without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from accounts.models import WebhookEndpoint
from interviews.llm import providers
from uaip_project.operations import workers


@dataclass(frozen=True)
class Dependency:
    """One of them. ``places`` are hosts without names or passwords; none = not in use here."""

    name: str
    purpose: str
    #: What people notice while it is away.
    without: str
    places: Callable[[], list[str]]
    #: The modules that hold its client; a test compares them with the code.
    modules: tuple[str, ...]
    is_required: bool = False

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        places = self.places()
        return {
            "name": self.name,
            "purpose": self.purpose,
            "without": self.without,
            "is_required": self.is_required,
            "is_in_use": bool(places),
            "places": places,
            "modules": list(self.modules),
        }


def _host(address: str) -> list[str]:
    if not address:
        return []
    parts = urlsplit(address if "//" in address else f"//{address}")
    port = f":{parts.port}" if parts.port else ""
    return [f"{parts.hostname}{port}"] if parts.hostname else []


def _database() -> list[str]:
    if connection.vendor == "sqlite":
        return ["a file on this machine"]
    found = connection.settings_dict
    return [f"{found['HOST']}:{found['PORT']}"]


def _mail() -> list[str]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return []
    return [f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"]


def _webhooks() -> list[str]:
    addresses = WebhookEndpoint.objects.filter(is_active=True).values_list("url", flat=True)
    return sorted({host for one in addresses for host in _host(one)})


def _models() -> list[str]:
    return [one.host for one in providers.configured()]


def _sign_on() -> list[str]:
    return sorted(settings.SSO_PROVIDERS)


def _workers() -> list[str]:
    return [one["name"] for one in workers.processes() if one["is_alive"]]


def _alarms() -> list[str]:
    wanted = (settings.NOTIFY_SLACK_URL, settings.NOTIFY_WEBHOOK_URL)
    return sorted({host for one in wanted for host in _host(one)})


def _elsewhere() -> list[str]:
    if not settings.BACKUP_S3_BUCKET:
        return []
    return _host(settings.BACKUP_S3_ENDPOINT) or ["the provider’s own address"]


def _certificates() -> list[str]:
    return [one for one in settings.CERTIFICATES if "/" not in one]


ROOM = "uaip_project.operations"
DEPENDENCIES = (
    Dependency(
        "database",
        "Keeps everything.",
        "Nothing works; pages answer 503.",
        _database,
        (f"{ROOM}.restoring.pitr",),
        is_required=True,
    ),
    Dependency(
        "broker",
        "Tells workers at once that work waits.",
        "Work begins up to a sweep later.",
        lambda: _host(settings.BROKER_URL),
        (
            "uaip_project.broker",
            "uaip_project.celery",
            "uaip_project.redis_broker",
            "accounts.services.jobs",
            "accounts.tasks",
            f"{ROOM}.broker_probe",
        ),
    ),
    Dependency(
        "cache",
        "Keeps answers of models and counts of requests.",
        "Models are asked again; limits are counted in the database.",
        lambda: _host(settings.CACHE_URL),
        ("uaip_project.cache", "accounts.limits", f"{ROOM}.server_gauges"),
    ),
    Dependency(
        "workers",
        "Score answers and do all other background work.",
        "Answers stay “being scored”; nothing is lost.",
        _workers,
        (),
        is_required=True,
    ),
    Dependency(
        "models",
        "Read answers beside the embedded scorer, and write prose.",
        "The embedded scorer stands in.",
        _models,
        (
            "interviews.llm.http",
            "interviews.llm.providers.chat",
            "interviews.llm.providers.messages",
        ),
    ),
    Dependency(
        "mail",
        "Invitations, notices, reminders.",
        "Mails wait and are tried again.",
        _mail,
        (
            "accounts.emails",
            "interviews.emails",
            "governance.emails",
            f"{ROOM}.reports.scheduled",
        ),
    ),
    Dependency(
        "webhooks",
        "Tell other systems what happened.",
        "Deliveries wait and are tried again for a day.",
        _webhooks,
        ("accounts.outbound",),
    ),
    Dependency(
        "single sign-on",
        "Signs people in through their organisation.",
        "People sign in by password where they have one.",
        _sign_on,
        ("accounts.sso", "accounts.sso_oidc", "accounts.sso_saml"),
    ),
    Dependency(
        "alarms",
        "Call people when something is wrong.",
        "Incidents stand on their page, and messages are tried again.",
        _alarms,
        (f"{ROOM}.incidents.messages",),
    ),
    Dependency(
        "backup copies",
        "Keep a copy of each backup elsewhere.",
        "Backups lie on this machine alone; the backup says so.",
        _elsewhere,
        (f"{ROOM}.backups.offsite",),
    ),
    Dependency(
        "watched certificates",
        "Hosts whose certificate is looked at.",
        "Nothing; their days are not known.",
        _certificates,
        (f"{ROOM}.host_gauges",),
    ),
)


def all_of_them() -> list[dict[str, Any]]:
    """Each as data."""
    return [one.as_data() for one in DEPENDENCIES]
