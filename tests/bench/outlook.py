"""Time of understanding a decision: sets of changes, ranges, firmness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from governance.engine import Facts, read_facts
from governance.engine.counterfactuals import ways_out
from governance.engine.range import range_of
from governance.engine.stability import stability_of
from governance.facts import facts_so_far
from governance.open_facts import openness_of
from interviews.answerset import AnswerSet
from interviews.protocol.catalogue import default_protocol
from tests.builders.charters import make_content
from tests.governance.engine_facts import calm_facts, control

Timed = Callable[..., dict[str, float]]


def risky(risks: int, controls: int) -> Facts:
    """Every principle with so many severe risks, each with so many controls that are plans."""
    raw = calm_facts()
    rows = [control("planned", 2, due_date=None, evidence="") for _ in range(controls)]
    for name, principle in raw["principles"].items():
        principle["risks"] = [
            {"ref": f"{name}-{n}", "severity": 4, "likelihood": 4, "controls": rows}
            for n in range(risks)
        ]
    return read_facts(raw)


def rows(timed: Timed) -> dict[str, dict[str, float]]:
    """One line for each question that a decision answers."""
    content = make_content(AnswerSet()).model_dump(mode="json")
    facts = facts_so_far(content, config={})
    found = openness_of(content, facts, protocol=default_protocol())
    ordinary, worst = risky(2, 2), risky(12, 6)

    def ranked() -> Any:
        return range_of(found.known, found.open_facts, order=found.items)

    return {
        "what would change it, 10 risks": timed(lambda: ways_out(ordinary), runs=20),
        "what would change it, 60 severe risks with 6 controls each": timed(
            lambda: ways_out(worst), runs=3
        ),
        "range and questions of an empty interview": timed(ranked, runs=20),
        "firmness, 100 draws": timed(lambda: stability_of(ordinary), runs=20),
    }
