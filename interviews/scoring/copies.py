"""Recognises a known text with words put in, taken out or exchanged."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from interviews.scoring.words import plain, stem

#: From so many words of meaning on, keeping most of them in order is no accident.
_ENOUGH = 8
_KEPT = 0.7
_LONG = 3


def follows(text: str, sources: Iterable[str], offered: frozenset[str]) -> bool:
    """Whether a text runs along one of the sources, or a source along the text.

    Stems in ``offered``, the words of the question and its form, are anybody's.
    """
    own = tuple(word for word in _meaning(text) if stem(word) not in offered)
    if len(own) < _ENOUGH:
        return False
    held = set(own)
    for source in sources:
        known = tuple(word for word in _meaning(source) if stem(word) not in offered)
        if len(known) < _ENOUGH or len(held & set(known)) < _KEPT * min(len(held), len(set(known))):
            continue
        if _common(own, known) >= _KEPT * min(len(own), len(known)):
            return True
    return False


@lru_cache(maxsize=1024)
def _meaning(text: str) -> tuple[str, ...]:
    """The longer words in order; figures may be exchanged freely."""
    return tuple(word for word in plain(text) if len(word) > _LONG and not word[0].isdigit())


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Length of the longest common subsequence, with one bit for each word of ``one``."""
    places: dict[str, int] = {}
    for number, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << number
    everything = (1 << len(one)) - 1
    open_ = everything
    for word in other:
        match = open_ & places.get(word, 0)
        open_ = ((open_ + match) | (open_ - match)) & everything
    return len(one) - open_.bit_count()
