"""Facts to decision: the base, the floors, the most restrictive of them, the conditions."""

from __future__ import annotations

from governance.engine.conditions import conditions_for
from governance.engine.decision import BASE, Decision, DecisionValue, FiredRule
from governance.engine.facts import Facts
from governance.engine.floors import fired_floors
from governance.engine.levels import picture_of
from governance.engine.thresholds import Thresholds


def decide(facts: Facts) -> Decision:
    """The computed decision. The same facts give the same bytes, in any order of keys."""
    picture = picture_of(facts)
    base = base_decision(picture.highest, facts.config)
    fired = fired_floors(picture)
    value = max([base, *(rule.floor for rule in fired)])
    return Decision(
        value=value,
        base=base,
        headline=_headline(value, base, fired),
        rules_fired=fired,
        conditions=conditions_for(picture, fired),
        as_of=facts.as_of,
    )


def base_decision(highest: int, config: Thresholds) -> DecisionValue:
    """What the highest residual level alone asks for."""
    steps = (
        (config.halt, DecisionValue.HALT),
        (config.committee, DecisionValue.SUBMIT_TO_COMMITTEE),
        (config.revise, DecisionValue.REVISE),
        (config.monitor, DecisionValue.PROCEED_WITH_MONITORING),
    )
    reached = (value for level, value in steps if highest >= level)
    return next(reached, DecisionValue.PROCEED)


def _headline(value: DecisionValue, base: DecisionValue, fired: tuple[FiredRule, ...]) -> str:
    """The base if it equals the result, else the first floor that reaches it."""
    if base == value:
        return BASE
    return next(rule.rule for rule in fired if rule.floor == value)
