"""Work that hangs, each piece with its cause: what a person waits for at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import HeldKind, Job
from accounts.services.job_care import OPEN
from interviews.answerset import AnswerState
from interviews.models import Answer, Attempt
from uaip_project.operations import queue_care, workers

SCORE = "score"
MOST = 200


def find(*, older_than: timedelta) -> list[dict[str, Any]]:
    """Jobs that were asked for longer ago and are not done, and answers that nobody will score.

    An answer is named by its question and the code of its interview, which opens nothing.
    """
    before = timezone.now() - older_than
    jobs = list(
        Job.objects.filter(status__in=OPEN, created_at__lt=before).order_by("created_at")[:MOST]
    )
    places = _places(job.subject_id for job in jobs if job.kind == SCORE)
    holds = dict(HeldKind.objects.values_list("kind", "why"))
    is_manned = workers.is_manned()
    found = [_row(job, places, _cause(job, holds=holds, is_manned=is_manned)) for job in jobs]
    return found + _forgotten(older_than)


def _row(job: Job, places: Mapping[int, tuple[str, str]], cause: str) -> dict[str, Any]:
    question, session = places.get(job.subject_id, ("", "")) if job.kind == SCORE else ("", "")
    return {
        "number": job.pk,
        "kind": job.kind,
        "status": job.status,
        "attempts": job.attempts,
        "since": job.created_at,
        "question": question,
        "session": session,
        "cause": cause,
    }


def _places(attempt_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Attempt -> question and code of its interview."""
    rows = Attempt.objects.filter(pk__in=list(attempt_ids)).order_by()
    found = rows.values_list("pk", "answer__question_key", "answer__session__code")
    return {pk: (question, str(code)) for pk, question, code in found}


def _cause(job: Job, *, holds: Mapping[str, str], is_manned: bool) -> str:
    now = timezone.now()
    if job.kind in holds:
        return f"Work of this kind is held back: {holds[job.kind]}"
    if job.status == Job.Status.RUNNING and job.lease_until and job.lease_until > now:
        return "A worker is at it now, and is still heard of: what it asks does not answer."
    if job.status == Job.Status.RUNNING:
        return "The worker that had it fell silent; the next one takes it."
    if job.next_attempt_at > now:
        return f"It is tried again at {job.next_attempt_at:%H:%M:%S} UTC. Last time: " + (
            queue_care.told(job.last_fault)
        )
    if not is_manned:
        return "No worker is alive. Start one."
    return "It waits for a free worker, or the broker does not ring."


def _forgotten(older_than: timedelta) -> list[dict[str, Any]]:
    """Answers that wait for a score with no job that would bring one."""
    work = Job.objects.filter(kind=SCORE, subject_id=OuterRef("current_attempt"), status__in=OPEN)
    waiting = Answer.objects.filter(
        ~Exists(work),
        state=AnswerState.SCORING,
        current_attempt__submitted_at__lt=timezone.now() - older_than,
    )
    rows = waiting.order_by("current_attempt__submitted_at").values(
        "question_key", code=F("session__code"), since=F("current_attempt__submitted_at")
    )
    return [
        {
            "number": None,
            "kind": SCORE,
            "status": "lost",
            "attempts": 0,
            "since": one["since"],
            "question": one["question_key"],
            "session": str(one["code"]),
            "cause": "No work stands for it: the person should submit the answer again.",
        }
        for one in rows[:MOST]
    ]


def limit() -> timedelta:
    """From when on work counts as stuck: a call to a model may take this long, and more."""
    return timedelta(seconds=settings.LLM_ATTEMPT_SECONDS + settings.JOB_LEASE_SECONDS)
