"""How members are sealed: AES-256-GCM in chunks, each member under a key of its own.

A chunk's nonce is its number and whether it is the last one, so that chunks cannot be moved,
repeated or cut off. A key is used for one member of one archive, so no nonce is used twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CIPHER = "AES-256-GCM"
KEY_BYTES = 32
CHUNK = 1024 * 1024
TAG_BYTES = 16


@dataclass(frozen=True)
class Written:
    """What became of a member: its own size and SHA-256, and how many bytes are stored of it."""

    size: int
    sha256: str
    stored: int


def derived(key: bytes, salt: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """A key for one purpose, made of the site's backup key."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose.encode()).derive(key)


def key_id(key: bytes) -> str:
    """What an archive says of the key that seals it: enough to name it, nothing to open with."""
    return derived(key, b"", "uaip backup key id", 4).hex()


def copy(source: BinaryIO, to: BinaryIO, key: bytes | None) -> Written:
    """Writes ``source`` to ``to``, sealed by ``key`` where there is one."""
    digest, size, stored = hashlib.sha256(), 0, 0
    for number, (chunk, is_last) in enumerate(_chunks(source)):
        digest.update(chunk)
        size += len(chunk)
        sealed = AESGCM(key).encrypt(_nonce(number, is_last), chunk, None) if key else chunk
        stored += to.write(sealed)
    return Written(size, digest.hexdigest(), stored)


def opened(source: BinaryIO, stored: int, key: bytes | None) -> Iterator[bytes]:
    """The chunks of a member again. Raises ValueError, which says what does not fit."""
    step = CHUNK + TAG_BYTES if key else CHUNK
    number, left = 0, stored
    while left or (key and not number):
        raw = source.read(min(step, left))
        left -= len(raw)
        if not raw:
            raise ValueError("it ends too early")
        yield _unsealed(raw, number, not left, key)
        number += 1


def _unsealed(raw: bytes, number: int, is_last: bool, key: bytes | None) -> bytes:
    if key is None:
        return raw
    try:
        return AESGCM(key).decrypt(_nonce(number, is_last), raw, None)
    except (InvalidTag, ValueError):
        raise ValueError("its bytes were changed, moved or cut: the seal does not fit") from None


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Chunks of equal size; an empty source gives one empty chunk, so that it is sealed too."""
    chunk = source.read(CHUNK)
    while True:
        after = source.read(CHUNK) if len(chunk) == CHUNK else b""
        yield chunk, not after
        if not after:
            return
        chunk = after
