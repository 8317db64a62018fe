"""Judges attempts in the background and decides what follows from the score."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Job
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Attempt, Escalation, FollowUp, InterviewSession
from interviews.refusals import ProtocolGone
from interviews.scoring import evidence, offline, rubric
from interviews.scoring.version import version_with
from interviews.services import escalations
from interviews.services.following import follow_outcome
from interviews.services.reading import protocol_of, stage_settings, threshold_of

EMBEDDED = "embedded"
FULL_SCORE = 10.0


def assess_attempt(job: Job) -> None:
    """Judges the attempt of a claimed job and stores the outcome exactly once.

    The judging stands between two short transactions; the outcome is stored only while the
    job is still ours (jobs.finish raises LostClaim otherwise, which undoes it).
    """
    attempt = Attempt.objects.select_related("answer__session").filter(pk=job.subject_id).first()
    if attempt is None:
        # Its session was deleted meanwhile: there is nothing left to judge.
        jobs.finish(job)
        return
    earlier = _unchanged(attempt)
    assessment, follow_ups = _copy(attempt, earlier) if earlier else _judge(attempt)
    with transaction.atomic():
        jobs.finish(job)
        assessment.save(force_insert=True)
        FollowUp.objects.bulk_create(follow_ups)
        _settle(attempt, assessment)
    _follow(attempt.answer.session)


def _follow(session: InterviewSession) -> None:
    """What an outcome brings; nothing while the session's questions are not installed."""
    with suppress(ProtocolGone):
        follow_outcome(session)


def _unchanged(attempt: Attempt) -> Assessment | None:
    """The assessment of the same value given earlier: an unchanged text is never scored twice."""
    return (
        Assessment.objects.filter(
            attempt__answer=attempt.answer_id,
            attempt__value_hash=attempt.value_hash,
            scorer_version=version_with(evidence.site_folder()),
        )
        .exclude(attempt=attempt)
        .order_by("pk")
        .first()
    )


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


def _judge(attempt: Attempt) -> tuple[Assessment, list[FollowUp]]:
    answer = attempt.answer
    question = protocol_of(answer.session).question(answer.question_key)
    values = _earlier_values(answer)
    judgement = offline.judge(
        question,
        attempt.value,
        values=values,
        attempt_number=attempt.number,
        screen_patterns=settings.CONVERSATION["security"]["injection_patterns"],
    )
    threshold = threshold_of(answer.stage_number)
    score = rubric.score(question, judgement, threshold=threshold)
    if not question.scored:
        # Complete as soon as it is valid: a screening without a yes has nothing to explain.
        score = FULL_SCORE
    assessment = Assessment(
        attempt=attempt,
        score=Decimal(str(score)),
        threshold=Decimal(str(threshold)),
        is_accepted=score >= threshold,
        is_off_topic=judgement.is_off_topic,
        injection_suspected=judgement.injection_suspected,
        passages=list(judgement.passages),
        elements=[
            {"id": one.id, "verdict": one.verdict, "quote": one.quote, "comment": one.comment}
            for one in judgement.elements
        ],
        example=judgement.example,
        scored_by=EMBEDDED,
        scorer_version=version_with(evidence.site_folder()),
    )
    most = int(settings.CONVERSATION["security"]["max_follow_up_length"])
    follow_ups = (
        []
        if assessment.is_accepted
        else [
            FollowUp(
                assessment=assessment,
                position=position,
                element_id=one.element_id,
                text=_cut(one.text, most),
            )
            for position, one in enumerate(judgement.followups, start=1)
        ]
    )
    return assessment, follow_ups


def _cut(text: str, most: int) -> str:
    """The text, cut with an ellipsis where the site wants follow-ups shorter."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _earlier_values(answer: Answer) -> dict[str, object]:
    """Canonical values of the session's other answers; rubrics of some questions look at them."""
    others = Answer.objects.filter(session=answer.session_id).with_current()
    return {one.question_key: one.value for one in others if one.value is not None}


def _settle(attempt: Attempt, assessment: Assessment) -> None:
    """Moves the answer on, unless the person has submitted something newer meanwhile."""
    answer = Answer.objects.get(pk=attempt.answer_id)
    if answer.current_attempt_id != attempt.pk or answer.state != AnswerState.SCORING:
        return
    if assessment.is_accepted:
        _move(answer, AnswerState.ACCEPTED, assessment)
        return
    tried = escalations.scored_in_round(answer)
    limit = stage_settings(answer.stage_number)["max_attempts"]
    if len({one.attempt_id for one in tried}) < limit:
        _move(answer, AnswerState.NEEDS_WORK, assessment)
        return
    escalations.escalate(answer, tried, Escalation.Reason.ATTEMPTS_EXHAUSTED)


def _move(answer: Answer, state: AnswerState, assessment: Assessment) -> None:
    """Conditional on the attempt judged: a newer submit wins over this outcome."""
    Answer.objects.filter(
        pk=answer.pk, state=AnswerState.SCORING, current_attempt=assessment.attempt_id
    ).update(state=state, current_assessment=assessment)


def escalate_unassessed(job: Job) -> None:
    """A job that was given up: the answer waits for a person instead of for ever."""
    attempt = Attempt.objects.select_related("answer__session").filter(pk=job.subject_id).first()
    if attempt is None:
        return
    answer = attempt.answer
    if answer.current_attempt_id != attempt.pk:
        return
    if answer.state == AnswerState.SKIPPED_BY_CONDITION:
        # Hidden just now: it must not wait for ever once its question applies again.
        escalations.note(answer, Escalation.Reason.NOT_ASSESSED)
    if answer.state == AnswerState.SCORING:
        tried = escalations.scored_in_round(answer)
        escalations.escalate(answer, tried, Escalation.Reason.NOT_ASSESSED)
        _follow(answer.session)
