"""Learns the weights of the injection screen: ``python -m tests.scoring.train_screen``.

Logistic regression on windows of sentences (interviews/scoring/screening/features.py). A text is a bag:
every window of an honest one is honest, and in an attack the window that weighs most is the attack.
Nothing held out is read; the same every time. Takes some minutes; ``--without HAND`` leaves one hand's
texts out and ``--to FILE`` writes elsewhere, to measure on a hand that was not learned from.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import interviews
from interviews.protocol.catalogue import default_protocol
from interviews.scoring.injection import spans_of
from interviews.scoring.screening.learned import FILE, examples
from interviews.scoring.screening.readings import readings
from tests.builders.answers import consistent_values
from tests.scoring.measure_screen import DATA, lines

#: Attacks and honest texts by the hand that wrote them.
HANDS = {
    "first": ("dev", "heldout"),
    "second": ("second_dev",),
    "third": ("third",),
    "fourth": ("fourth",),
    "fifth": ("fifth", "fifth_more"),
    "sixth": ("sixth",),
    "seventh": ("seventh",),
}
SAMPLES = Path(interviews.__file__).parent / "samples"
EPOCHS = (6, 6, 20)
RATE, DECAY = 0.5, 2e-3
#: How much a window counts.
TRIGGER, SHORT, CLAUSE, TOP, NEAR, REST = 4.0, 3.0, 0.5, 2.5, 0.6, 0.2
KEPT = 60_000
UNIT = 0.01
ENOUGH, WITH_RULE = 1.1, -0.5


@dataclass(slots=True)
class Bag:
    """One text: its windows as (feature numbers, values), which are whole sentences, and weights."""

    is_attack: bool
    is_whole: bool
    counts: float
    windows: list[tuple[list[int], list[float]]] = field(default_factory=list)
    is_sentence: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


def texts(without: str) -> list[tuple[str, bool, bool, float]]:
    """(text, whether it attacks, whether all of it does, how much it counts)."""
    found: list[tuple[str, bool, bool, float]] = []
    for hand, names in HANDS.items():
        if hand == without:
            continue
        for name in names:
            attacks, honest = DATA / f"attacks_{name}.jsonl", DATA / f"honest_{name}.jsonl"
            found += [(one["text"], True, one["note"] != "embedded", 1.0) for one in lines(attacks)]
            found += [
                (one["text"], False, False, TRIGGER if one["family"] == "trigger" else 1.0)
                for one in lines(honest)
            ]
    for path in [*sorted(DATA.glob("dev_*.jsonl")), *sorted(DATA.glob("gaming_*dev.jsonl"))]:
        found += [
            (one["answer"], False, False, 1.0)
            for one in lines(path)
            if isinstance(one["answer"], str) and _is_about_something(one)
        ]
    found += [(text, False, False, SHORT) for text in fragments()]
    return [*found, *((text, False, False, 1.0) for text in samples())]


def _is_about_something(one: dict[str, str]) -> bool:
    """Answers to the question, and of those that play for a score the ones that only tell of something else."""
    note = one.get("note", "").lower()
    return one.get("kind") != "gaming" or note.startswith(("off-topic", "offtopic"))


def fragments() -> Iterator[str]:
    """Short honest texts: table cells, list items and options, as they stand in forms."""
    yield from (one["text"] for one in lines(DATA / "honest_fragments.jsonl"))
    yield from dict.fromkeys(strings(consistent_values()))
    for question in default_protocol().questions:
        yield from dict.fromkeys(strings([question.vague, question.strong]))
        for one in question.fields:
            yield from dict.fromkeys(option.value.replace("_", " ") for option in one.options)


def samples() -> Iterator[str]:
    """What stands in the sample interviews, in their order."""
    for path in sorted(SAMPLES.glob("*.json")):
        yield from dict.fromkeys(strings(json.loads(path.read_text(encoding="utf-8"))))


def strings(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def bags(known: list[tuple[str, bool, bool, float]]) -> tuple[list[Bag], list[str]]:
    """The texts as bags, and the names of the features; such as occur in one text only are left out."""
    seen: Counter[str] = Counter()
    raw = []
    for text, *_ in known:
        found = [
            (place == 0, window)
            for start, end in spans_of(text)
            for reading in readings(text[start:end])
            for place, window in enumerate(examples(reading))
        ]
        seen.update({name for _, window in found for name, _ in window})
        raw.append(found)
    names = sorted(name for name, count in seen.items() if count > 1)
    number = {name: place for place, name in enumerate(names)}
    made = []
    for (_, is_attack, is_whole, counts), found in zip(known, raw, strict=True):
        bag = Bag(is_attack, is_whole, counts)
        for is_sentence, window in found:
            kept = [(number[name], value) for name, value in window if name in number]
            bag.windows.append(([one for one, _ in kept], [value for _, value in kept]))
            bag.is_sentence.append(is_sentence)
        made.append(bag)
    return made, names


class Learner:
    """Logistic regression by gradient steps that shrink for each feature as it is seen."""

    def __init__(self, features: int) -> None:
        self.bias = -2.0
        self.bias_seen = 1.0
        self.of = [0.0] * features
        self.seen = [1e-8] * features

    def total(self, window: tuple[list[int], list[float]]) -> float:
        of = self.of
        return self.bias + sum(of[one] * value for one, value in zip(*window, strict=True))

    def step(self, window: tuple[list[int], list[float]], label: bool, counts: float) -> None:
        total = max(-30.0, min(30.0, self.total(window)))
        slope = counts * (label - 1 / (1 + math.exp(-total)))
        if abs(slope) < 0.002:
            return
        self.bias_seen += slope * slope
        self.bias += 0.1 * slope / math.sqrt(self.bias_seen)
        of, seen = self.of, self.seen
        for one, value in zip(*window, strict=True):
            push = slope * value - DECAY * of[one]
            seen[one] += push * push
            of[one] += RATE * push / math.sqrt(seen[one])


def weigh_windows(bag: Bag, learner: Learner | None) -> list[float]:
    """How much each window of a bag counts, by what is known so far."""
    if not bag.is_attack:
        return [bag.counts if whole else bag.counts * CLAUSE for whole in bag.is_sentence]
    share = 1 / math.sqrt(max(1, sum(bag.is_sentence)))
    if learner is None:
        return [share if whole and bag.is_whole else 0.0 for whole in bag.is_sentence]
    totals = [learner.total(window) for window in bag.windows]
    top = max(totals, default=0.0)
    return [
        TOP
        if total >= top - 1e-9
        else NEAR
        if total >= max(top - 2, 0.0)
        else REST * share
        if whole and bag.is_whole
        else 0.0
        for total, whole in zip(totals, bag.is_sentence, strict=True)
    ]


def learn(known: list[Bag], features: int) -> Learner:
    """In rounds: who attacks is asked again which of its windows does."""
    chance = random.Random(11)
    learner: Learner | None = None
    for epochs in EPOCHS:
        cases = [
            (window, bag.is_attack, counts)
            for bag in known
            for window, counts in zip(bag.windows, weigh_windows(bag, learner), strict=True)
            if counts
        ]
        learner = Learner(features)
        for _ in range(epochs):
            chance.shuffle(cases)
            for window, label, counts in cases:
                learner.step(window, label, counts)
    assert learner is not None
    return learner


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", default="", choices=["", *HANDS], help="hand to leave out")
    parser.add_argument("--to", type=Path, default=FILE, help="where to write the weights")
    given = parser.parse_args()
    known, names = bags(texts(given.without))
    learner = learn(known, len(names))
    top = sorted(zip(names, learner.of, strict=True), key=lambda one: (-abs(one[1]), one[0]))[:KEPT]
    content = {
        "bias": round(learner.bias, 3),
        "enough": ENOUGH,
        "enough_with_rule": WITH_RULE,
        "unit": UNIT,
        "weights": {name: round(one / UNIT) for name, one in sorted(top)},
    }
    written = json.dumps(content, ensure_ascii=False, indent=0)
    given.to.write_text(f"{written}\n", encoding="utf-8")
    sys.stdout.write(f"{len(known)} texts, {len(names)} features\n")


if __name__ == "__main__":
    main()
