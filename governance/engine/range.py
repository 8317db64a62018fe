"""Between which decisions a project lies while some of its facts are open, and what to ask next.

Each open fact has a finite domain, from its best value to its worst. Better facts never give a
stricter decision (tests/governance/test_engine_properties.py), so all facts at their best and all
at their worst give the two ends: two evaluations, whatever the number of open facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from governance.engine.altering import FactPath, value_of, with_fact
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts

#: Where an answer settles several facts, so many combinations are tried; above it only those in
#: which all facts go equally far.
MOST_COMBINATIONS = 32


@dataclass(frozen=True)
class Between:
    """What an open fact can still be: its best and its worst value."""

    best: Any
    worst: Any


@dataclass(frozen=True)
class OpenFact:
    """A fact that is not settled, with the finite domain that it is taken from, best first."""

    path: FactPath
    values: tuple[Any, ...]
    #: The questions that hold it open; it is settled when all of them are answered.
    items: tuple[str, ...]
    #: What may be left open once one question is answered, where others hold it open, too.
    after: Mapping[str, tuple[Between, ...]] = field(default_factory=dict)

    @property
    def between(self) -> Between:
        return Between(self.values[0], self.values[-1])

    def left_by(self, item: str) -> tuple[Between, ...]:
        """What answering this question alone can make of it, from best to worst."""
        if self.items == (item,):
            return tuple(Between(value, value) for value in self.values)
        return self.after.get(item, (self.between,))


@dataclass(frozen=True)
class Interval:
    """The decision lies between the two, both included."""

    best: DecisionValue
    worst: DecisionValue

    @property
    def width(self) -> int:
        return self.worst - self.best

    @property
    def is_settled(self) -> bool:
        return self.best == self.worst


@dataclass(frozen=True)
class NextQuestion:
    """An open question and by how many decisions its answer narrows the range."""

    item: str
    #: Whatever is answered, and with the most telling answer.
    at_least: int
    at_most: int


@dataclass(frozen=True)
class Range:
    """The interval and the open questions, the one that narrows it most first."""

    interval: Interval
    questions: tuple[NextQuestion, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "best": self.interval.best.name,
            "worst": self.interval.worst.name,
            "questions": [
                {"item": one.item, "narrows_at_least": one.at_least, "narrows_at_most": one.at_most}
                for one in self.questions
            ],
        }


def interval_of(known: Facts, open_facts: Iterable[OpenFact]) -> Interval:
    """The decision at the best and at the worst of everything open."""
    between = [(fact.path, fact.between) for fact in open_facts]
    return _interval(known, between)


def range_of(known: Facts, open_facts: Sequence[OpenFact], order: Sequence[str] = ()) -> Range:
    """The interval, and the questions by how much they narrow it.

    First counts what a question narrows whatever is answered, then what it can narrow, then its
    place in ``order``.
    """
    interval = interval_of(known, open_facts)
    items = {item for fact in open_facts for item in fact.items}
    if interval.is_settled:
        return Range(interval, ())
    ranked = [(_narrowing(known, open_facts, item, interval), item) for item in items]
    position = {item: place for place, item in enumerate(order)}

    def key(entry: tuple[NextQuestion, str]) -> tuple[Any, ...]:
        question, item = entry
        return -question.at_least, -question.at_most, position.get(item, len(order)), item

    return Range(interval, tuple(question for question, _ in sorted(ranked, key=key)))


def _narrowing(
    known: Facts, open_facts: Sequence[OpenFact], item: str, interval: Interval
) -> NextQuestion:
    others = [(fact.path, fact.between) for fact in open_facts if item not in fact.items]
    touched = [fact for fact in open_facts if item in fact.items]
    widths = {
        _interval(
            known,
            [*others, *((fact.path, one) for fact, one in zip(touched, left, strict=True))],
        ).width
        for left in _answers([fact.left_by(item) for fact in touched])
    }
    return NextQuestion(item, interval.width - max(widths), interval.width - min(widths))


def _answers(domains: list[tuple[Between, ...]]) -> Iterator[tuple[Between, ...]]:
    """What one answer can make of the facts that it touches."""
    if prod(len(domain) for domain in domains) <= MOST_COMBINATIONS:
        yield from product(*domains)
        return
    longest = max(len(domain) for domain in domains)
    for step in range(longest):
        share = step / (longest - 1)
        yield tuple(domain[round(share * (len(domain) - 1))] for domain in domains)


def _interval(known: Facts, between: Iterable[tuple[FactPath, Between]]) -> Interval:
    best = worst = known
    for path, one in between:
        best = with_fact(best, path, one.best)
        worst = with_fact(worst, path, one.worst)
    return Interval(value_of(best), value_of(worst))
