"""What the words of a sentence speak of, in English or not, from concepts.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from interviews.scoring.screening.folding import fold

_FILE = Path(__file__).with_name("concepts.yaml")
#: Beginnings of words are at least and at most so long.
_SHORTEST, _LONGEST = 2, 14


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Whole words and beginnings of words, each with its concepts; the signs as one pattern."""

    whole: dict[str, tuple[str, ...]]
    begins: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Concepts:
    """English words, words of the other languages, and what the signs of scripts without blanks mean."""

    english: Lexicon
    others: Lexicon
    sign: re.Pattern[str]
    signs: dict[str, tuple[str, ...]]


@cache
def _concepts() -> Concepts:
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    signs: dict[str, tuple[str, ...]] = {}
    for concept, listed in raw.items():
        for sign in listed.get("signs", "").split():
            _add(signs, fold(sign), concept)
    longest_first = sorted(signs, key=lambda one: (-len(one), one))
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return Concepts(_lexicon(raw, "en"), _lexicon(raw, "words"), pattern, signs)


def _lexicon(raw: dict[str, dict[str, str]], name: str) -> Lexicon:
    found = Lexicon({}, {})
    for concept, listed in raw.items():
        for entry in listed.get(name, "").split():
            where = found.whole if entry.endswith("=") else found.begins
            _add(where, fold(entry.removesuffix("=")), concept)
    return found


def _add(where: dict[str, tuple[str, ...]], word: str, concept: str) -> None:
    if concept not in where.get(word, ()):
        where[word] = (*where.get(word, ()), concept)


@lru_cache(maxsize=32768)
def concepts_of(word: str, *, english: bool) -> tuple[str, ...]:
    """The concepts of a folded word."""
    known = _concepts()
    lexicon = known.english if english else known.others
    found = dict.fromkeys(lexicon.whole.get(word, ()))
    for end in range(_SHORTEST, min(len(word), _LONGEST) + 1):
        found |= dict.fromkeys(lexicon.begins.get(word[:end], ()))
    if not english:
        found |= dict.fromkeys(concepts_of(word, english=True))
    return tuple(found)


def concepts_of_signs(folded: str) -> Iterator[tuple[str, ...]]:
    """The concepts of the signs of a text, in their order."""
    known = _concepts()
    for match in known.sign.finditer(folded):
        yield known.signs[match.group()]
