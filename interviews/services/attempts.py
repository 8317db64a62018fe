"""Takes what a person submits: an attempt, or "I don't know yet"."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.sealed_fields import sealed_changes
from accounts.services import audit, jobs
from interviews import metrics
from interviews.answerset import AnswerState
from interviews.models import Answer, Attempt
from interviews.refusals import AnswerChanged, NothingChanged, SessionNotOpen, UnknownNotAllowed
from interviews.services.following import follow_through
from interviews.services.reading import Reading
from interviews.services.sessions import subject

#: Submitting one of these again opens a new round of attempts.
CLOSED_STATES = (AnswerState.ACCEPTED, AnswerState.ESCALATED, AnswerState.UNKNOWN)


def value_hash(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def submit_attempt(
    *,
    reading: Reading,
    question_key: str,
    value: Any,
    by: User,
    answer_version: int,
    confirming: bool = False,
) -> Attempt:
    """Stores a clean canonical value as the next attempt and asks for its assessment.

    ``answer_version`` is the one the person's page was built on. ``confirming`` says that an
    unchanged value still holds although an earlier answer changed.

    Raises SessionNotOpen, AnswerChanged (somebody was faster), NothingChanged (the same value
    again while more detail is needed).
    """
    answer = reading.by_key[question_key]
    if not reading.session.is_open:
        raise SessionNotOpen
    digest = value_hash(value)
    if answer.state == AnswerState.NEEDS_WORK and not confirming:
        _refuse_unchanged(answer, digest)
    with transaction.atomic():
        attempt = _insert(reading, answer, value, digest, by, answer_version)
        _point_at(answer, attempt, answer_version, by)
        transaction.on_commit(lambda: metrics.stage_attempted(answer.stage_number))
        jobs.enqueue(kind="score", subject_id=attempt.pk, unique_key=f"score:{attempt.pk}")
        follow_through(reading)
        audit.record(
            type="attempt.submitted",
            actor=by,
            subject=f"{subject(reading.session)} {question_key}",
            detail={"number": attempt.number, "hash": digest},
        )
    return attempt


def _refuse_unchanged(answer: Answer, digest: str) -> None:
    current = answer.current_attempt
    if current is not None and current.value_hash == digest:
        raise NothingChanged


def _insert(
    reading: Reading, answer: Answer, value: Any, digest: str, by: User, answer_version: int
) -> Attempt:
    question = reading.protocol.question(answer.question_key)
    reopens = answer.state in CLOSED_STATES
    attempt = Attempt(
        answer=answer,
        number=answer.attempt_count + 1,
        round=answer.round + 1 if reopens else answer.round,
        value=value,
        value_hash=digest,
        based_on={key: reading.by_key[key].version for key in question.depends_on},
        submitted_by=by,
    )
    if answer.version != answer_version:
        raise AnswerChanged(answer)
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
    except IntegrityError:
        # Two tabs at once: the number is taken, so the other one was first.
        raise AnswerChanged(Answer.objects.with_current().get(pk=answer.pk)) from None
    return attempt


def _point_at(answer: Answer, attempt: Attempt, answer_version: int, by: User) -> None:
    changes = {
        "state": AnswerState.SCORING,
        "version": answer_version + 1,
        "current_attempt": attempt,
        "current_assessment": None,
        "round": attempt.round,
        "attempt_count": attempt.number,
        "unknown_owner": "",
        "unknown_due_date": None,
        "unknown_note": "",
        "updated_at": timezone.now(),
        "updated_by": by,
    }
    _write(answer, answer_version, changes)


def _write(answer: Answer, answer_version: int, changes: dict[str, Any]) -> None:
    """Optimistic: nothing rests on row locks, which SQLite does not have (reliability.md D10)."""
    fresh = Answer.objects.filter(pk=answer.pk, version=answer_version)
    if not fresh.update(**sealed_changes(answer, **changes)):
        raise AnswerChanged(Answer.objects.with_current().get(pk=answer.pk))
    for name, new in changes.items():
        setattr(answer, name, new)


@transaction.atomic
def mark_unknown(
    *,
    reading: Reading,
    question_key: str,
    owner: str,
    due_date: date | None,
    note: str = "",
    by: User,
    answer_version: int,
) -> Answer:
    """Records "I don't know yet": who finds out, by when.

    Raises SessionNotOpen, AnswerChanged, UnknownNotAllowed (S5-01, S5-04 to S5-10).
    """
    question = reading.protocol.question(question_key)
    answer = reading.by_key[question_key]
    if not reading.session.is_open:
        raise SessionNotOpen
    if not question.unknown_allowed:
        raise UnknownNotAllowed
    changes = {
        "state": AnswerState.UNKNOWN,
        "version": answer_version + 1,
        "current_attempt": None,
        "current_assessment": None,
        "unknown_owner": owner,
        "unknown_due_date": due_date,
        "unknown_note": note,
        "updated_at": timezone.now(),
        "updated_by": by,
    }
    _write(answer, answer_version, changes)
    follow_through(reading)
    audit.record(
        type="answer.marked_unknown",
        actor=by,
        subject=f"{subject(reading.session)} {question_key}",
        detail={"due_date": due_date.isoformat() if due_date else None},
    )
    return answer
