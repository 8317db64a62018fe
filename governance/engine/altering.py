"""Facts with one value replaced, and the decision's value alone: what searches ask many times."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from governance.engine.decide import base_decision
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts
from governance.engine.floors import fired_floors
from governance.engine.levels import picture_of

#: From the outside in: names of fields, positions in lists.
FactPath = tuple[str | int, ...]


def value_of(facts: Facts) -> DecisionValue:
    """The same value as decide(facts) gives, without writing its conditions."""
    picture = picture_of(facts)
    base = base_decision(picture.highest, facts.config)
    return max([base, *(rule.floor for rule in fired_floors(picture))])


def fact_at(facts: Facts, path: FactPath) -> Any:
    """The value at the path."""
    found: Any = facts
    for name in path:
        found = getattr(found, str(name)) if isinstance(found, BaseModel) else found[name]
    return found


def with_fact(facts: Facts, path: FactPath, value: Any) -> Facts:
    """A copy in which the value at the path is another; the value is of the right type already."""
    changed: Facts = _with(facts, path, value)
    return changed


def _with(part: Any, path: FactPath, value: Any) -> Any:
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(part, BaseModel):
        inner = _with(getattr(part, str(first)), rest, value)
        return part.model_copy(update={str(first): inner})
    if isinstance(part, dict):
        return {**part, first: _with(part.get(first), rest, value)}
    position = int(first)
    return (*part[:position], _with(part[position], rest, value), *part[position + 1 :])
