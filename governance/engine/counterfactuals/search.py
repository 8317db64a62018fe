"""Finds the cheapest minimal sets of changes; bounded, whatever the number of facts."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from governance.engine.altering import value_of, with_fact
from governance.engine.counterfactuals.changes import (
    Changes,
    Obstacle,
    apply_changes,
    goes_no_further,
    order_of,
    taken_back,
    total,
)
from governance.engine.counterfactuals.needs import Plan, plans_for
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts
from governance.engine.levels import picture_of

#: How many sets are shown.
MOST_WAYS = 5
#: How many combinations are looked at; the tests never needed a tenth of it.
MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class WayOut:
    """A minimal set of changes: with it the decision is better, with less of it not."""

    changes: Changes
    #: What the engine says once they are made.
    yields: DecisionValue

    @property
    def cost(self) -> int:
        return total(self.changes)

    def to_json(self) -> dict[str, Any]:
        return {
            "cost": self.cost,
            "yields": self.yields.name,
            "changes": [change.to_json() for change in self.changes],
        }


@dataclass(frozen=True)
class WaysOut:
    """What would change a decision: up to MOST_WAYS sets, cheapest first, or what is in the way."""

    value: DecisionValue
    #: The next better decision that can be reached; None where none can.
    target: DecisionValue | None
    ways: tuple[WayOut, ...]
    obstacles: tuple[Obstacle, ...]
    #: Where only ratings are in the way that the risks themselves bear out: what to do before
    #: people rate again. It yields what it says if nobody then rates higher than the risks do.
    if_rated_again: tuple[WayOut, ...] = ()

    @property
    def is_best(self) -> bool:
        """Nothing is better than PROCEED."""
        return self.value == DecisionValue.PROCEED

    def to_json(self) -> dict[str, Any]:
        return {
            "decision": self.value.name,
            "target": self.target.name if self.target is not None else None,
            "ways": [way.to_json() for way in self.ways],
            "obstacles": [obstacle.to_json() for obstacle in self.obstacles],
            "if_rated_again": [way.to_json() for way in self.if_rated_again],
        }


def ways_out(facts: Facts) -> WaysOut:
    """The minimal sets of changes after which the decision is better by at least one step."""
    value = value_of(facts)
    if value == DecisionValue.PROCEED:
        return WaysOut(value, None, (), ())
    wanted = DecisionValue(value - 1)
    plans = plans_for(facts, wanted)
    ways = _open_ways(facts, plans, wanted)
    if not ways:
        fewest = min(plans, key=lambda plan: len(plan.obstacles))
        obstacles = tuple(dict.fromkeys(fewest.obstacles))
        return WaysOut(value, None, (), obstacles, _if_rated_again(facts, wanted))
    return WaysOut(value, max(way.yields for way in ways), ways, ())


def _open_ways(facts: Facts, plans: list[Plan], wanted: DecisionValue) -> tuple[WayOut, ...]:
    return _cheapest(facts, [plan for plan in plans if not plan.obstacles], wanted)


def _if_rated_again(facts: Facts, wanted: DecisionValue) -> tuple[WayOut, ...]:
    """The ways that there would be without the ratings that say no more than the risks do."""
    unrated = unrated_where_borne_out(facts)
    return () if unrated == facts else _open_ways(unrated, plans_for(unrated, wanted), wanted)


def unrated_where_borne_out(facts: Facts) -> Facts:
    """The facts without stated levels that their risks reach as well; the decision is the same."""
    for one in picture_of(facts).principles:
        if one.computed is not None and one.stated is not None and one.computed >= one.stated:
            facts = with_fact(facts, ("principles", one.principle, "stated"), None)
    return facts


def _cheapest(facts: Facts, plans: list[Plan], wanted: DecisionValue) -> tuple[WayOut, ...]:
    found: list[WayOut] = []
    for looked_at, changes in enumerate(_in_order(plans)):
        if len(found) == MOST_WAYS or looked_at == MOST_LOOKED_AT:
            break
        if any(goes_no_further(way.changes, changes) for way in found):
            continue
        applied = apply_changes(facts, changes)
        yields = value_of(applied)
        # The needs of one plan share no lever: what is minimal for each is minimal for all. With
        # several plans one change is left out at a time, which is enough: better facts never
        # give a stricter decision.
        is_alone = len(plans) == 1
        if is_alone or all(value_of(taken_back(applied, one, facts)) > wanted for one in changes):
            found.append(WayOut(changes, yields))
    return tuple(sorted(found, key=lambda way: order_of(way.changes)))


def _in_order(plans: list[Plan]) -> Iterator[Changes]:
    """One alternative for each need of a plan, all plans together, cheapest first."""
    heap: list[tuple[Any, int, tuple[int, ...]]] = []
    seen: set[tuple[int, tuple[int, ...]]] = set()

    def push(number: int, picked: tuple[int, ...]) -> None:
        if (number, picked) not in seen:
            seen.add((number, picked))
            heapq.heappush(heap, (order_of(_picked(plans[number], picked)), number, picked))

    for number, plan in enumerate(plans):
        push(number, (0,) * len(plan.needs))
    while heap:
        _, number, picked = heapq.heappop(heap)
        yield _picked(plans[number], picked)
        for place, need in enumerate(plans[number].needs):
            if picked[place] + 1 < len(need):
                push(number, (*picked[:place], picked[place] + 1, *picked[place + 1 :]))


def _picked(plan: Plan, picked: tuple[int, ...]) -> Changes:
    chosen = [
        change for need, place in zip(plan.needs, picked, strict=True) for change in need[place]
    ]
    return tuple(sorted(chosen, key=lambda change: (change.cost, change.lever, change.strength)))
