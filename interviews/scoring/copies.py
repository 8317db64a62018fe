"""Recognises a known text with words put in, taken out or exchanged, or told in another order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from interviews.scoring.words import plain, stem

#: From so many words of meaning on, keeping most of them in order is no accident.
_ENOUGH = 8
_KEPT = 0.7
_LONG = 3
#: Share of the telling words, in any order, that nobody shares with an example by chance.
_RETOLD, _RETOLD_WORDS = 0.75, 9
_NEARLY_ALL, _NEARLY_ALL_WORDS = 0.85, 6
#: What is enough when half, or most, of the figures are the example's as well.
_MOST, _MOST_WORDS, _SOME_FIGURES = 0.6, 4, 0.5
_HALF, _HALF_WORDS, _FIGURES = 0.34, 4, 0.75
#: So many figures in common are no accident, whatever the words.
_ODD_FIGURES, _FEW_FIGURES = 4, 3
_WORD_START = 6
#: A sentence's build (grammar, marks, places of figures) kept so far, with so many of the words.
_BUILD, _BUILD_WORDS = 0.57, 0.4
_SAME_BUILD, _SAME_BUILD_WORDS = 0.7, 0.25
#: Texts of fewer words and marks have the build of many.
_BUILT = 14
#: Share of its own words that a copy has in common with its source.
_TAKEN_OVER = 0.55
_MARKS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]")
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty"
)
_SPELT = {word: str(number) for number, word in enumerate(_UNITS.split())} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90", "hundred": "100",
}  # fmt: skip
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+")


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


def is_modelled_on(text: str, source: str, offered: frozenset[str]) -> bool:
    """Whether a text is the source with other figures, and other words for some of its words.

    Whoever answers in the form of an example fills it with words of their own.
    """
    own, known = _build(text), _build(source)
    if len(own) < _BUILT:
        return False
    kept = _common(own, known) / max(len(own), len(known))
    if kept < _BUILD:
        return False
    shared = taken_over(text, source, offered)
    return shared >= _BUILD_WORDS or kept >= _SAME_BUILD and shared >= _SAME_BUILD_WORDS


def taken_over(text: str, source: str, offered: frozenset[str]) -> float:
    """Share of a text's words, those that are anybody's left out, that stand in the source."""
    own = {stem(word) for word in _meaning(text)} - offered
    return len(own & {stem(word) for word in _meaning(source)}) / len(own) if own else 1.0


def is_taken_over(text: str, sources: Iterable[str], offered: frozenset[str]) -> bool:
    """Whether a text's words are a source's; a calculation has the form of all calculations."""
    return any(taken_over(text, source, offered) >= _TAKEN_OVER for source in sources)


@lru_cache(maxsize=1024)
def _build(text: str) -> tuple[str, ...]:
    """Stems and marks in order, every figure as 0."""
    return tuple("0" if part[0].isdigit() else stem(part) for part in _MARKS.findall(text))


@dataclass(frozen=True)
class Fingerprint:
    """What a text can be known by in whatever order it is told."""

    words: frozenset[str]
    figures: frozenset[str]

    def without(self, offered: Iterable[str]) -> Fingerprint:
        """The same without words that are anybody's."""
        return Fingerprint(self.words - frozenset(offered), self.figures)


def fingerprint(text: str, grammar: frozenset[str]) -> Fingerprint:
    """The beginnings of the words that carry meaning, and the figures, spelt out or not."""
    words = (word for word in plain(text) if len(word) >= _LONG and not word[0].isdigit())
    return Fingerprint(
        frozenset(beginning(word) for word in words if word not in grammar),
        frozenset(_figures(text)),
    )


def beginning(word: str) -> str:
    """What stays of a word through inflection and derivation."""
    return stem(word)[:_WORD_START]


def _figures(text: str) -> Iterable[str]:
    """Figures without the noughts at their end: 240 k is 240,000."""
    for part in _FIGURE.findall(text.lower()):
        written = part if part[0].isdigit() else _SPELT.get(part, "")
        if "." not in written:
            written = written.replace(",", "").rstrip("0")
        if written:
            yield written


def may_retell(own: Fingerprint, source: Fingerprint) -> bool:
    """Whether it is worth looking: too little in common is quickly seen."""
    words = len(own.words & source.words)
    return words >= _MOST_WORDS or words > 0 and len(own.figures & source.figures) >= _FEW_FIGURES


def retells(own: Fingerprint, source: Fingerprint) -> bool:
    """Whether a text says what the source says, in other words or another order."""
    words = len(own.words & source.words)
    share = words / max(1, min(len(own.words), len(source.words)))
    common = own.figures & source.figures
    same = len(common) / max(1, len(source.figures))
    if words >= _RETOLD_WORDS and share >= _RETOLD:
        return True
    if words >= _NEARLY_ALL_WORDS and share >= _NEARLY_ALL:
        return True
    if words >= _MOST_WORDS and share >= _MOST and same >= _SOME_FIGURES:
        return True
    if same < _FIGURES or not words:
        return False
    odd = sum(map(_is_odd, common))
    if share >= _HALF and words >= _HALF_WORDS and odd:
        return True
    return odd >= _ODD_FIGURES or (share >= _MOST and words >= 2 and len(common) >= _FEW_FIGURES)


def _is_odd(figure: str) -> bool:
    """Whether a figure is not one that stands in any text: a small number, a year."""
    return len(figure) > 1 and not figure.startswith("20")


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
