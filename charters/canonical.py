"""Canonical JSON: one sequence of bytes for one content, whatever the order of its keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: From here on Python writes floats with an exponent, PostgreSQL as plain integers.
FIRST_EXPONENT_FLOAT = 1e16


def canonical_bytes(content: Any) -> bytes:
    """Sorted keys, no blanks, UTF-8.

    Text is taken as it stands, without Unicode normalization, so that anyone can check a
    hash with an ordinary JSON library. Raises TypeError for what JSON cannot hold
    (including keys that are no text) and ValueError for NaN, infinity and lone surrogates.
    """
    text = json.dumps(
        _storable(content),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return text.encode("utf-8")


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def _storable(value: Any) -> Any:
    """The value as it comes back from a JSON column, so that storing keeps the hash."""
    if isinstance(value, Mapping):
        return {_text_key(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    if isinstance(value, float):
        return _storable_float(value)
    return value


def _text_key(key: object) -> str:
    # json.dumps would turn 1 and "1" into the same key.
    if not isinstance(key, str):
        raise TypeError(f"a key must be text, not {key!r}")
    return key


def _storable_float(value: float) -> float | int:
    if value == 0:
        return 0.0  # a JSON column knows no negative zero
    if abs(value) >= FIRST_EXPONENT_FLOAT and value.is_integer():
        return int(value)
    return value
