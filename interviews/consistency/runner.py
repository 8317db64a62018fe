"""Runs every rule over one session's answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from interviews.answerset import AnswerSet
from interviews.consistency.case import Case
from interviews.consistency.rules import RULES
from interviews.consistency.types import Hit, Rule, RuleFinding, RulesConfig
from interviews.protocol.types import Protocol


def run_rules(
    answers: AnswerSet,
    *,
    protocol: Protocol,
    as_of: date,
    config: RulesConfig | None = None,
    stages_to_check: Collection[int] = (),
    is_complete: bool = False,
) -> list[RuleFinding]:
    """Every finding, at most one a rule, in the order G1-1 to G5-7, X-01 to X-43.

    A rule is silent while what it compares is not there. ``stages_to_check`` names stages
    about to be closed: their completeness rules then speak about what is missing too, and G3-5
    about a labelling plan that is.
    ``is_complete`` says that no more answers will come, so that confidence (X-40) is judged
    for every stage.
    """
    case = Case(
        answers,
        protocol,
        as_of,
        config or RulesConfig(),
        is_complete,
        frozenset(stages_to_check),
    )
    findings = []
    for rule in RULES:
        is_asked = rule.completeness and rule.gate in stages_to_check
        if not is_asked and not all(case.has(key) for key in rule.needs):
            continue
        hit = rule.look(case)
        if hit is not None:
            findings.append(_finding(rule, hit))
    return findings


def _finding(rule: Rule, hit: Hit) -> RuleFinding:
    involved = dict.fromkeys((*(quote.answer_id for quote in hit.quotes), *hit.also))
    return RuleFinding(
        rule_id=rule.id,
        severity=hit.severity or rule.severity,
        completeness=rule.completeness,
        stages=rule.stages,
        answer_ids=tuple(sorted(involved)),
        title=rule.title,
        message=hit.message,
        how_to_fix=hit.how_to_fix or rule.how_to_fix,
        quotes=hit.quotes,
    )
