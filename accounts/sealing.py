"""How a value is sealed: AES-256-GCM under a data key, and data keys under the site's FIELD_KEYS.

Nothing here reads a table; accounts/key_ring.py knows which data key belongs to what.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
NONCE_BYTES = 12
#: "2026a:base64": an id, and 32 random bytes.
_ENTRY = re.compile(r"([A-Za-z0-9_-]{1,20}):([A-Za-z0-9+/_-]{43}=?)")
_HEAD = "sealed:1:"
#: In front of a clear value that looks like one of ours, so that it is read back as it was typed.
_CLEAR = "sealed:0:"
_CODE = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ENVELOPE = re.compile(f"sealed:1:({_CODE}):([A-Za-z0-9_-]+)")
_HEAD_OF_BYTES = re.compile(f"sealed:1:({_CODE}):".encode())


class CannotOpen(Exception):
    """A sealed value cannot be read here; the subclass says why."""

    status_code = 503
    sentence = "This text is sealed and cannot be read here. Ask whoever runs this site."


class SealBroken(CannotOpen):
    """The value, or its key, is not what was sealed: changed, moved, or another key."""


class KeyAway(CannotOpen):
    """FIELD_KEYS lacks the entry that the data key is wrapped by, or the data key has no row."""


class KeyDestroyed(CannotOpen):
    """The data key was destroyed on purpose: nobody can read this any more."""

    status_code = 410
    sentence = "This text was erased for good: the key that opened it was destroyed."


class UnsealedWrite(Exception):
    """Clear text was about to be written into a sealed column while sealing is switched on."""


def is_on() -> bool:
    """Whether new values are sealed."""
    return bool(settings.FIELD_KEYS)


def field_keys() -> dict[str, bytes]:
    """The site's keys by id, newest first. Raises ImproperlyConfigured where one is unreadable."""
    return _field_keys(settings.FIELD_KEYS)


@lru_cache(maxsize=8)
def _field_keys(text: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for position, entry in enumerate(re.split(r"[\s,]+", text.strip()) if text else [], start=1):
        match = _ENTRY.fullmatch(entry)
        key = _decoded(match[2].rstrip("=")) if match else b""
        if match is None or match[1] in found or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                f"FIELD_KEYS: entry {position} is not of the form id:key with an id of its own and "
                "the base64 of 32 random bytes."
            )
        found[match[1]] = key
    return found


def new_field_key() -> str:
    """One entry for FIELD_KEYS, fresh."""
    return f"{secrets.token_hex(4)}:{_encoded(secrets.token_bytes(KEY_BYTES))}"


def new_data_key() -> bytes:
    """The key of one subject."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def wrapped(data_key: bytes, code: UUID) -> tuple[str, str]:
    """A data key under the newest of FIELD_KEYS, and the id of that one."""
    key_id, key = next(iter(field_keys().items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _encoded(nonce + AESGCM(key).encrypt(nonce, data_key, _about(code, key_id))), key_id


def unwrapped(text: str, code: UUID, key_id: str) -> bytes:
    """The data key again. Raises KeyAway where FIELD_KEYS lacks the id, and SealBroken."""
    key = field_keys().get(key_id)
    if key is None:
        raise KeyAway(f"FIELD_KEYS has no entry with the id {key_id}.")
    return _decrypted(AESGCM(key), text, _about(code, key_id))


def envelope(text: str, *, cipher: AESGCM, code: UUID, context: str) -> str:
    """The sealed form: it names its key, and opens nowhere but in its own column."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _bound(code, context))
    return f"{_HEAD}{code}:{_encoded(nonce + sealed)}"


def code_of(stored: str) -> UUID | None:
    """The code of the key that a stored text is sealed with; None: it is not sealed."""
    match = _ENVELOPE.fullmatch(stored) if stored.startswith(_HEAD) else None
    return UUID(match[1]) if match else None


def opened(stored: str, *, cipher: AESGCM, context: str) -> str:
    """What was sealed. Raises SealBroken."""
    match = _ENVELOPE.fullmatch(stored)
    if match is None:
        raise SealBroken(f"{context} holds what is no sealed value.")
    text = _decrypted(cipher, match[2], _bound(UUID(match[1]), context))
    return text.decode("utf-8", "surrogatepass")


def envelope_of_bytes(raw: bytes, *, cipher: AESGCM, code: UUID, context: str) -> bytes:
    """The same for a file, which base64 would only make longer."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return f"{_HEAD}{code}:".encode() + nonce + cipher.encrypt(nonce, raw, _bound(code, context))


def code_of_bytes(stored: bytes) -> UUID | None:
    """The code of the key that stored bytes are sealed with; None: they are not sealed."""
    match = _HEAD_OF_BYTES.match(stored)
    return UUID(match[1].decode()) if match else None


def opened_bytes(stored: bytes, *, cipher: AESGCM, context: str) -> bytes:
    """What was sealed. Raises SealBroken."""
    match = _HEAD_OF_BYTES.match(stored)
    if match is None:
        raise SealBroken(f"{context} holds what is no sealed value.")
    return _opened(cipher, stored[match.end() :], _bound(UUID(match[1].decode()), context))


def escaped(text: str) -> str:
    """A clear text as it is stored: marked where it could be taken for a sealed one."""
    return f"{_CLEAR}{text}" if text.startswith((_CLEAR, _HEAD)) else text


def unescaped(stored: str) -> str:
    """A clear text as it was typed."""
    return stored.removeprefix(_CLEAR)


def escaped_bytes(raw: bytes) -> bytes:
    """A clear file as it is stored."""
    heads = (_CLEAR.encode(), _HEAD.encode())
    return _CLEAR.encode() + raw if raw.startswith(heads) else raw


def unescaped_bytes(stored: bytes) -> bytes:
    """A clear file as it came."""
    return stored.removeprefix(_CLEAR.encode())


def _decrypted(cipher: AESGCM, text: str, about: bytes) -> bytes:
    return _opened(cipher, _decoded(text), about)


def _opened(cipher: AESGCM, raw: bytes, about: bytes) -> bytes:
    try:
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        raise SealBroken("The value does not fit its key.") from None


def _about(code: UUID, key_id: str) -> bytes:
    return f"data key|{code}|{key_id}".encode()


def _bound(code: UUID, context: str) -> bytes:
    return f"{code}|{context}".encode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    """Of either alphabet, padded or not; b"" for what is no base64."""
    plain = text.replace("+", "-").replace("/", "_")
    try:
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return b""
