"""Whether the score that counts may be held for wrong, and what would allow it."""

from __future__ import annotations

from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, ScoreDispute
from interviews.protocol.types import Question

#: An answer in one of these rests on a score, if it has one.
WITH_A_SCORE = (AnswerState.ACCEPTED, AnswerState.NEEDS_WORK, AnswerState.ESCALATED)

NOT_SCORED = "This question has no score: a complete answer is accepted."
NO_SCORE = "There is no score to dispute. Submit an answer, and wait until it is scored."
PROVISIONAL = (
    "This score is provisional: the answer will be scored again by itself. If that score is wrong "
    "too, dispute it then."
)
RULED = (
    "A reviewer has ruled on this score. Change the answer and submit it: the new score can be "
    "disputed again."
)


def why_not(
    answer: Answer, question: Question, assessment: Assessment | None, last: ScoreDispute | None
) -> str:
    """Why the score that counts cannot be disputed, and what would allow it; "" when it can."""
    if not question.scored:
        return NOT_SCORED
    if assessment is None or answer.state not in WITH_A_SCORE:
        return NO_SCORE
    if assessment.is_provisional:
        return PROVISIONAL
    is_ruled = last is not None and last.is_ruled and last.assessment_id == assessment.pk
    return RULED if assessment.is_by_person or is_ruled else ""


def last_of(answer: Answer) -> ScoreDispute | None:
    """The latest dispute of an answer; no statement where there never was one."""
    if not answer.has_disputes:
        return None
    found = answer.disputes.select_related("assessment__attempt", "raised_by", "ruled_by")
    return found.order_by("-pk").first()
