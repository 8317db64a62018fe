"""Compares the names that people type, so that "Night nurse" meets "night nurses"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"[^\W_]+")
#: Words that say nothing about which thing is meant.
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        """a an and any all are as at be by each every for from has have in into is it its many
        more most no not of on one only or other our out over own per some such than that the
        their them these they this those to very was were when which who whose will with within
        without"""
    )
)
_NO = re.compile(
    r"^\W*(no(?! (more|less|fewer|later|longer)\b)|none|never|not|n/?a|stays|remains|false)\b",
    re.IGNORECASE,
)


def fold(name: Any) -> str:
    """A name without case, punctuation and surplus spaces."""
    return " ".join(_WORD.findall(str(name or "").casefold()))


def same_name(one: Any, other: Any) -> bool:
    """Whether two typed names mean the same thing."""
    return fold(one) == fold(other) != ""


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """The words that carry meaning, crudely reduced to their stem."""
    return frozenset(
        _stem(word) for word in _WORD.findall(text.casefold()) if word not in _EMPTY_WORDS
    )


def _stem(word: str) -> str:
    # Crude on purpose: it only has to bring singular and plural together.
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def shares_word(one: str, other: str) -> bool:
    """Whether two texts have a meaningful word in common."""
    return bool(words(one) & words(other))


def contains_all(text: str, name: str) -> bool:
    """Whether every meaningful word of a name stands in a text."""
    wanted = words(name)
    return bool(wanted) and wanted <= words(text)


def one_names_the_other(one: str, other: str) -> bool:
    """Whether one of two names is the other with words added."""
    return contains_all(one, other) or contains_all(other, one)


def says_no(text: Any) -> bool:
    """Whether a free field says that there is nothing: empty, "no", "none (no budget)"."""
    return not str(text or "").strip() or bool(_NO.match(str(text)))


def listed(names: Iterable[Any], limit: int = 5) -> str:
    """ "a", "b" and "c"; a long list ends in how many are left."""
    found = [f'"{name}"' for name in names]
    if len(found) > limit:
        return f"{', '.join(found[:limit])} and {len(found) - limit} more"
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 input", "3 inputs"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
