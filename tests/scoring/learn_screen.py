"""Learns the weights of the injection screen: ``python -m tests.scoring.learn_screen``.

From attacks_dev.jsonl against honest_dev.jsonl, the honest answers of the dev files and
ordinary_traits.json (how often sentences of public handbooks have which traits); nothing held out
is read. Plain logistic regression, the same every time.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from pathlib import Path

from interviews.scoring.screening import weighing
from interviews.scoring.screening.folding import fold
from interviews.scoring.screening.sentences import pieces
from interviews.scoring.screening.traits import pairs, traits
from tests.scoring.measure_screen import DATA, lines

TARGET = Path(weighing.__file__).with_name("weights.json")
FAMILIES = frozenset({"override", "persona", "extraction", "steering", "learned"})
ROUNDS, RATE, DECAY, SMALLEST = 25, 0.08, 2e-3, 0.05
#: A line full of trigger words counts as many of ordinary prose.
ATTACK, TRIGGER, ORDINARY = 8, 15, 1
Example = tuple[int, tuple[str, ...], int]


def _sentences(text: str) -> Iterator[str]:
    return (fold(text[start:end]) for start, end in pieces(text))


def examples() -> list[Example]:
    """(whether it is an attack, what it has, how much it counts) for all that may be weighed."""
    found = [
        (1, fold(one["text"]), ATTACK)
        for one in lines(DATA / "attacks_dev.jsonl")
        if one["family"] in FAMILIES
    ]
    found += [(0, fold(one["text"]), TRIGGER) for one in lines(DATA / "honest_dev.jsonl")]
    for path in sorted(DATA.glob("dev_*.jsonl")):
        for one in lines(path):
            if isinstance(one["answer"], str) and one.get("kind") != "gaming":
                found += [(0, sentence, ORDINARY) for sentence in _sentences(one["answer"])]
    looks = [(label, traits(text), weight) for label, text, weight in found]
    ordinary = json.loads((DATA / "ordinary_traits.json").read_text(encoding="utf-8"))
    for names, count in ordinary.items():
        looks += [(0, frozenset(names.split()), ORDINARY)] * count
    return [
        (label, tuple(pairs(look)), weight)
        for label, look, weight in looks
        if weighing.may_steer(look)
    ]


def learn(known: list[Example]) -> tuple[float, dict[str, float]]:
    """The bias and the weight of each trait and pair of traits."""
    chance = random.Random(11)
    bias, weights = -3.0, dict[str, float]()
    for number in range(ROUNDS):
        chance.shuffle(known)
        rate = RATE / (1 + 0.4 * number)
        for label, found, counts in known:
            total = bias + sum(weights.get(one, 0.0) for one in found)
            step = rate * counts * (label - 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))))
            bias += 0.2 * step
            for one in found:
                weights[one] = weights.get(one, 0.0) * (1 - rate * DECAY) + step
    return bias, weights


def main() -> None:
    bias, weights = learn(examples())
    kept = {name: round(one, 2) for name, one in sorted(weights.items()) if abs(one) >= SMALLEST}
    content = {"bias": round(bias, 2), "weights": kept}
    TARGET.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
