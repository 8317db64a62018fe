"""What has to become true for a better decision, each with the minimal changes that make it so.

A decision is the most restrictive of its base and its floors, so it is the target or better
exactly when each of them is: the needs are joined by "and", and no two of them are met by the
same lever. Where there is a choice (which principles to bring down for F-6, accept the risk or
bring it down for F-14), each choice is a plan of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from governance.engine.counterfactuals.changes import Need, Obstacle, order_of
from governance.engine.counterfactuals.controls import Ceiling, RiskPlace, ways_down
from governance.engine.counterfactuals.singles import acceptance, single_needs
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts
from governance.engine.floors import NEEDS_ACCEPTANCE
from governance.engine.levels import Picture, picture_of
from governance.engine.thresholds import Thresholds
from interviews.risk import PRINCIPLE_NAMES, PRINCIPLES


@dataclass(frozen=True)
class Plan:
    """Needs that are enough together, or what makes one of them impossible."""

    needs: tuple[Need, ...]
    obstacles: tuple[Obstacle, ...]


#: The highest level that each principle may end at.
Levels = dict[str, int]


def plans_for(facts: Facts, target: DecisionValue) -> list[Plan]:
    """Every choice of what to do so that the decision is the target or better."""
    needs, stops = single_needs(facts, target)
    picture = picture_of(facts)
    # Plans differ in a few principles only: what brings a risk down is worked out once.
    find = cache(ways_down)
    return [
        _plan(facts, levels, (*needs, *more), stops, target, find)
        for levels, more in _choices(picture, target)
    ]


def _choices(picture: Picture, target: DecisionValue) -> Iterator[tuple[Levels, list[Need]]]:
    """The levels to end at, with the needs that only this choice has."""
    config = picture.facts.config
    most = _highest_allowed(target, config)
    levels = dict.fromkeys(PRINCIPLES, most)
    if target == DecisionValue.REVISE and config.breadth_count:
        yield from ((chosen, []) for chosen in _narrower(picture, levels))
        return
    yield from _accepted_or_low(picture, levels, target)


def _highest_allowed(target: DecisionValue, config: Thresholds) -> int:
    """The highest residual level at which the base decision is still the target."""
    first_above = {
        DecisionValue.SUBMIT_TO_COMMITTEE: config.halt,
        DecisionValue.REVISE: config.committee,
        DecisionValue.PROCEED_WITH_MONITORING: config.revise,
        DecisionValue.PROCEED: config.monitor,
    }
    return first_above[target] - 1


def _narrower(picture: Picture, levels: Levels) -> Iterator[Levels]:
    """F-6: so many principles below the revise level that the rest is no longer broad."""
    config = picture.facts.config
    raised = [one.principle for one in picture.at_least(config.revise)]
    to_lower = max(0, len(raised) - config.breadth_count + 1)
    for chosen in combinations(raised, to_lower):
        yield levels | dict.fromkeys(chosen, config.revise - 1)


def _accepted_or_low(
    picture: Picture, levels: Levels, target: DecisionValue
) -> Iterator[tuple[Levels, list[Need]]]:
    """F-14: somebody accepts the remaining risk, or none remains that must be accepted."""
    accepted = acceptance(picture.facts)
    low = NEEDS_ACCEPTANCE - 1
    if target >= DecisionValue.REVISE or accepted is None or max(levels.values()) <= low:
        yield levels, []
        return
    yield levels, [((accepted,),)]
    yield dict.fromkeys(levels, low), []


def _plan(
    facts: Facts,
    levels: Levels,
    needs: tuple[Need, ...],
    stops: tuple[Obstacle, ...],
    target: DecisionValue,
    find: Callable[[RiskPlace, Ceiling], Need],
) -> Plan:
    found, obstacles = list(needs), list(stops)
    tested = facts.config.committee - 1 if target < DecisionValue.SUBMIT_TO_COMMITTEE else None
    for name, given in facts.principles.each():
        if given.stated is not None and given.stated > levels[name]:
            obstacles.append(_stated(name, given.stated))
        for position, risk in enumerate(given.risks):
            place = RiskPlace(name, position, risk, facts.go_live_date)
            ceiling = Ceiling(levels[name], tested if place.is_critical else None)
            ways = find(place, ceiling)
            if not ways:
                obstacles.append(_too_much(place, levels[name]))
            found.append(ways)
    # A need that is met has one way: nothing to do.
    open_needs = [need for need in found if need != ((),)]
    return Plan(tuple(tuple(sorted(one, key=order_of)) for one in open_needs), tuple(obstacles))


def _stated(principle: str, level: int) -> Obstacle:
    return Obstacle(
        f"People rated {PRINCIPLE_NAMES[principle]} at level {level}. A rating is no lever: once "
        "the controls are tested, rate what remains again.",
        ("S5-10",),
    )


def _too_much(place: RiskPlace, level: int) -> Obstacle:
    return Obstacle(
        f"No control brings {place.name} down to level {level}. Only another scope, in which "
        "it cannot arise, would.",
        (place.question,),
    )
