"""The keys that seal archives (UAIP_BACKUP_KEY): the first one seals, every one opens."""

from __future__ import annotations

import base64
import binascii
import re
import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from uaip_project.operations.backups.cipher import KEY_BYTES
from uaip_project.operations.backups.problems import BackupImpossible


def configured() -> tuple[bytes, ...]:
    """Newest first; () = archives are not sealed. Raises ImproperlyConfigured."""
    text: str = settings.BACKUP_KEY
    return tuple(_key(one, at) for at, one in enumerate(re.split(r"[\s,]+", text), 1) if one)


def usable() -> tuple[bytes, ...]:
    """The same for who is about to work with them. Raises BackupImpossible."""
    try:
        return configured()
    except ImproperlyConfigured as fault:
        raise BackupImpossible(str(fault)) from fault


def _key(text: str, position: int) -> bytes:
    plain = text.replace("-", "+").replace("_", "/")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"UAIP_BACKUP_KEY: key {position} is not the base64 of {KEY_BYTES} random bytes. "
            "`manage.py backup --new-key` makes one."
        )
    return key


def new_key() -> str:
    """A fresh one, as the setting wants it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
