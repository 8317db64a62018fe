"""System checks of the keys that answers are sealed with at rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from accounts import sealing
from accounts.services import data_keys

HOW = "docs/how-to/encrypt-answers-at-rest.md says how they are made, kept and rotated."


@register()
def field_keys_can_be_read(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A key that cannot be read would stop the first person who saves a word."""
    try:
        sealing.field_keys()
    except ImproperlyConfigured as fault:
        return [Error(str(fault), hint=HOW, id="uaip.E008")]
    return []


@register()
def production_seals_its_answers(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Whoever gets hold of the database or a copy of it reads what people wrote."""
    if not settings.IS_PRODUCTION or sealing.is_on():
        return []
    return [
        Warning(
            "FIELD_KEYS is not set: answers, charters and seeds of second factors stand readable "
            "in the database.",
            hint=f"Set FIELD_KEYS, then run `maintenance seal`. {HOW}",
            id="uaip.W018",
        )
    ]


@register(Tags.database)
def every_data_key_can_be_opened(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with ``check --database default``: only then may a check read tables."""
    if not databases or "default" not in databases:
        return []
    try:
        away = data_keys.ids_away()
    except (DatabaseError, ImproperlyConfigured):
        # Before the first migration there is no such table; an unreadable key is uaip.E008.
        return []
    return [
        Error(
            f"{count} data keys are wrapped by {key_id}, which FIELD_KEYS does not hold: what they "
            "seal cannot be read.",
            hint=f"Put the entry {key_id} back into FIELD_KEYS, behind the newest. {HOW}",
            id="uaip.E009",
        )
        for key_id, count in sorted(away.items())
    ]
