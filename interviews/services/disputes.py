"""Holds a score for wrong, and has a reviewer rule on it; the first score always stays visible."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Job, User
from accounts.policies import require
from accounts.sealed_fields import sealed_changes
from accounts.services import audit, jobs
from interviews import emails
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, FollowUp, InterviewSession, ScoreDispute
from interviews.models.assessment import BY_PERSON
from interviews.models.dispute import SHORTEST_REASON, SHORTEST_RULING
from interviews.policies import may_rule_on
from interviews.refusals import (
    AnswerChanged,
    DisputedAlready,
    DisputeOver,
    NotDisputable,
    ProtocolGone,
    SameScore,
    SessionNotOpen,
    TooShort,
)
from interviews.services import disputable, settling
from interviews.services.dispute_ends import withdraw_outdated
from interviews.services.drafts import require_storable
from interviews.services.following import follow_outcome
from interviews.services.reading import Reading
from interviews.services.sessions import subject

#: Formats and control characters, by their Unicode category.
INVISIBLE = frozenset({"Cf", "Cc"})
TELL = "dispute_ruled"
State, Because = ScoreDispute.State, ScoreDispute.Because

ONLY_OTHERS = (
    "A Reviewer or SuperAdmin rules on a disputed score, one who has no part in the interview: "
    "nobody who owns it, works on it, wrote the answer or raised the dispute."
)


def raise_dispute(*, reading: Reading, question_key: str, reason: str, by: User) -> ScoreDispute:
    """Notes that the score that counts is held for wrong; nothing else changes by it.

    Raises SessionNotOpen, NotDisputable with its reason, DisputedAlready, AnswerChanged when
    the answer moved meanwhile, TooShort, Unstorable.
    """
    answer, session = reading.by_key[question_key], reading.session
    reason = _said(reason, SHORTEST_REASON)
    if not session.is_open:
        raise SessionNotOpen
    question, last = reading.protocol.question(question_key), disputable.last_of(answer)
    assessment = answer.current_assessment
    refused = disputable.why_not(answer, question, assessment, last)
    if assessment is None or refused:
        raise NotDisputable(refused)
    with transaction.atomic():
        _require_open(session)
        _require_standing(answer)
        withdraw_outdated([answer])
        dispute = _insert(answer, assessment, reason, by)
        _record("disputed", dispute, by, score=str(assessment.score))
    return dispute


def _said(reason: str, least: int) -> str:
    """The reason without blanks around it; neither blanks nor what is invisible make it long.

    Raises TooShort, Unstorable.
    """
    require_storable(reason)
    visible = "".join(
        letter
        for letter in reason
        if letter.isspace() or unicodedata.category(letter) not in INVISIBLE
    )
    if len(" ".join(visible.split())) < least:
        raise TooShort(least)
    return reason.strip()


def _require_open(session: InterviewSession) -> None:
    """Whoever pauses or closes the interview at this moment waits, or was first."""
    ongoing = InterviewSession.objects.ongoing().filter(pk=session.pk)
    if not ongoing.update(last_updated_at=F("last_updated_at")):
        raise SessionNotOpen


def _require_standing(answer: Answer) -> None:
    """Whoever submits or scores at this moment waits, or was first."""
    as_read = Answer.objects.filter(
        pk=answer.pk, version=answer.version, current_assessment=answer.current_assessment_id
    )
    if not as_read.update(version=F("version")):
        raise AnswerChanged(Answer.objects.with_current().get(pk=answer.pk))


def _insert(answer: Answer, assessment: Assessment, reason: str, by: User) -> ScoreDispute:
    try:
        with transaction.atomic():
            return ScoreDispute.objects.create(
                answer=answer, assessment=assessment, reason=reason, raised_by=by
            )
    except IntegrityError:
        # One is open: the database lets no second one in.
        raise DisputedAlready from None


@transaction.atomic
def withdraw_dispute(*, dispute: ScoreDispute, by: User) -> None:
    """Takes a dispute back; the score stands as before. Raises DisputeOver."""
    taken_back = {
        "state": State.WITHDRAWN,
        "withdrawn_at": timezone.now(),
        "withdrawn_by": by,
        "withdrawn_because": Because.TAKEN_BACK,
    }
    if not ScoreDispute.objects.filter(pk=dispute.pk, state=State.OPEN).update(**taken_back):
        raise DisputeOver
    _record("dispute_withdrawn", dispute, by, because=str(Because.TAKEN_BACK))
    dispute.refresh_from_db()


def rule_on_dispute(
    *, dispute: ScoreDispute, corrected_score: Decimal | None, reason: str, by: User
) -> ScoreDispute:
    """Keeps the score (None), or sets another one beside it, which counts from now on.

    Raises PermissionDenied, SessionNotOpen, DisputeOver when somebody ruled, withdrew it or
    answered anew meanwhile, SameScore, TooShort, Unstorable.
    """
    require(may_rule_on(by, dispute), ONLY_OTHERS)
    reason = _said(reason, SHORTEST_RULING)
    session = dispute.answer.session
    if corrected_score == dispute.assessment.score:
        raise SameScore
    with transaction.atomic():
        _require_open(session)
        _close(dispute, corrected_score, reason, by)
        before = Answer.objects.get(pk=dispute.answer_id).state
        if corrected_score is not None:
            settling.settle_ruling(_correct(dispute, corrected_score, reason), by=by)
        after = Answer.objects.get(pk=dispute.answer_id).state
        said = {"score": str(dispute.assessment.score), "corrected": str(corrected_score or "")}
        _record("dispute_ruled", dispute, by, **said, before=before, after=after)
        jobs.enqueue(kind=TELL, subject_id=dispute.pk, unique_key=f"{TELL}:{dispute.pk}")
    dispute.refresh_from_db()
    with suppress(ProtocolGone):
        follow_outcome(session)
    return dispute


def _close(dispute: ScoreDispute, score: Decimal | None, reason: str, by: User) -> None:
    """One conditional update: of two who rule at once, one is refused."""
    # The answer first, as whoever submits does: they wait, or were first.
    unmoved = Answer.objects.filter(
        pk=dispute.answer_id, current_assessment=dispute.assessment_id
    ).exclude(state=AnswerState.SKIPPED_BY_CONDITION)
    ruled = sealed_changes(
        dispute,
        state=State.KEPT if score is None else State.CORRECTED,
        corrected_score=score,
        ruling_reason=reason,
        ruled_at=timezone.now(),
        ruled_by=by,
    )
    still = ScoreDispute.objects.filter(pk=dispute.pk, state=State.OPEN)
    if not unmoved.update(version=F("version")) or not still.update(**ruled):
        raise DisputeOver


def _correct(dispute: ScoreDispute, score: Decimal, reason: str) -> Assessment:
    """One more assessment of the same attempt; what was found in it stays the scorer's."""
    first = dispute.assessment
    made = Assessment.objects.create(
        attempt=first.attempt,
        score=score,
        # The attempt is judged again, not the bar moved.
        threshold=first.threshold,
        is_accepted=score >= first.threshold,
        is_off_topic=first.is_off_topic,
        injection_suspected=first.injection_suspected,
        passages=first.passages,
        elements=first.elements,
        example=first.example,
        scored_by=BY_PERSON,
        scorer_version=f"dispute {dispute.code}",
        dimensions=first.dimensions,
    )
    if not made.is_accepted:
        FollowUp.objects.bulk_create(_asked_back(made, first, reason))
    return made


def _asked_back(made: Assessment, first: Assessment, reason: str) -> list[FollowUp]:
    """What the scorer asked; where it asked nothing, the reviewer's reason says what is missing."""
    asked = [(one.element_id, one.text) for one in first.follow_ups.all()] or [("", reason)]
    return [
        FollowUp(assessment=made, position=position, element_id=element, text=text)
        for position, (element, text) in enumerate(asked, start=1)
    ]


def _record(deed: str, dispute: ScoreDispute, by: User, **detail: str) -> None:
    answer = dispute.answer
    audit.record(
        type=f"score.{deed}",
        actor=by,
        subject=f"{subject(answer.session)} {answer.question_key}",
        detail={"dispute": str(dispute.code), **detail},
    )


# --- In the worker --------------------------------------------------------------------------------


def send_ruling(job: Job) -> None:
    """Tells whoever raised it, and nobody else: reviewers have their list.

    Nobody is told of an interview that they see no more, or that is shut off.
    """
    found = ScoreDispute.objects.select_related("answer__session", "raised_by")
    dispute = found.filter(pk=job.subject_id, answer__session__shut_off_at=None).first()
    if dispute is not None and _sees(dispute.raised_by, dispute.answer.session):
        emails.dispute_ruled(dispute)
    jobs.finish(job)


def _sees(person: User, session: InterviewSession) -> bool:
    seen = InterviewSession.objects.visible_to(person).filter(pk=session.pk)
    return person.is_active and seen.exists()
