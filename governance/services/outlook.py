"""Understanding a decision: what would change it, how firmly it stands, where it may still go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charters.services import revisions
from governance.engine.counterfactuals import WaysOut
from governance.engine.counterfactuals import ways_out as search
from governance.engine.facts import Facts, UnusableFacts, read_facts
from governance.engine.range import Range, range_of
from governance.engine.stability import Stability, stability_of
from governance.facts import facts_so_far
from governance.models import Decision
from governance.open_facts import openness_of
from governance.rulepacks.effect import facts_under
from governance.services import decisions, packs
from interviews.models import Finding
from interviews.services.reading import Reading


@dataclass(frozen=True)
class SoFar:
    """Where an interview stands: the decision if it were issued now, and where it may still go."""

    outcome: dict[str, Any] | None
    range: Range


def ways_out(decision: Decision) -> WaysOut | None:
    """What would make a computed decision better, from the facts that it was computed from."""
    facts = _facts(decision.facts)
    return search(facts) if facts else None


def stability(decision: Decision) -> Stability | None:
    """How firmly a computed decision stands against small errors of measurement."""
    facts = _facts(decision.facts)
    return stability_of(facts) if facts else None


def _facts(stored: Mapping[str, Any]) -> Facts | None:
    """None where they are of a form that is not read any more."""
    try:
        return read_facts(dict(stored))
    except UnusableFacts:
        return None


def so_far(reading: Reading, found: list[Finding]) -> SoFar:
    """Both from one draft of the charter: computed now, never stored."""
    content = revisions.draft_charter(reading, found).content
    rules = packs.in_force()
    read = facts_so_far(content, config=rules.thresholds)
    openness = openness_of(
        content, facts_under(read, rules.of_decisions), protocol=reading.protocol
    )
    return SoFar(
        outcome=decisions.outcome_of(content),
        range=range_of(openness.known, openness.open_facts, order=openness.items),
    )
