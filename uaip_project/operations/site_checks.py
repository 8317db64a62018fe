"""System checks: what is harmless on a laptop and dangerous where people rely on it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection

from accounts import runtime_settings
from accounts.models import RuntimeSetting
from accounts.permissions import Role
from uaip_project.operations import configuration

#: Mail that nobody gets, by the last part of the backend's module.
NOWHERE = frozenset({"console", "locmem", "dummy", "filebased"})
HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})
#: Modes of PostgreSQL's client that look at the certificate.
CHECKED = frozenset({"verify-ca", "verify-full"})
HOW = "docs/reference/settings.md says what each setting takes."
AT_RUN_TIME = "docs/how-to/change-settings-at-run-time.md says how it is taken back."


@register()
def production_is_met_under_its_name(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Links in mails, passkeys and cookies all hang on one https address and known names."""
    if not settings.IS_PRODUCTION:
        return []
    found: list[CheckMessage] = []
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https" or address.hostname in HERE:
        found.append(
            Warning(
                f"UAIP_BASE_URL={settings.BASE_URL}: links in mails lead there, and whoever "
                "listens on the way reads them.",
                hint="Set UAIP_BASE_URL to the https address that people type.",
                id="uaip.W009",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Warning(
                "ALLOWED_HOSTS holds *: a request may name any host, and pages believe it.",
                hint="Set ALLOWED_HOSTS to the names that people type, separated by commas.",
                id="uaip.W010",
            )
        )
    return found


@register()
def production_sends_its_mail(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Invitations, confirmations and new passwords would never arrive."""
    kind = settings.EMAIL_BACKEND.split(".")[-2:-1]
    if not settings.IS_PRODUCTION or not NOWHERE & set(kind):
        return []
    return [
        Warning(
            f"UAIP_EMAIL_BACKEND={settings.EMAIL_BACKEND}: no mail reaches anybody, and its links "
            "stand in a log or a file.",
            hint="Set UAIP_EMAIL_BACKEND to django.core.mail.backends.smtp.EmailBackend.",
            id="uaip.W011",
        )
    ]


@register()
def nobody_tries_without_end(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Passwords could be guessed as fast as the machine answers."""
    if not settings.IS_PRODUCTION or settings.RATE_LIMITING_ENABLED:
        return []
    return [
        Warning(
            "RATE_LIMITING_ENABLED is off: passwords can be tried without end, and one program "
            "can stop all others.",
            hint="Take it out, or set it to True.",
            id="uaip.W012",
        )
    ]


@register()
def strangers_prove_their_address(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Without a confirmed address anybody registers in anybody's name."""
    is_confirmed = settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
    if not settings.REGISTRATION_OPEN or is_confirmed:
        return []
    return [
        Warning(
            f"UAIP_REGISTRATION_OPEN is on with ENVIRONMENT={settings.ENVIRONMENT}: whoever "
            "reaches the site registers with any address, and nobody asks whether it is theirs.",
            hint="Invite people instead, or set ENVIRONMENT to production: addresses are "
            "confirmed there.",
            id="uaip.W013",
        )
    ]


@register()
def the_powerful_have_a_second_factor(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """One stolen password of theirs opens everything."""
    missing = [
        role.label
        for role in (Role.ADMIN, Role.SUPERADMIN)
        if role.value not in settings.MFA_REQUIRED_ROLES
    ]
    if not settings.IS_PRODUCTION or not missing:
        return []
    return [
        Warning(
            f"UAIP_MFA_REQUIRED_ROLES asks no second factor of {' and '.join(missing)}: one "
            "stolen password opens every project.",
            hint="Take it out, or set it to admin,superadmin. docs/how-to/second-factor.md.",
            id="uaip.W014",
        )
    ]


@register()
def figures_of_the_site_are_not_for_everybody(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A network of all addresses makes /metrics a public page."""
    everywhere = [one for one in settings.METRICS_ALLOWED_CIDRS if _is_everywhere(one)]
    if not settings.IS_PRODUCTION or not everywhere:
        return []
    return [
        Warning(
            f"METRICS_ALLOWED_CIDRS holds {', '.join(everywhere)}: everybody reads /metrics.",
            hint="Name the network of whoever collects them, or use UAIP_METRICS_TOKEN.",
            id="uaip.W015",
        )
    ]


@register()
def the_proxy_is_known(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Production stands behind a proxy that speaks https; only a known one is believed."""
    if not settings.IS_PRODUCTION:
        return []
    if settings.TRUSTED_PROXY_COUNT and settings.TRUSTED_PROXY_CIDRS:
        return []
    return [
        Warning(
            "TRUSTED_PROXY_CIDRS is empty: whoever reaches the port is believed as a proxy."
            if settings.TRUSTED_PROXY_COUNT
            else "TRUSTED_PROXY_COUNT is 0: nobody is believed who says that a request came by "
            "https, so pages lead to themselves, and all callers share the proxy's address.",
            hint="Set it to the number of proxies of yours, and TRUSTED_PROXY_CIDRS to where they "
            "stand.",
            id="uaip.W019",
        )
    ]


@register()
def servers_are_spoken_to_in_secret(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Answers and sessions go to PostgreSQL and Redis, whose certificate nobody looked at."""
    if not settings.IS_PRODUCTION or settings.IS_CLOSED_NETWORK:
        return []
    open_ones = [
        name
        for name, is_open in (
            ("PostgreSQL", settings.POSTGRES_HOST and settings.POSTGRES_SSLMODE not in CHECKED),
            ("the broker", settings.BROKER_URL.startswith("redis://")),
            ("the cache", settings.CACHE_URL.startswith("redis://")),
        )
        if is_open
    ]
    if not open_ones:
        return []
    return [
        Warning(
            f"Without a certificate that is checked: {', '.join(open_ones)}. Whoever is on the "
            "network between reads along.",
            hint="Set POSTGRES_SSLMODE=verify-full and rediss:// addresses, or say by "
            "UAIP_CLOSED_NETWORK=True that nobody else is on that network.",
            id="uaip.W020",
        )
    ]


@register()
def files_ask_as_much_as_the_guide(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A site may ask less of answers, but not unnoticed."""
    return [
        Warning(f"{one.key} is {one.written(value)}. {danger}", hint=HOW, id="uaip.W016")
        for one in runtime_settings.DECLARED.values()
        # Switches of the environment have checks of their own.
        if not one.setting and (danger := one.danger(value := one.file_value()))
    ]


@register(Tags.database)
def nothing_dangerous_was_chosen_at_run_time(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with ``check --database default``: only then may a check read tables."""
    if not databases or "default" not in databases or not _has_tables():
        return []
    return [
        Warning(
            f"{one.key} is {one.written(value)} at run time. {danger}",
            hint=AT_RUN_TIME,
            id="uaip.W017",
        )
        for one, value, danger in configuration.dangers()
    ]


def _has_tables() -> bool:
    """``migrate`` runs the checks before it makes the first table."""
    return RuntimeSetting._meta.db_table in connection.introspection.table_names()


def _is_everywhere(text: str) -> bool:
    try:
        return ip_network(text, strict=False).prefixlen == 0
    except ValueError:
        return False
