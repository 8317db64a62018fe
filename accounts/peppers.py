"""The peppers that API keys are hashed with: secrets beside the database, each known by its id."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.made_once import made_once

#: "2026a:value": an id, and at least 32 characters that nobody guesses.
_ENTRY = re.compile(r"([A-Za-z0-9_-]{1,20}):(\S{32,})")


def peppers() -> dict[str, str]:
    """By id, newest first. Raises ImproperlyConfigured where the setting cannot be read."""
    given: str = settings.KEY_PEPPERS
    text = given or made_once(settings.DATA_DIR / "key_peppers", new_pepper)
    found: dict[str, str] = {}
    for position, entry in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
        match = _ENTRY.fullmatch(entry)
        if match is None or match[1] in found:
            raise ImproperlyConfigured(
                f"UAIP_KEY_PEPPERS: entry {position} is not of the form id:value with an id of its "
                "own and a value of at least 32 characters."
            )
        found[match[1]] = match[2]
    return found


def new_pepper() -> str:
    """One entry, fresh."""
    return f"{secrets.token_hex(4)}:{secrets.token_urlsafe(32)}"


def newest() -> str:
    """The id of the pepper that new keys are hashed with."""
    return next(iter(peppers()))


def digest(secret: str, pepper_id: str) -> str:
    """HMAC-SHA256 of a key's secret in hex. Raises KeyError for a pepper that is not there."""
    return hmac.new(peppers()[pepper_id].encode(), secret.encode(), hashlib.sha256).hexdigest()
