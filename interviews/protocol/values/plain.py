"""Says an answer in words when its question is not known here, from its own names alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from interviews.protocol.values.display import number_in_words


def plain(value: Any) -> str:
    """A canonical value as readable lines; "" when there is none."""
    return "\n".join(_lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{_name(key)}: {_inline(held)}" for key, held in value.items())
    elif isinstance(value, list):
        yield from (_inline(one) for one in value)
    elif value is not None:
        yield _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{_name(key)}: {_inline(held)}" for key, held in value.items())
    if isinstance(value, list):
        return ", ".join(_inline(one) for one in value)
    return number_in_words(value)


def _name(key: str) -> str:
    """biggest_driver -> Biggest driver; codes such as S1-07 stay as they are."""
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]
