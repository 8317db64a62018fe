"""Words of an answer: where each one stands, its stem, and the sentences they form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")
# A full stop after one capital letter is an initial ("M. Okafor"), not an end.
_SENTENCE_END = re.compile(r"(?<![A-Z]\.)(?<=[.!?…])\s+|\n+|(?<=[。！？])")
_DOUBLED = frozenset("bdgmnprt")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number: as written in lower case, its place, its sentence."""

    text: str
    start: int
    end: int
    sentence: int


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """A crude English stem; words of other languages come through almost unchanged."""
    word = word.lower().replace("’", "'")
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) <= 3:
        return word
    word = _without_plural(word)
    word = _without_tense(word)
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_tense(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word[: -len(ending)]
            if root[-1] == root[-2] and root[-1] in _DOUBLED:
                root = root[:-1]
            return root
    return word


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence or line that is not blank."""
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        if text[start : gap.start()].strip():
            spans.append((start, gap.start()))
        start = gap.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def tokens(text: str, spans: list[tuple[int, int]]) -> list[Token]:
    """The words and numbers of a text in order; a hyphen separates."""
    found: list[Token] = []
    for number, (start, end) in enumerate(spans):
        for match in _TOKEN.finditer(text, start, end):
            word = match.group().lower().replace("’", "'")
            found.append(Token(word, match.start(), match.end(), number))
    return found


def plain(text: str) -> list[str]:
    """Just the lower-case words and numbers, for comparing texts."""
    return list(_plain(text))


@lru_cache(maxsize=512)
def _plain(text: str) -> tuple[str, ...]:
    """The same, remembered: one answer is compared with many things in many ways."""
    return tuple(word.lower().replace("’", "'") for word in _TOKEN.findall(text))


def stems(text: str) -> set[str]:
    """The distinct stems of a text, numbers left out."""
    return {stem(word) for word in plain(text) if not word[0].isdigit()}
