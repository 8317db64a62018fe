"""What a person does with a candidate: puts it into the draft, or dismisses it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from interviews.fields.prefill import start_value
from interviews.models import Answer, Candidate, Draft
from interviews.prefill.placing import placed
from interviews.refusals import Refusal, SessionNotOpen
from interviews.services import drafts
from interviews.services.reading import Reading
from interviews.services.sessions import subject

State = Candidate.State


class AlreadyHandled(Refusal):
    """Another click or another tab was faster."""


@transaction.atomic
def accept_candidate(*, reading: Reading, candidate: Candidate, by: User) -> Draft:
    """Adds the passage to the draft of its question; nothing that stands there is lost.

    Raises SessionNotOpen, AlreadyHandled, AnswerChanged or DraftChanged when somebody writes at
    this very moment.
    """
    _handle(reading, candidate, State.ACCEPTED, by)
    saved = put_into_draft(
        reading=reading, key=candidate.question_key, passage=candidate.passage, by=by
    )
    _record("candidate.accepted", reading, candidate, by)
    return saved


def put_into_draft(*, reading: Reading, key: str, passage: str, by: User) -> Draft:
    """Adds words to what stands in the draft (else the answer) of a question.

    Raises SessionNotOpen, AnswerChanged or DraftChanged.
    """
    answer = reading.by_key[key]
    answer.session = reading.session
    draft = drafts.live_draft(answer)
    return drafts.save_draft(
        answer=answer,
        value=placed(reading.protocol.question(key), _standing(reading, answer, draft), passage),
        draft_version=draft.version if draft else 0,
        answer_version=answer.version,
        by=by,
    )


@transaction.atomic
def dismiss_candidate(*, reading: Reading, candidate: Candidate, by: User) -> None:
    """Says that the passage does not answer the question. Raises as accept_candidate does."""
    _handle(reading, candidate, State.DISMISSED, by)
    _record("candidate.dismissed", reading, candidate, by)


def _handle(reading: Reading, candidate: Candidate, state: State, by: User) -> None:
    """One conditional update: of two clicks one is refused."""
    if not reading.session.is_open:
        raise SessionNotOpen
    changed = Candidate.objects.filter(pk=candidate.pk, state=State.OPEN).update(
        state=state, handled_at=timezone.now(), handled_by=by
    )
    if not changed:
        raise AlreadyHandled


def _standing(reading: Reading, answer: Answer, draft: Draft | None) -> Any:
    """What the person would find on the question's page."""
    if draft is not None:
        return draft.value
    if answer.value is not None:
        return answer.value
    question = reading.protocol.question(answer.question_key)
    return start_value(question, reading.values)[0]


def _record(deed: str, reading: Reading, candidate: Candidate, by: User) -> None:
    audit.record(
        type=deed, actor=by, subject=f"{subject(reading.session)} {candidate.question_key}"
    )
