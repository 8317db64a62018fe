"""Runs the rules over a set of answers the way a session does."""

from __future__ import annotations

from collections.abc import Collection

from interviews.answerset import AnswerSet
from interviews.consistency.runner import run_rules
from interviews.consistency.types import RuleFinding, RulesConfig
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import AS_OF


def findings(
    answers: AnswerSet,
    *,
    closing: Collection[int] = (),
    config: RulesConfig | None = None,
    is_complete: bool = False,
) -> dict[str, RuleFinding]:
    """What the rules say, by rule id; ``closing`` names the stages about to be closed."""
    found = run_rules(
        answers,
        protocol=default_protocol(),
        as_of=AS_OF,
        config=config,
        stages_to_check=closing,
        is_complete=is_complete,
    )
    return {finding.rule_id: finding for finding in found}


def numbers(prefix: str, count: int, *, skipped: Collection[int] = ()) -> list[str]:
    """ "G1-" and 9 -> G1-1 to G1-9."""
    width = 2 if prefix == "X-" else 1
    return [f"{prefix}{n:0{width}d}" for n in range(1, count + 1) if n not in skipped]
