"""Hands an answer to a person when attempts are exhausted or could not be assessed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from interviews import metrics
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Escalation
from interviews.refusals import AnswerChanged, SessionNotOpen
from interviews.services.following import follow_through
from interviews.services.reading import Reading, read
from interviews.services.sessions import subject


def scored_in_round(answer: Answer) -> list[Assessment]:
    """The assessments of the answer's current round, best first; of equals the earliest.

    Where a reviewer corrected a score, the corrected one counts no more.
    """
    found = list(
        Assessment.objects.filter(attempt__answer=answer, attempt__round=answer.round)
        .select_related("attempt")
        .order_by("-score", "attempt__number")
    )
    corrected = {one.attempt_id for one in found if one.is_by_person}
    return [one for one in found if one.is_by_person or one.attempt_id not in corrected]


def escalate(answer: Answer, tried: Sequence[Assessment], reason: Escalation.Reason) -> bool:
    """The best attempt of the round counts from now on, and a person looks at it.

    Conditional on what was read: a newer submit wins, and then nothing is escalated (False).
    """
    changes: dict[str, object] = {"state": AnswerState.ESCALATED}
    if tried:
        best = tried[0]
        changes |= {"current_assessment": best, "current_attempt": best.attempt}
        if best.attempt_id != answer.current_attempt_id:
            # Another text counts now, which changes what the answer says.
            changes["version"] = answer.version + 1
    moved = Answer.objects.filter(
        pk=answer.pk, version=answer.version, current_attempt=answer.current_attempt_id
    ).update(**changes)
    if moved:
        note(answer, reason)
        transaction.on_commit(lambda: metrics.escalated(answer.stage_number, reason.value))
    return bool(moved)


def note(answer: Answer, reason: Escalation.Reason) -> None:
    """The row that a person finds; once a round."""
    Escalation.objects.get_or_create(answer=answer, round=answer.round, defaults={"reason": reason})


@transaction.atomic
def stop_trying(*, reading: Reading, question_key: str, by: User) -> None:
    """The person has no better answer: it is escalated with its best attempt.

    Raises SessionNotOpen; AnswerChanged when the answer is not waiting for more detail.
    """
    answer = reading.by_key[question_key]
    if not reading.session.is_open:
        raise SessionNotOpen
    if answer.state != AnswerState.NEEDS_WORK:
        raise AnswerChanged(answer)
    if not escalate(answer, scored_in_round(answer), Escalation.Reason.ATTEMPTS_EXHAUSTED):
        raise AnswerChanged(Answer.objects.with_current().get(pk=answer.pk))
    follow_through(read(reading.session))
    audit.record(
        type="answer.escalated", actor=by, subject=f"{subject(reading.session)} {question_key}"
    )
