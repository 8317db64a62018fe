"""The secrets beside the database: what an archive keeps of them, and whether they are still those."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from accounts import peppers, sealing, signing
from accounts.models import ApiKey, DataKey
from uaip_project.env import FOUND
from uaip_project.operations.backups.manifest import KeyCheck

_ABOUT = b"uaip backup key check"


def secrets_in_force() -> dict[str, str]:
    """Every secret that restored data needs, under the name of its setting."""
    found = {
        "SECRET_KEY": settings.SECRET_KEY,
        "UAIP_SECRET_KEY_FALLBACKS": " ".join(settings.SECRET_KEY_FALLBACKS),
        "JWT_PRIVATE_KEY": _jwt_text(),
        "JWT_PREVIOUS_PUBLIC_KEYS": settings.JWT_PREVIOUS_PUBLIC_KEYS,
        "UAIP_KEY_PEPPERS": ",".join(f"{one}:{value}" for one, value in peppers.peppers().items()),
        "FIELD_KEYS": settings.FIELD_KEYS,
        "UAIP_METRICS_TOKEN": settings.METRICS_TOKEN,
        "POSTGRES_PASSWORD": str(settings.DATABASES["default"].get("PASSWORD", "")),
    }
    found |= {name: settings.LLM_KEYS[name] for name in settings.LLM_KEYS if _is_secret(name)}
    return {name: value for name, value in found.items() if value}


def _jwt_text() -> str:
    """The key that signs, also where an embedded start made it itself."""
    return (
        signing.ring()
        .private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
    )


def _is_secret(name: str) -> bool:
    return name in FOUND and FOUND[name].is_secret


def sealed_content() -> bytes:
    """What the member of secrets holds; only ever written into an encrypted archive."""
    environment = {
        one.name: one.value
        for one in FOUND.values()
        if not one.is_secret and one.source != "default"
    }
    said: dict[str, Any] = {"secrets": secrets_in_force(), "environment": environment}
    return json.dumps(said, indent=1, sort_keys=True, default=str).encode()


def key_checks() -> list[KeyCheck]:
    """A value of each secret by which it is known again, and nothing else is."""
    found = [
        KeyCheck("SECRET_KEY", "", _check(settings.SECRET_KEY)),
        KeyCheck("JWT_PRIVATE_KEY", signing.ring().kid, _check(_jwt_text())),
    ]
    for key_id, value in peppers.peppers().items():
        found.append(KeyCheck("UAIP_KEY_PEPPERS", key_id, _check(value)))
    for key_id, key in sealing.field_keys().items():
        found.append(KeyCheck("FIELD_KEYS", key_id, _check(key.hex())))
    return found


def _check(secret: str) -> str:
    return hmac.new(secret.encode(), _ABOUT, hashlib.sha256).hexdigest()[:16]


def missing_here(checks: Sequence[KeyCheck]) -> list[KeyCheck]:
    """Those of an archive that this site does not have, or has another secret for."""
    here = set(key_checks())
    return [one for one in checks if one not in here]


def what_is_lost(name: str) -> str:
    """What cannot be used any more without the secret of then."""
    return {
        "SECRET_KEY": "browser sessions and links in mails",
        "JWT_PRIVATE_KEY": "access tokens of programs",
        "UAIP_KEY_PEPPERS": "API keys that were hashed with it",
        "FIELD_KEYS": "everything that was sealed with it",
    }[name]


def unreadable() -> list[str]:
    """Sentences about sealed data that the secrets of this site do not open.

    Reads the connection in force (scratch.as_default), one value of each sort.
    """
    return [*_data_keys_away(), *_peppers_away()]


def _data_keys_away() -> list[str]:
    found = []
    live = DataKey.objects.filter(destroyed_at=None)
    for key_id in sorted(set(live.values_list("wrapped_by", flat=True))):
        those = live.filter(wrapped_by=key_id)
        row = those.order_by("pk")[0]
        try:
            sealing.unwrapped(row.wrapped, row.code, key_id)
        except sealing.CannotOpen as fault:
            found.append(f"{those.count()} data keys cannot be opened: {fault}")
    return found


def _peppers_away() -> list[str]:
    known = set(peppers.peppers())
    used = set(ApiKey.objects.filter(revoked_at=None).values_list("pepper_id", flat=True))
    return [
        f"API keys that were hashed with the pepper {one} cannot be used: UAIP_KEY_PEPPERS lacks it."
        for one in sorted(used - known)
    ]
