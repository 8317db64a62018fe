"""Learned wording: how often words were seen in labelled answers to each question.

``evidence_wording.json`` beside the stage files holds plain counts, so that anyone can look up
why a text was taken for an answer to a question::

    {"answers": {"S1-01": 18, ...}, "seen": {"queue": {"S1-01": 5, "S2-08": 1}, ...}}

An entry is the stem of a word, two neighbouring stems ("if 0"), or a signal ("@limit",
"@limit>=2"). The file is written by ``python -m tests.scoring.learn`` from labelled answers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from interviews.scoring.signals import Reading
from interviews.scoring.words import stem

FILE_NAME = "evidence_wording.json"
#: Signals whose presence, and frequency, says something about the question answered.
SIGNALS = (
    "number", "figure", "count", "percent", "money", "duration", "date", "period", "rhythm",
    "limit", "rate", "change", "arrow", "equals", "identifier", "person", "role", "people",
    "system", "law", "cause", "condition", "compare", "evidence", "action", "handle", "owner",
    "uncertain", "exclude", "include", "sequence", "stop", "fallback", "harm", "failure",
    "negation", "change_verb",
)  # fmt: skip
_OFTEN = (2, 4)
#: How many answers a question's expected share of a word is worth.
_CAUTION = 3.0
#: A word tells something when fewer than this share of the answers use it.
_COMMON = 0.05
#: Pairs of words and signals repeat what single words said already.
_REPEATED = 0.4


def marks(reading: Reading) -> set[str]:
    """Everything that may be looked up for a text."""
    found: set[str] = set()
    previous: tuple[int, str] | None = None
    for word in reading.words:
        if word.sentence in reading.ignored:
            continue
        own = "0" if word.text[0].isdigit() else stem(word.text)
        found.add(own)
        if previous is not None:
            found.add(f"{previous[1]} {own}")
        previous = (word.sentence, own)
    for name in SIGNALS:
        times = reading.count(name)
        if times:
            found.add(f"@{name}")
            found |= {f"@{name}>={often}" for often in _OFTEN if times >= often}
    return found


class Wording:
    """The counts of one folder, made ready for weighing texts."""

    def __init__(
        self, answers: Mapping[str, int], seen: Mapping[str, Mapping[str, int]], keys: Iterable[str]
    ) -> None:
        self._keys = [key for key in keys if key in answers]
        self._places = {key: place for place, key in enumerate(self._keys)}
        everything = sum(answers[key] for key in self._keys)
        self._unseen = {key: math.log(_CAUTION / (answers[key] + _CAUTION)) for key in self._keys}
        self._common = _COMMON * everything
        self._uses = {mark: sum(counts.values()) for mark, counts in seen.items()}
        self._gain = {mark: self._gains(mark, counts, everything) for mark, counts in seen.items()}

    def _gains(
        self, mark: str, counts: Mapping[str, int], everything: int
    ) -> tuple[tuple[int, float], ...]:
        """What a mark adds for the questions, by place, in whose answers it was seen."""
        usual = (sum(counts.values()) + 1) / (everything + 2)
        return tuple(
            (self._places[key], _weight(mark) * math.log(1 + count / (_CAUTION * usual)))
            for key, count in counts.items()
            if key in self._places
        )

    def familiar(self, reading: Reading) -> float | None:
        """Share of a text's words that labelled answers use; None where nothing was learned."""
        if not self._gain:
            return None
        words = {stem(word.text) for word in reading.content}
        return sum(word in self._gain for word in words) / max(1, len(words))

    def telling(self, reading: Reading, asked: frozenset[str]) -> float | None:
        """How much is said in words that few answers use and the question does not hand over:
        a word that no answer used counts about four, one that every twentieth uses nothing."""
        if not self._uses:
            return None
        words = {stem(word.text) for word in reading.content} - asked
        return sum(
            max(0.0, math.log(self._common / (1 + self._uses.get(word, 0)))) for word in words
        )

    def fits(self, reading: Reading) -> dict[str, float]:
        """How well a text's wording fits each question; only differences mean something."""
        if not self._keys:
            return {}
        found = [0.0] * len(self._keys)
        number, total = 0, 0.0
        for mark in marks(reading):
            gains = self._gain.get(mark)
            if gains is None:
                continue
            number += 1
            total += _weight(mark)
            for place, gain in gains:
                found[place] += gain
        length = math.sqrt(number + 1)
        return {
            key: (value + total * self._unseen[key]) / length
            for key, value in zip(self._keys, found, strict=True)
        }


def _weight(mark: str) -> float:
    return _REPEATED if mark[0] == "@" or " " in mark else 1.0


def load(folder: Path, keys: Iterable[str]) -> Wording:
    """The counts of a folder; without a file nothing is known."""
    path = folder / FILE_NAME
    if not path.is_file():
        return Wording({}, {}, ())
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Wording(raw["answers"], raw["seen"], keys)
