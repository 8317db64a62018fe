"""What people can do about a decision, as data: each change with its cost and its facts."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.engine.altering import fact_at, with_fact
from governance.engine.facts import Facts

#: In the place of a position: one more row.
APPENDED = "-"

#: The facts that people can act on, each with its finite domain ("as it is" beside what stands
#: here) and what it costs in points of effort: one is an afternoon, ten a project of its own.
#: What is no row here is never offered: severity, likelihood, stated levels, the risks themselves,
#: screening answers of "yes", high-risk areas, dates and thresholds.
COSTS: Mapping[str, int] = {
    # A control in S5-09: built, or tested with evidence, by where it stands now.
    "control.build": 2,
    "control.test_planned": 4,
    "control.test_built": 2,
    "control.record_evidence": 1,
    # One more control for a risk, tested with evidence: a base and each step that it cuts (1, 2).
    "new_control": 4,
    "new_control.step": 2,
    # The data: the score at the floor of F-7 or of F-8; each blocking gap closed.
    "data_score.good": 5,
    "data_score.excellent": 8,
    "blocking_gap": 3,
    # A legal opinion that says no, for each practice that somebody was unsure about.
    "legal_opinion": 4,
    # Ways out for the people affected, and who decides.
    "override": 3,
    "appeal": 3,
    "automation": 6,
    # Findings and answers: each one closed.
    "blocker": 2,
    "major": 2,
    "escalated": 2,
    "confidence.fair": 3,
    "confidence.good": 5,
    # The causes of NOT_FEASIBLE removed; the remaining risk accepted by name.
    "feasibility": 8,
    "acceptance": 1,
}


@dataclass(frozen=True)
class Replacement:
    """One value of the facts (contract 4): a JSON pointer and what stands there afterwards."""

    path: str
    #: JSON, which has no hash; the path and the change's strength say enough.
    value: Any = field(hash=False)


@dataclass(frozen=True)
class Change:
    """One thing to do. ``sources`` names questions and findings where it is done."""

    #: The fact that it changes; two changes of one set never share it.
    lever: str
    #: How far it goes, so that more of the same compares as more.
    strength: tuple[int, ...]
    cost: int
    text: str
    sources: tuple[str, ...]
    replaces: tuple[Replacement, ...]

    def goes_no_further_than(self, other: Change) -> bool:
        """Whether the other does at least the same on the same fact."""
        return self.lever == other.lever and all(
            mine <= theirs for mine, theirs in zip(self.strength, other.strength, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "cost": self.cost,
            "sources": list(self.sources),
            "replaces": [{"path": one.path, "value": one.value} for one in self.replaces],
        }


Changes = tuple[Change, ...]
#: Alternatives that each meet one need; none of them contains another.
Need = tuple[Changes, ...]


@dataclass(frozen=True)
class Obstacle:
    """Something in the way that no change of these facts can help; where it stands."""

    text: str
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "sources": list(self.sources)}


def total(changes: Iterable[Change]) -> int:
    """The cost of all of them."""
    return sum(change.cost for change in changes)


def order_of(changes: Changes) -> tuple[Any, ...]:
    """Cheapest first, then the fewest, then by name, so that equal input gives equal output."""
    named = tuple((change.lever, change.strength) for change in changes)
    return total(changes), len(changes), named


def goes_no_further(some: Changes, others: Changes) -> bool:
    """Whether everything in ``some`` is done by ``others``, too."""
    return all(any(one.goes_no_further_than(other) for other in others) for one in some)


def apply_changes(facts: Facts, changes: Iterable[Change]) -> Facts:
    """The facts after the changes; validated like any others."""
    raw = facts.model_dump(mode="json")
    return Facts.model_validate(patched(raw, changes))


def taken_back(applied: Facts, change: Change, before: Facts) -> Facts:
    """The applied facts without one of the changes; not validated again, for it is asked often."""
    for one in change.replaces:
        names = one.path.split("/")[1:]
        path = tuple(int(name) if name.isdigit() else name for name in names)
        if names[-1] == APPENDED:
            rows = fact_at(applied, path[:-1])
            # One more row at most: a risk has one lever for a further control.
            applied = with_fact(applied, path[:-1], rows[:-1])
        else:
            applied = with_fact(applied, path, fact_at(before, path))
    return applied


def patched(raw: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """The same on plain JSON; a pointer that ends in "-" appends to its list."""
    made: dict[str, Any] = copy.deepcopy(dict(raw))
    for change in changes:
        for one in change.replaces:
            _replace(made, one.path.split("/")[1:], one.value)
    return made


def _replace(part: Any, names: Sequence[str], value: Any) -> None:
    name, rest = names[0], names[1:]
    if not rest:
        if isinstance(part, list) and name == APPENDED:
            part.append(copy.deepcopy(value))
        elif isinstance(part, list):
            part[int(name)] = copy.deepcopy(value)
        else:
            part[name] = copy.deepcopy(value)
        return
    _replace(part[int(name)] if isinstance(part, list) else part[name], rest, value)
