"""Compares the names that people give things in one answer and use again in another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def plain(name: Any) -> str:
    """A name without case, underscores and double spaces: "Rain_mm " -> "rain mm"."""
    if not isinstance(name, str):
        return ""
    return " ".join(name.replace("_", " ").casefold().split())


def is_mentioned(name: Any, texts: Iterable[Any]) -> bool:
    """Whether one of the texts names it, or is itself a part of that name."""
    wanted = plain(name)
    found = [plain(text) for text in texts]
    return bool(wanted) and any(text and (wanted in text or text in wanted) for text in found)


def in_words(names: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"
