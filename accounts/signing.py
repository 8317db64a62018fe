"""The keys that access tokens are signed and checked with (RS256), each known by its thumbprint."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.made_once import made_once

ALGORITHM = "RS256"
#: A new key has this many bits; one with fewer than LEAST_BITS is refused.
BITS, LEAST_BITS = 3072, 2048
PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


@dataclass(frozen=True)
class KeyRing:
    """The key that signs, its ``kid``, and by ``kid`` every key that a token may be signed with."""

    private: RSAPrivateKey
    kid: str
    public: dict[str, RSAPublicKey]


def ring() -> KeyRing:
    """The keys in force. Raises ImproperlyConfigured where a setting holds no usable key."""
    return _ring(_private_text(), settings.JWT_PREVIOUS_PUBLIC_KEYS)


def _private_text() -> str:
    """The site's own key, or the one that an embedded start made."""
    given: str = settings.JWT_PRIVATE_KEY
    return given or made_once(settings.DATA_DIR / "jwt_private_key.pem", new_private_key)


@lru_cache(maxsize=8)
def _ring(private_text: str, previous_text: str) -> KeyRing:
    private = _private(private_text)
    previous = [_public(part) for part in PEM.findall(_lines(previous_text))]
    if previous_text and not previous:
        raise ImproperlyConfigured(
            "JWT_PREVIOUS_PUBLIC_KEYS holds no PEM block: use what `openssl pkey -pubout` writes."
        )
    own = private.public_key()
    return KeyRing(private, thumbprint(own), {thumbprint(key): key for key in (own, *previous)})


def _private(text: str) -> RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(_lines(text).encode(), password=None)
    except (ValueError, TypeError) as fault:
        raise ImproperlyConfigured(
            f"JWT_PRIVATE_KEY is no private key in PEM without a password ({fault})."
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise ImproperlyConfigured(
            f"JWT_PRIVATE_KEY: an RSA key of at least {LEAST_BITS} bits is expected."
        )
    return key


def _public(text: str) -> RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(text.encode())
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"JWT_PREVIOUS_PUBLIC_KEYS: a block is no public key in PEM ({fault})."
        ) from None
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise ImproperlyConfigured(
            f"JWT_PREVIOUS_PUBLIC_KEYS: RSA keys of at least {LEAST_BITS} bits are expected."
        )
    return key


def _lines(text: str) -> str:
    r"""A key on one line of a .env file has ``\n`` where its lines end."""
    return text.replace("\\n", "\n")


def thumbprint(key: RSAPublicKey) -> str:
    """The key's name: RFC 7638, SHA-256 over its required members, base64url."""
    numbers = key.public_numbers()
    members = {"e": _base64url(_bytes(numbers.e)), "kty": "RSA", "n": _base64url(_bytes(numbers.n))}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_private_key() -> str:
    """A fresh RSA key as PEM (PKCS #8)."""
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key: RSAPublicKey) -> str:
    """A public key as PEM: what JWT_PREVIOUS_PUBLIC_KEYS takes."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
