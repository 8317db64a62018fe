"""Decides whether a stage may close."""

from __future__ import annotations

from collections.abc import Iterable

from interviews.answerset import AnswerSet, AnswerState, AnswerView
from interviews.consistency.registry import place
from interviews.consistency.types import FindingView, GateOutcome, RulesConfig, Severity
from interviews.consistency.visibility import visible_answers
from interviews.protocol.types import Protocol, Question


def gate(
    stage: int,
    answers: AnswerSet,
    findings: Iterable[FindingView],
    *,
    protocol: Protocol,
    config: RulesConfig | None = None,
) -> GateOutcome:
    """What stands between a stage and its end.

    ``findings`` may hold those of other stages too; only the gate's own are looked at.
    """
    shown = visible_answers(stage, answers, protocol=protocol)
    missing = tuple(
        key for key, answer in shown.items() if not is_settled(protocol.question(key), answer)
    )
    unknown = [answer for answer in shown.values() if _is_unknown(answer)]
    share = len(unknown) / len(shown) if shown else 0.0
    too_many = share > (config or RulesConfig()).unknown_limit
    blockers = open_blockers(stage, findings)
    return GateOutcome(
        passed=not missing and not too_many and not blockers,
        missing=missing,
        unknown_share=share,
        too_many_unknown=too_many,
        blockers=blockers,
    )


def is_settled(question: Question, answer: AnswerView | None) -> bool:
    """Accepted, escalated, or unknown with an owner where that is allowed."""
    if answer is None or not answer.is_settled:
        return False
    if not _is_unknown(answer):
        return True
    has_owner = answer.unknown is not None and bool(answer.unknown.owner.strip())
    return question.unknown_allowed and has_owner


def open_blockers(stage: int, findings: Iterable[FindingView]) -> tuple[str, ...]:
    """The BLOCKERs of this gate that nobody has dealt with, in the order of the tables."""
    ids = {
        finding.rule_id
        for finding in findings
        if finding.gate == stage and finding.severity == Severity.BLOCKER and not finding.is_handled
    }
    return tuple(sorted(ids, key=place))


def _is_unknown(answer: AnswerView | None) -> bool:
    return answer is not None and answer.state == AnswerState.UNKNOWN
