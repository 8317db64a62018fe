"""Ends disputes by themselves: about a score that counts no more there is nothing to rule."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q
from django.utils import timezone

from accounts.services import audit
from interviews.answerset import AnswerState
from interviews.models import Answer, ScoreDispute
from interviews.services.sessions import subject

State, Because = ScoreDispute.State, ScoreDispute.Because


def withdraw_outdated(answers: Iterable[Answer]) -> None:
    """Withdraws open disputes of these answers whose score was replaced; costs nothing where no
    score was ever disputed.
    """
    known = [one.pk for one in answers if one.has_disputes]
    if not known:
        return
    moved = ~Q(answer__current_assessment=F("assessment")) | Q(answer__current_assessment=None)
    hidden = Q(answer__state=AnswerState.SKIPPED_BY_CONDITION)
    outdated = ScoreDispute.objects.filter(moved | hidden, answer__in=known, state=State.OPEN)
    for dispute in outdated.select_related("answer__session", "assessment__attempt").order_by("pk"):
        _withdraw(dispute)


def _withdraw(dispute: ScoreDispute) -> None:
    """One conditional update: of two who notice, one writes it down."""
    because = _because(dispute)
    still = ScoreDispute.objects.filter(pk=dispute.pk, state=State.OPEN)
    if still.update(state=State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawn_because=because):
        audit.record(
            type="score.dispute_withdrawn",
            actor=None,
            subject=f"{subject(dispute.answer.session)} {dispute.answer.question_key}",
            detail={"dispute": str(dispute.code), "because": str(because)},
        )


def _because(dispute: ScoreDispute) -> ScoreDispute.Because:
    answer = dispute.answer
    if answer.state == AnswerState.SKIPPED_BY_CONDITION:
        return Because.NOT_ASKED
    if answer.current_attempt_id != dispute.assessment.attempt_id:
        return Because.ANSWERED_ANEW
    return Because.SCORED_ANEW
