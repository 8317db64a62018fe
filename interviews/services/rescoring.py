"""Judges again: what a silent provider left provisional, or a whole session by another model."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Job, User
from accounts.services import audit, jobs
from interviews.answerset import AnswerState
from interviews.llm import router
from interviews.llm.types import FaultKind, ModelFault
from interviews.models import Answer, Assessment, Attempt, FollowUp, InterviewSession
from interviews.models.assessment import BY_PERSON
from interviews.refusals import ProtocolGone, SessionNotOpen
from interviews.services import judging, settling
from interviews.services.following import follow_outcome
from interviews.services.judging import EMBEDDED, Judged
from interviews.services.reading import protocol_of
from interviews.services.sessions import subject

KIND, REASSESS = "rescore", "reassess"
#: How long a provider that was away is left alone before its answers are tried again.
WAIT_SECONDS, SPREAD_SECONDS = 20.0, 20.0
BUDGET_WAIT = timedelta(minutes=10)
_OVER = "final"
_chance = secrets.SystemRandom()


def ask_again_later(session_id: int) -> None:
    """Makes sure that a job will look at the session's provisional answers.

    In the transaction that stores one. A waiting job is touched, not only looked at: that keeps it
    from being claimed before this commit, and so from missing what we are storing.
    """
    waiting = Job.objects.filter(kind=KIND, subject_id=session_id, status=Job.Status.PENDING)
    if waiting.update(next_attempt_at=F("next_attempt_at")):
        return
    count = Job.objects.filter(kind=KIND, subject_id=session_id).count()
    jobs.enqueue(
        kind=KIND,
        subject_id=session_id,
        unique_key=f"{KIND}:{session_id}:{count + 1}",
        wait=_wait(),
    )


def _wait() -> timedelta:
    """Spread out, so that a provider that comes back is not met by everybody at once."""
    return timedelta(seconds=WAIT_SECONDS + _chance.random() * SPREAD_SECONDS)


def rescore(job: Job) -> None:
    """Judges the provisional answers of a session again; put back while no provider answers."""
    session = InterviewSession.objects.filter(pk=job.subject_id).first()
    fault = _rescore(job, session) if session is not None else None
    if fault is None:
        jobs.finish(job)
    else:
        wait = BUDGET_WAIT if fault.kind == FaultKind.OVER_BUDGET else _wait()
        jobs.postpone(job, wait=wait, why=str(fault))


def _rescore(job: Job, session: InterviewSession) -> ModelFault | None:
    try:
        protocol_of(session)
    except ProtocolGone:
        # Its questions are not installed: there is nothing to judge by.
        return None
    return _again(job, session, _provisional(session))


def reassess(job: Job) -> None:
    """Judges every current attempt of a session by the model that is configured now."""
    session = InterviewSession.objects.filter(pk=job.subject_id).first()
    fault = None
    if session is not None:
        fault = _again(job, session, not_judged_by_this_scorer(session))
    if fault is None:
        jobs.finish(job)
    else:
        jobs.postpone(job, wait=_wait(), why=str(fault))


@transaction.atomic
def reassess_session(*, session: InterviewSession, by: User | None) -> Job:
    """Asks for a whole session to be judged anew; earlier assessments stay as they are.

    Raises SessionNotOpen.
    """
    if not session.is_open:
        raise SessionNotOpen
    count = Job.objects.filter(kind=REASSESS, subject_id=session.pk).count()
    job = jobs.enqueue(
        kind=REASSESS, subject_id=session.pk, unique_key=f"{REASSESS}:{session.pk}:{count + 1}"
    )
    audit.record(type="session.reassessment_asked", actor=by, subject=subject(session))
    return job


def _provisional(session: InterviewSession) -> list[Attempt]:
    answers = Answer.objects.filter(
        session=session,
        current_assessment__is_provisional=True,
        current_assessment__attempt=F("current_attempt"),
    ).exclude(state=AnswerState.SKIPPED_BY_CONDITION)
    return _attempts(answers.values_list("current_attempt", flat=True))


def not_judged_by_this_scorer(session: InterviewSession) -> list[Attempt]:
    """The current attempts that a reassessment would look at; in the order of the questions."""
    judged = Assessment.objects.filter(attempt__answer__session=session, is_provisional=False)
    judged = judging.by_present_scorer(judged, is_by_model=router.is_configured())
    answers = Answer.objects.filter(session=session, current_attempt__isnull=False).exclude(
        current_attempt__in=judged.values("attempt")
    )
    # What a reviewer ruled on is settled between people.
    corrected = Assessment.objects.filter(attempt__answer__session=session, scored_by=BY_PERSON)
    answers = answers.exclude(current_attempt__in=corrected.values("attempt"))
    return _attempts(answers.values_list("current_attempt", flat=True))


def _attempts(ids: Iterable[int]) -> list[Attempt]:
    found = Attempt.objects.filter(pk__in=list(ids)).select_related("answer__session")
    return list(found.order_by("answer__position"))


def _again(job: Job, session: InterviewSession, attempts: Sequence[Attempt]) -> ModelFault | None:
    """Batch after batch, until all are judged or a provider fails again."""
    size = settings.LLM_BATCH_SIZE
    for start in range(0, len(attempts), size):
        fault = None
        for judged in judging.judge(attempts[start : start + size]):
            if judged.is_provisional:
                fault = judged.fault
            else:
                _store(job, judged)
        if fault is not None:
            return fault
        follow_outcome(session)
    return None


def _store(job: Job, judged: Judged) -> None:
    """One more assessment beside the first, and what follows from it; once, whoever comes twice."""
    assessment, follow_ups = judging.rows_of(judged)
    if assessment.scored_by == EMBEDDED:
        # It stood in before; now it has the last word (no provider any more, or kept away).
        assessment.scorer_version = f"{assessment.scorer_version} {_OVER}"
    try:
        with transaction.atomic():
            jobs.still_ours(job)
            assessment.save(force_insert=True)
            FollowUp.objects.bulk_create(follow_ups)
            if _is_corrected(judged.attempt):
                return
            before = judged.attempt.answer.state
            settling.settle(assessment, is_refused=judged.is_refused)
            _tell(judged, before)
    except IntegrityError:
        # Somebody who held this job before us stored the very same judgement.
        return


def _is_corrected(attempt: Attempt) -> bool:
    """Whether a reviewer corrected the score while the scorer was reading; the line is the answer's
    row, in which whoever rules stands too.
    """
    Answer.objects.filter(pk=attempt.answer_id).update(version=F("version"))
    return Assessment.objects.filter(attempt=attempt, scored_by=BY_PERSON).exists()


def _tell(judged: Judged, before: str) -> None:
    """The record of deeds names an answer whose standing a later score has changed."""
    answer = Answer.objects.get(pk=judged.attempt.answer_id)
    if answer.state != before:
        audit.record(
            type="answer.rescored",
            actor=None,
            subject=f"{subject(answer.session)} {answer.question_key}",
            detail={"before": before, "after": str(answer.state)},
        )
