"""Judges attempts in the background and decides what follows from the score."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Job
from accounts.services import jobs
from interviews import metrics
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Attempt, Escalation, FollowUp, InterviewSession
from interviews.models.assessment import BY_PERSON
from interviews.refusals import ProtocolGone
from interviews.services import escalations, judging, rescoring, settling
from interviews.services.following import follow_outcome, follow_scores
from interviews.services.judging import Judged

Claimed = tuple[Job, Attempt]
#: How often a filling batch looks for one more.
LOOK_SECONDS = 0.1


def assess_attempt(job: Job) -> None:
    """Judges the attempt of a claimed job and stores the outcome exactly once.

    The judging stands between two short transactions; the outcome is stored only while the
    job is still ours (jobs.finish raises LostClaim otherwise, which undoes it). Waiting attempts
    of the same session are judged along, in one call to the model.
    """
    attempt = _attempt_of(job)
    if attempt is None:
        # Its session was deleted meanwhile: there is nothing left to judge.
        jobs.finish(job)
        return
    earlier = _unchanged(attempt)
    if earlier is not None:
        _store(job, attempt, *_copy(attempt, earlier))
        scored = [attempt]
    else:
        scored = _judge(job, attempt)
    with suppress(ProtocolGone):
        follow_scores(attempt.answer.session, [one.answer.question_key for one in scored])


def _attempt_of(job: Job) -> Attempt | None:
    # Without first(), whose order and limit cost as much as a small statement.
    found = Attempt.objects.select_related("answer__session").filter(pk=job.subject_id)
    return next(iter(found.order_by()), None)


def _judge(job: Job, attempt: Attempt) -> list[Attempt]:
    """Judges the attempt, and others with it; returns those that were."""
    context = judging.context_of(attempt.answer)
    is_alone = not context.waiting - {attempt.answer.question_key}
    if is_alone or not judging.is_model_wanted(attempt.answer):
        _store_judged(job, judging.judge([attempt], context)[0])
        return [attempt]
    with _waiting_beside(job, attempt) as others:
        claimed: list[Claimed] = [(job, attempt), *others]
        judged = judging.judge([one for _, one in claimed])
        for (held, _), outcome in zip(claimed[1:], judged[1:], strict=True):
            with suppress(jobs.LostClaim):
                _store_judged(held, outcome)
        _store_judged(job, judged[0])
        return [one for _, one in claimed]


@contextmanager
def _waiting_beside(job: Job, attempt: Attempt) -> Iterator[list[Claimed]]:
    """Claims other waiting attempts of the session, up to a batch (LLM_BATCH_SIZE).

    Where nobody is found at the first look, the answer goes alone and at once; else the batch may
    fill for LLM_BATCH_TIMEOUT seconds.
    """
    found: list[int] = []
    until = time.monotonic() + settings.LLM_BATCH_TIMEOUT
    room = settings.LLM_BATCH_SIZE - 1
    while len(found) < room:
        more = _waiting_job_ids(attempt, leave_out=[job.pk, *found])[: room - len(found)]
        found += more
        if not found or time.monotonic() >= until or len(found) >= room:
            break
        time.sleep(LOOK_SECONDS)
    with jobs.together(found) as claimed:
        rows = Attempt.objects.select_related("answer__session").in_bulk(
            [one.subject_id for one in claimed]
        )
        yield [
            (one, rows[one.subject_id])
            for one in claimed
            if one.subject_id in rows and _unchanged(rows[one.subject_id]) is None
        ]


def _waiting_job_ids(attempt: Attempt, *, leave_out: Sequence[int]) -> list[int]:
    others = Answer.objects.filter(session=attempt.answer.session_id, state=AnswerState.SCORING)
    waiting = others.exclude(pk=attempt.answer_id).order_by()
    attempt_ids = list(waiting.values_list("current_attempt", flat=True))
    due = Job.objects.due().filter(kind="score", subject_id__in=attempt_ids)
    return list(due.exclude(pk__in=leave_out).order_by("pk").values_list("pk", flat=True))


def _store_judged(job: Job, judged: Judged) -> None:
    assessment, follow_ups = judging.rows_of(judged)
    _store(job, judged.attempt, assessment, follow_ups, is_refused=judged.is_refused)
    _count(judged, assessment)


def _count(judged: Judged, assessment: Assessment) -> None:
    stage, key = judged.question.stage_number, judged.question.key
    metrics.quality_scored(stage, key, float(assessment.score))
    if not assessment.is_accepted:
        metrics.quality_looped(stage, key)
    if assessment.injection_suspected:
        metrics.injection_blocked(stage)


def _store(
    job: Job,
    attempt: Attempt,
    assessment: Assessment,
    follow_ups: list[FollowUp],
    *,
    is_refused: bool = False,
) -> None:
    with transaction.atomic():
        jobs.finish(job)
        assessment.save(force_insert=True)
        FollowUp.objects.bulk_create(follow_ups)
        settling.settle(assessment, is_refused=is_refused)
        if assessment.is_provisional:
            rescoring.ask_again_later(attempt.answer.session_id)


def follow(session: InterviewSession) -> None:
    """What an outcome brings; nothing while the session's questions are not installed."""
    with suppress(ProtocolGone):
        follow_outcome(session)


def _unchanged(attempt: Attempt) -> Assessment | None:
    """The assessment of the same value given earlier: an unchanged text is never scored twice."""
    if attempt.number == 1:
        return None
    same = Assessment.objects.filter(
        attempt__answer=attempt.answer_id,
        attempt__value_hash=attempt.value_hash,
        is_provisional=False,
    ).exclude(attempt=attempt)
    is_by_model = judging.is_model_wanted(attempt.answer)
    by_scorer = judging.by_present_scorer(same, is_by_model=is_by_model)
    # A reviewer who corrected the score of these words spoke about the words.
    return (by_scorer | same.filter(scored_by=BY_PERSON)).best_word_first().first()


def _copy(attempt: Attempt, earlier: Assessment) -> tuple[Assessment, list[FollowUp]]:
    follow_ups = list(earlier.follow_ups.all())
    assessment = Assessment.objects.get(pk=earlier.pk)
    assessment.pk = None
    assessment._state.adding = True
    assessment.attempt = attempt
    assessment.assessed_at = timezone.now()
    return assessment, [
        FollowUp(
            assessment=assessment, position=one.position, element_id=one.element_id, text=one.text
        )
        for one in follow_ups
    ]


def escalate_unassessed(job: Job) -> None:
    """A job that was given up: the answer waits for a person instead of for ever."""
    attempt = _attempt_of(job)
    if attempt is None:
        return
    answer = attempt.answer
    if answer.current_attempt_id != attempt.pk:
        return
    if answer.state == AnswerState.SKIPPED_BY_CONDITION:
        # Hidden just now: it must not wait for ever once its question applies again.
        escalations.note(answer, Escalation.Reason.NOT_ASSESSED)
    if answer.state == AnswerState.SCORING:
        transaction.on_commit(lambda: metrics.session_failed(metrics.NOT_ASSESSED))
        tried = escalations.scored_in_round(answer)
        escalations.escalate(answer, tried, Escalation.Reason.NOT_ASSESSED)
        follow(answer.session)
