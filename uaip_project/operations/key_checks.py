"""System checks of the keys that tokens and API keys rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from accounts import peppers, signing

HOW = "docs/how-to/rotate-keys.md says how they are made and rotated."


@register()
def keys_can_be_used(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key that cannot be read would be found out at somebody's first sign-in.

    What an embedded start makes by itself is not made here: a check leaves nothing behind.
    """
    found: list[CheckMessage] = []
    for is_given, read in (
        (bool(settings.JWT_PRIVATE_KEY), signing.ring),
        (bool(settings.KEY_PEPPERS), peppers.peppers),
    ):
        try:
            if is_given:
                read()
        except ImproperlyConfigured as fault:
            found.append(Error(str(fault), hint=HOW, id="uaip.E007"))
    return found


@register()
def jwt_secret_does_nothing(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Whoever sets it believes that tokens are signed with it."""
    if not settings.HAS_JWT_SECRET:
        return []
    return [
        Warning(
            "JWT_SECRET is set and has no effect: tokens are signed with the key pair of "
            "JWT_PRIVATE_KEY (RS256).",
            hint=f"Take JWT_SECRET out. {HOW}",
            id="uaip.W007",
        )
    ]


@register()
def tokens_are_signed_well(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """2048 bits are still taken; new keys should be longer."""
    try:
        bits = signing.ring().private.key_size if settings.JWT_PRIVATE_KEY else signing.BITS
    except ImproperlyConfigured:
        return []
    if bits >= signing.BITS:
        return []
    return [
        Warning(
            f"JWT_PRIVATE_KEY has {bits} bits.",
            hint=f"Rotate to a key of {signing.BITS} bits at the next occasion. {HOW}",
            id="uaip.W008",
        )
    ]
