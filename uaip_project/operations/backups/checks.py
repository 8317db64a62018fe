"""System checks of the settings about backups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from uaip_project.operations.backups import backup_keys

HOW = "docs/how-to/back-up.md says how it is made and kept."


@register()
def backup_keys_can_be_read(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A key that cannot be read would stop every backup."""
    try:
        backup_keys.configured()
    except ImproperlyConfigured as fault:
        return [Error(str(fault), hint=HOW, id="uaip.E020")]
    return []


@register()
def production_encrypts_its_backups(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Whoever finds an archive has the whole site, and it cannot bring its secrets back."""
    if not settings.IS_PRODUCTION or settings.BACKUP_KEY:
        return []
    return [
        Warning(
            "UAIP_BACKUP_KEY is not set: archives are readable by whoever finds one, hold no "
            "secrets, and nobody would notice if one was exchanged.",
            hint=f"Set UAIP_BACKUP_KEY_FILE. {HOW}",
            id="uaip.W040",
        )
    ]


@register()
def included_files_are_there(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A file that is gone would stop every backup."""
    return [
        Error(
            f"UAIP_BACKUP_INCLUDE={one}: there is no such file or folder, so no backup is taken.",
            hint="Correct the path, or take it out.",
            id="uaip.E021",
        )
        for one in settings.BACKUP_INCLUDE
        if not Path(one).exists()
    ]
