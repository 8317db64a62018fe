"""What every change of an answer brings: conditions, rules, the session's time."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from interviews.models import InterviewSession
from interviews.refusals import AnswerChanged
from interviews.services import conditions, findings
from interviews.services.reading import Reading, read

TRIES = 3


@transaction.atomic
def follow_through(reading: Reading) -> Reading:
    """Lets questions appear and disappear, runs the rules, notes the time.

    ``reading`` holds the changed answers; returns one in which every state is right.
    """
    fresh = conditions.sync_conditions(reading=Reading(reading.session, reading.answers))
    findings.sync_findings(reading=fresh)
    InterviewSession.objects.filter(pk=reading.session.pk).update(last_updated_at=timezone.now())
    return fresh


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
