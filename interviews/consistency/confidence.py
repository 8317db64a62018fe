"""How sure the answers of a stage are (domain 3.6)."""

from __future__ import annotations

from interviews.answerset import AnswerSet, AnswerState, AnswerView
from interviews.consistency.visibility import visible_answers
from interviews.protocol.types import Protocol

ACCEPTED = 1.0
PROVISIONAL = 0.5
ESCALATED = 0.4
#: Unknown, and whatever is not answered yet.
UNSETTLED = 0.0


def confidence(stage_number: int, answers: AnswerSet, *, protocol: Protocol) -> float | None:
    """0 to 1: the mean weight over the visible items; None while nothing is settled."""
    shown = list(visible_answers(stage_number, answers, protocol=protocol).values())
    if not any(answer is not None and answer.is_settled for answer in shown):
        return None
    # Four digits: sums of tenths leave crumbs that no reader wants to see.
    return round(sum(weight(answer) for answer in shown) / len(shown), 4)


def weight(answer: AnswerView | None) -> float:
    """How far one answer can be relied on."""
    if answer is None:
        return UNSETTLED
    if answer.state == AnswerState.ESCALATED:
        return ESCALATED
    if not answer.is_accepted:
        return UNSETTLED
    return PROVISIONAL if answer.is_provisional else ACCEPTED
