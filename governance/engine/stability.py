"""How firmly a decision stands: what small errors of measurement would make of it.

Figures that come from scoring and rating are drawn again around their values, thresholds that are
shares around theirs; levels and yes-or-no facts are not: rules on them alone are as firm as the
facts. The draws depend on the facts and on nothing else, so the same facts give the same band.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from statistics import NormalDist
from typing import Any

from charters.canonical import content_hash
from governance.engine.altering import FactPath, fact_at, value_of, with_fact
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts
from governance.engine.levels import picture_of
from interviews.risk import LEVELS, PRINCIPLE_NAMES

DRAWS = 100
#: Below this many draws of 100 that agree, a decision counts as unstable.
STABLE_FROM = 90
NORMAL = NormalDist()
NAMES: dict[FactPath, str] = {
    ("data_quality", "overall_score"): "the data quality score",
    ("stage5_confidence",): "the confidence of stage 5",
}


@dataclass(frozen=True)
class Noise:
    """How far a figure is taken to be off; standard deviations, in shares of one.

    One answer of fourteen scored the other way moves the confidence of stage 5 by 0.04 to 0.07;
    one dimension of six rated one point otherwise moves the data score by 0.017.
    """

    confidence: float = 0.05
    data_score: float = 0.02
    threshold: float = 0.01


@dataclass(frozen=True)
class Flip:
    """One small step after which the decision is another."""

    text: str
    value: DecisionValue


@dataclass(frozen=True)
class Stability:
    """In how many of the draws the decision was the same, and the nearest steps that change it."""

    value: DecisionValue
    agreeing: int
    draws: int
    #: How often each decision was drawn, the computed one included.
    drawn: tuple[tuple[DecisionValue, int], ...]
    flips: tuple[Flip, ...]

    @property
    def is_stable(self) -> bool:
        return self.agreeing * 100 >= STABLE_FROM * self.draws

    def to_json(self) -> dict[str, Any]:
        return {
            "decision": self.value.name,
            "agreeing": self.agreeing,
            "draws": self.draws,
            "is_stable": self.is_stable,
            "drawn": {value.name: count for value, count in self.drawn},
            "flips": [{"text": one.text, "decision": one.value.name} for one in self.flips],
        }


def stability_of(facts: Facts, noise: Noise | None = None, *, draws: int = DRAWS) -> Stability:
    """The band of one fact set; seeded by the facts themselves."""
    value = value_of(facts)
    around = noise or Noise()
    seed = content_hash(facts.model_dump(mode="json"))
    shaken = (_shaken(facts, around, _normals(f"{seed}/{number}")) for number in range(draws))
    counted = Counter(value_of(one) for one in shaken)
    return Stability(
        value=value,
        agreeing=counted[value],
        draws=draws,
        drawn=tuple(sorted(counted.items())),
        flips=(*_figure_flips(facts, value, around), *_level_flips(facts, value)),
    )


def _normals(seed: str) -> Iterator[float]:
    """Standard normal figures that depend on the seed alone, on any machine and version."""
    for number in count():
        drawn = hashlib.sha256(f"{seed}/{number}".encode()).digest()
        # 52 bits, and never quite 0 or 1.
        yield NORMAL.inv_cdf((int.from_bytes(drawn[:8]) // 2**12 + 0.5) / 2**52)


def _shaken(facts: Facts, noise: Noise, draw: Iterator[float]) -> Facts:
    """The facts with every measured figure a little off, and the thresholds they are held to."""
    for path, deviation in _figures(noise):
        figure = fact_at(facts, path)
        # Moving a threshold up is moving the figure down, and keeps thresholds in their order.
        shift = deviation * next(draw) - noise.threshold * next(draw)
        if figure is not None:
            facts = with_fact(facts, path, min(1.0, max(0.0, figure + shift)))
    return facts


def _figures(noise: Noise) -> tuple[tuple[FactPath, float], ...]:
    return (
        (("data_quality", "overall_score"), noise.data_score),
        (("stage5_confidence",), noise.confidence),
    )


def _figure_flips(facts: Facts, value: DecisionValue, noise: Noise) -> Iterator[Flip]:
    """Figures moved by twice their noise, down and up."""
    for path, deviation in _figures(noise):
        figure = fact_at(facts, path)
        for verb, step in (("falls", -2 * deviation), ("rises", 2 * deviation)):
            if figure is None or not 0 <= figure + step <= 1:
                continue
            moved = round(figure + step, 4)
            after = value_of(with_fact(facts, path, moved))
            if after != value:
                text = f"{NAMES[path]} {verb} from {figure:g} to {moved:g}"
                yield Flip(text, after)


def _level_flips(facts: Facts, value: DecisionValue) -> Iterator[Flip]:
    """Principles whose remaining risk is one level from another decision, together by outcome."""
    found: dict[DecisionValue, list[str]] = {}
    for one in picture_of(facts).principles:
        if one.final < max(LEVELS):
            path = ("principles", one.principle, "stated")
            after = value_of(with_fact(facts, path, one.final + 1))
            found.setdefault(after, []).append(
                f"{PRINCIPLE_NAMES[one.principle]} (now level {one.final})"
            )
    for after, names in sorted(found.items()):
        if after != value:
            yield Flip(f"the remaining risk rises one level in {_either(names)}", after)


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
