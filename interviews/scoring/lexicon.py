"""Finds the words and phrases of many word lists in one pass over an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from interviews.scoring.words import Token, stem

#: Entries of one phrase after its first word, and the list they belong to.
_Tail = tuple[tuple[str, ...], str]
#: Where a list was hit: start, end, number of the sentence.
Hit = tuple[int, int, int]


def entries(text: str | Iterable[str]) -> tuple[str, ...]:
    """The entries of a list as written in a file: words apart, or a list of words."""
    words = text.split() if isinstance(text, str) else [str(word) for word in text]
    return tuple(dict.fromkeys(word.strip().lower().replace(" ", "_") for word in words if word))


@cache
def general_lists() -> Mapping[str, tuple[str, ...]]:
    """The word lists that hold for every question set."""
    path = Path(__file__).with_name("lexicons.yaml")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: entries(words) for name, words in raw.items()}


class Matcher:
    """A compiled set of word lists, each under a name."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._prefixes: dict[str, list[str]] = {}
        #: By the stems of the first and the second word; "*" where the second is a beginning.
        self._phrases: dict[str, dict[str, list[_Tail]]] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        for name, words in lists.items():
            for word in words:
                self._add(name, word)

    def _add(self, name: str, entry: str) -> None:
        if "_" in entry.strip("_"):
            first, *rest = entry.split("_")
            second = "*" if rest[0].endswith("*") else stem(rest[0])
            tails = self._phrases.setdefault(stem(first), {})
            tails.setdefault(second, []).append((tuple(rest), name))
        elif entry.startswith("="):
            self._exact.setdefault(entry[1:], []).append(name)
        elif entry.endswith("*"):
            self._prefixes.setdefault(entry[:-1], []).append(name)
        else:
            self._stems.setdefault(stem(entry), []).append(name)

    def names_of(self, word: str) -> tuple[str, ...]:
        """The lists that hold this one word."""
        known = self._known.get(word)
        if known is None:
            found = [*self._exact.get(word, ()), *self._stems.get(stem(word), ())]
            for length in range(2, len(word) + 1):
                found += self._prefixes.get(word[:length], ())
            known = tuple(dict.fromkeys(found))
            if len(self._known) < 50_000:
                self._known[word] = known
        return known

    def hits(self, words: list[Token]) -> dict[str, list[Hit]]:
        """Every hit of every list, in the order of the text."""
        found: dict[str, list[Hit]] = {}
        for position, word in enumerate(words):
            for name in self.names_of(word.text):
                found.setdefault(name, []).append((word.start, word.end, word.sentence))
            tails = self._phrases.get(stem(word.text))
            if tails is None or position + 1 == len(words):
                continue
            second = stem(words[position + 1].text)
            for rest, name in (*tails.get(second, ()), *tails.get("*", ())):
                last = _phrase_end(words, position, rest)
                if last is not None:
                    found.setdefault(name, []).append((word.start, last.end, word.sentence))
        return found


def _phrase_end(words: list[Token], position: int, rest: tuple[str, ...]) -> Token | None:
    """The phrase's last word if the words after ``position`` are the rest of it."""
    if position + len(rest) >= len(words):
        return None
    for offset, part in enumerate(rest, start=1):
        word = words[position + offset].text
        if word == part or stem(word) == stem(part):
            continue
        if part.endswith("*") and word.startswith(part[:-1]):
            continue
        return None
    return words[position + len(rest)]
