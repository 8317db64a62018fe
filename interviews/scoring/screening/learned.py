"""Weighs a window of text by what was learned: how much it sounds like talk to a scorer.

The weights come from ``python -m tests.scoring.train_screen``; learned.json names each feature, so that
a person can read what speaks for and against an attack.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from interviews.scoring.screening.features import features, parts_of
from interviews.scoring.screening.findings import Kind
from interviews.scoring.screening.readings import Reading
from interviews.scoring.screening.sentences import windows

FILE = Path(__file__).with_name("learned.json")
#: How much a feature counts beside others, by its first letter.
SHARES = {"w": 1.0, "b": 1.0, "c": 0.5, "k": 1.0, "s": 1.0, "t": 1.0, "m": 0.7}
_SQUARES = {first: share**2 for first, share in SHARES.items()}
#: Windows of a few words are not made weightier than this.
_LEAST_NORM = 2.0
_PROSE = "prose"
#: A code or a key: what it says counts, not its letters.
_CODE = re.compile(r"[a-z0-9+/=_-]{24,}")


@dataclass(frozen=True, slots=True)
class Weights:
    """The bias, the weight of each feature times its share, and from which weight on to suspect."""

    bias: float
    of: dict[str, float]
    enough: float
    enough_with_rule: float


@cache
def weights() -> Weights:
    """The learned weights."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    unit = float(raw["unit"])
    of = {name: unit * share * SHARES[name[0]] for name, share in raw["weights"].items()}
    return Weights(float(raw["bias"]), of, float(raw["enough"]), float(raw["enough_with_rule"]))


def marks_of(reading: Reading) -> tuple[str, ...]:
    """How the reading had been hidden."""
    if reading.hidden is None:
        return ()
    return (reading.hidden.value, _PROSE) if reading.is_prose else (reading.hidden.value,)


def weight(reading: Reading) -> float:
    """The weight of the window of the reading that weighs most; a code as it stands weighs nothing."""
    if reading.hidden is not Kind.ENCODED and _CODE.fullmatch(reading.text.strip()) is not None:
        return -math.inf
    marks = marks_of(reading)
    return max((_weigh(window, marks) for window in windows(reading.text)), default=-math.inf)


@lru_cache(maxsize=2048)
def _weigh(window: str, marks: tuple[str, ...]) -> float:
    learned = weights()
    words, rest = features(window, marks)
    total, squares = 0.0, 0.0
    for word in words:
        one, square = _word(word)
        total += one
        squares += square
    of = learned.of
    for name in rest:
        if name in of:
            total += of[name]
        squares += _SQUARES[name[0]]
    return learned.bias + total / max(math.sqrt(squares), _LEAST_NORM)


@lru_cache(maxsize=32768)
def _word(word: str) -> tuple[float, float]:
    """What a word and its parts weigh together, and their share of the length of a window."""
    of = weights().of
    parts = parts_of(word)
    return sum(of.get(one, 0.0) for one in parts), sum(SHARES[one[0]] ** 2 for one in parts)


def examples(reading: Reading) -> Iterator[list[tuple[str, float]]]:
    """Each window as features with their values, for the one who learns."""
    marks = marks_of(reading)
    for window in windows(reading.text):
        words, rest = features(window, marks)
        found = [(one, SHARES[one[0]]) for word in sorted(words) for one in parts_of(word)]
        found += [(one, SHARES[one[0]]) for one in sorted(rest)]
        norm = max(math.sqrt(sum(value * value for _, value in found)), _LEAST_NORM)
        yield [(name, value / norm) for name, value in found]


def kind_of(reading: Reading) -> Kind:
    """What a suspected reading most likely tries."""
    found = {name[2:] for name in features(reading.text)[1] if name[0] in "kt"}
    if found & {"json", "pair", "tag", "speaker", "brackets"}:
        return Kind.STRUCTURE
    if "role" in found and not {"score top", "pass score"} & found:
        return Kind.ROLE_PLAY
    if {"hidden show", "rubric show", "instr show"} & found and "top" not in found:
        return Kind.EXTRACTION
    return Kind.OVERRIDE if "drop instr" in found else Kind.STEERING
