"""System checks: combinations of settings that would hurt, each with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from interviews.llm import providers

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
def a_provider_can_be_asked(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Nobody should believe that a language model scores when none can be asked."""
    if not providers.is_wanted():
        return []
    return [
        Warning(
            f"{problem.rstrip('.')}: the embedded scorer scores all answers that it should have "
            "read, and /health says degraded.",
            hint="docs/how-to/use-a-language-model.md says what each provider needs. "
            "`python manage.py check_llm` tries them.",
            id="uaip.W003",
        )
        for problem in providers.problems()
    ]


@register()
def a_fallback_is_another_one(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A fallback that fails together with the first provider is none."""
    same = settings.LLM_FALLBACK_PROVIDER == settings.LLM_PROVIDER
    models = {settings.LLM_MODEL, settings.LLM_FALLBACK_MODEL or settings.LLM_MODEL}
    if not settings.LLM_FALLBACK_PROVIDER or not same or len(models) > 1:
        return []
    return [
        Warning(
            f"LLM_FALLBACK_PROVIDER={settings.LLM_FALLBACK_PROVIDER} is the provider that it should "
            "stand in for, with the same model.",
            hint="Name another provider, another UAIP_LLM_FALLBACK_MODEL, or none.",
            id="uaip.W004",
        )
    ]


@register()
def model_figures_make_sense(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Figures with which no call could ever succeed."""
    found: list[CheckMessage] = []
    if not 0 < settings.LLM_TIMEOUT_SECONDS <= settings.LLM_ATTEMPT_SECONDS:
        found.append(
            Warning(
                f"LLM_TIMEOUT_SECONDS={settings.LLM_TIMEOUT_SECONDS:g} does not fit into "
                f"UAIP_LLM_ATTEMPT_SECONDS={settings.LLM_ATTEMPT_SECONDS:g}.",
                hint="One call must end before the time of all calls for an attempt is over.",
                id="uaip.W005",
            )
        )
    if not 0 <= settings.LLM_TEMPERATURE <= 2:
        found.append(
            Warning(
                f"LLM_TEMPERATURE={settings.LLM_TEMPERATURE:g}: providers take 0 to 2.",
                hint="Set it between 0 and 2; it is used for prose, never for scores.",
                id="uaip.W006",
            )
        )
    return found


@register()
def networks_can_be_read(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """One that cannot would make /metrics, or every webhook, fail for everybody."""
    named = (
        ("METRICS_ALLOWED_CIDRS", settings.METRICS_ALLOWED_CIDRS),
        ("UAIP_WEBHOOK_ALLOWED_CIDRS", settings.WEBHOOK_ALLOWED_CIDRS),
    )
    found: list[CheckMessage] = []
    for name, text in ((name, text) for name, texts in named for text in texts):
        try:
            ip_network(text, strict=False)
        except ValueError:
            found.append(
                Error(
                    f"{name}: {text} is no network.",
                    hint="Use networks such as 10.0.0.0/8, separated by commas.",
                    id="uaip.E006",
                )
            )
    return found


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
