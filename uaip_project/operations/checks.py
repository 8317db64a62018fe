"""System checks: combinations of settings that would hurt, each with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

#: A shorter key is within reach of guessing.
SHORTEST_KEY = 32


@register()
def production_is_reachable(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Without host names every request of a production site is refused."""
    if not settings.IS_PRODUCTION or settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            f"ENVIRONMENT={settings.ENVIRONMENT} and ALLOWED_HOSTS is empty: "
            "every request would be refused.",
            hint="Set ALLOWED_HOSTS to the names that people type, separated by commas.",
            id="uaip.E001",
        )
    ]


@register()
def production_keeps_its_secrets(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A short key can be guessed, and debug pages show settings to whoever meets a fault."""
    if not settings.IS_PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        found.append(
            Error(
                f"SECRET_KEY has {len(settings.SECRET_KEY)} characters: "
                "whoever guesses it signs in as anybody.",
                hint=f"Set SECRET_KEY to at least {SHORTEST_KEY} random characters.",
                id="uaip.E004",
            )
        )
    if settings.DEBUG:
        found.append(
            Error(
                f"UAIP_DEBUG is on with ENVIRONMENT={settings.ENVIRONMENT}: "
                "its pages show the inside of the site to everybody.",
                hint="Set UAIP_DEBUG to False, or ENVIRONMENT to development.",
                id="uaip.E005",
            )
        )
    return found


@register()
def a_provider_is_not_asked_yet(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Nobody should believe that a language model scores when none does."""
    if not settings.LLM_PROVIDER:
        return []
    return [
        Warning(
            f"LLM_PROVIDER={settings.LLM_PROVIDER} is set, but this release asks no language "
            "model: the embedded scorer scores all answers, and /health says degraded.",
            hint="Leave LLM_PROVIDER empty.",
            id="uaip.W003",
        )
    ]


@register()
def production_has_servers(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite and the embedded broker carry one machine, not a site that people rely on."""
    if not settings.IS_PRODUCTION:
        return []
    missing = [
        name
        for name, value in (
            ("POSTGRES_HOST", settings.POSTGRES_HOST),
            ("REDIS_URL", settings.BROKER_URL),
        )
        if not value
    ]
    if not missing:
        return []
    return [
        Warning(
            f"ENVIRONMENT={settings.ENVIRONMENT} runs on the embedded defaults: "
            f"{' and '.join(missing)} not set.",
            hint="docs/how-to/use-postgresql-and-redis.md says how to set them.",
            id="uaip.W002",
        )
    ]
