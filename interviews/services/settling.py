"""What an assessment does to its answer: accepted, more detail needed, or up to a person."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Escalation
from interviews.services import escalations
from interviews.services.reading import attempts_of

#: An answer in one of these waits for an assessment, or rests on a provisional one.
MOVABLE = (AnswerState.SCORING, AnswerState.ACCEPTED, AnswerState.NEEDS_WORK)


def settle(assessment: Assessment, *, is_refused: bool = False) -> None:
    """Moves the answer on, unless the person has submitted something newer meanwhile."""
    answer_id = assessment.attempt.answer_id
    is_accepted = assessment.is_accepted and not is_refused
    # By far the most common: one statement, and only what it does not fit is looked at.
    if is_accepted and _move(answer_id, AnswerState.ACCEPTED, assessment):
        return
    answer = Answer.objects.filter(pk=answer_id).first()
    if answer is None or answer.current_attempt_id != assessment.attempt_id:
        return
    if answer.state == AnswerState.ESCALATED:
        # A person looks at it anyway; what they look at is the newer judgement.
        _point_at(answer, assessment)
    elif answer.state not in MOVABLE:
        return
    elif is_refused:
        _escalate(answer, Escalation.Reason.MODEL_REFUSED)
    elif assessment.is_accepted:
        # Somebody moved it between the two looks: their outcome is the newer one.
        return
    elif tries_in_round(answer) < attempts_of(answer.stage_number):
        _move(answer.pk, AnswerState.NEEDS_WORK, assessment)
    else:
        _escalate(answer, Escalation.Reason.ATTEMPTS_EXHAUSTED)


def settle_ruling(assessment: Assessment, *, by: User) -> None:
    """What a reviewer's correction does: as after any score, and it also lets an escalated answer
    through.
    """
    settle(assessment)
    if not assessment.is_accepted:
        return
    answer = Answer.objects.get(pk=assessment.attempt.answer_id)
    if answer.state == AnswerState.ESCALATED:
        Answer.objects.filter(pk=answer.pk).update(state=AnswerState.ACCEPTED)
        # A person has looked at it: it waits no more.
        waiting = Escalation.objects.filter(answer=answer, round=answer.round, resolved_at=None)
        resolution = Escalation.Resolution.ACCEPT_AS_IS
        waiting.update(resolution=resolution, resolved_at=timezone.now(), resolved_by=by)


def tries_in_round(answer: Answer) -> int:
    """Scored attempts of the round; a provisional score costs nobody an attempt."""
    tried = escalations.scored_in_round(answer)
    return len({one.attempt_id for one in tried if not one.is_provisional})


def _escalate(answer: Answer, reason: Escalation.Reason) -> None:
    escalations.escalate(answer, escalations.scored_in_round(answer), reason)


def _point_at(answer: Answer, assessment: Assessment) -> None:
    Answer.objects.filter(pk=answer.pk, current_attempt=assessment.attempt_id).update(
        current_assessment=assessment
    )


def _move(answer_id: int, state: AnswerState, assessment: Assessment) -> bool:
    """Conditional on the attempt judged: a newer submit wins over this outcome."""
    mine = Answer.objects.filter(
        pk=answer_id, state__in=MOVABLE, current_attempt=assessment.attempt_id
    )
    return bool(mine.update(state=state, current_assessment=assessment))
