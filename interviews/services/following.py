"""What every change of an answer brings: conditions, rules, the session's time."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from interviews.answerset import SETTLED, AnswerState
from interviews.consistency.judged import gates_reading
from interviews.models import Answer, InterviewSession
from interviews.refusals import AnswerChanged
from interviews.services import conditions, contradictions, dispute_ends, findings
from interviews.services.reading import Reading, read

TRIES = 3
_CLOSED = frozenset({*SETTLED, AnswerState.SKIPPED_BY_CONDITION})


@transaction.atomic
def follow_through(reading: Reading) -> Reading:
    """Lets questions appear and disappear, runs the rules, asks for due checks, ends disputes of
    what was replaced, notes the time.

    ``reading`` holds the changed answers; returns one in which every state is right.
    """
    fresh = conditions.sync_conditions(reading=Reading(reading.session, reading.answers))
    findings.sync_findings(reading=fresh)
    contradictions.request_checks(fresh)
    dispute_ends.withdraw_outdated(fresh.answers)
    InterviewSession.objects.filter(pk=reading.session.pk).update(last_updated_at=timezone.now())
    return fresh


def follow_scores(session: InterviewSession, keys: Collection[str]) -> None:
    """What first scores of attempts bring; most of the time nothing but the session's time.

    The rules read the same texts when they were submitted. About an accepted answer they speak
    differently only when that leaves nothing open in its stage, or in one whose check reads it.
    """
    if _change_nothing(session, keys):
        InterviewSession.objects.filter(pk=session.pk).update(last_updated_at=timezone.now())
    else:
        follow_outcome(session)


def _change_nothing(session: InterviewSession, keys: Collection[str]) -> bool:
    rows = Answer.objects.filter(session=session).order_by()
    stands = list(rows.values_list("question_key", "stage_number", "state"))
    still_open = {stage for _, stage, state in stands if state not in _CLOSED}
    scored = [(key, stage, state) for key, stage, state in stands if key in keys]
    return all(
        state == AnswerState.ACCEPTED and still_open >= {stage, *gates_reading(key)}
        for key, stage, state in scored
    )


def follow_outcome(session: InterviewSession) -> None:
    """The same after an assessment or an escalation, which can change what counts.

    In a transaction of its own, after the outcome is stored: the score must never wait for
    the rules, and the next save or gate runs them anyway.
    """
    for _ in range(TRIES):
        try:
            follow_through(read(session))
        except AnswerChanged:
            # A person submitted something at the same moment: look again at what stands now.
            continue
        return
