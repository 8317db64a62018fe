"""Starts, pauses, resumes, completes, releases and deletes sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import audit, data_keys, webhooks
from interviews import metrics
from interviews.models import Answer, InterviewSession, LegalHold
from interviews.protocol import catalogue
from interviews.refusals import (
    SessionGone,
    SessionHeld,
    SessionNotOpen,
    SessionReleased,
    SessionShutOff,
)

Status = InterviewSession.Status


def subject(session: InterviewSession) -> str:
    """How the record of deeds names a session."""
    return f"session {session.code}"


@transaction.atomic
def start_session(
    *,
    project_name: str,
    by: User,
    as_of_date: date | None = None,
    provenance: Mapping[str, str] | None = None,
    source_note: str = "",
    is_kept_from_model: bool = False,
) -> InterviewSession:
    """A new session with an empty place for the answer to every question."""
    protocol = catalogue.default_protocol()
    session = InterviewSession.objects.create(
        owner=by,
        project_name=project_name,
        protocol_version=protocol.version,
        as_of_date=as_of_date,
        provenance=dict(provenance or {}),
        source_note=source_note,
        is_kept_from_model=is_kept_from_model,
    )
    shown = {question.key for question in catalogue.visible_questions(protocol, {})}
    Answer.objects.bulk_create(
        Answer(
            session=session,
            question_key=question.key,
            stage_number=question.stage_number,
            position=position,
            question_text=question.ask,
            state="draft" if question.key in shown else "skipped_by_condition",
        )
        for position, question in enumerate(protocol.questions, start=1)
    )
    detail = {"is_kept_from_model": True} if is_kept_from_model else {}
    audit.record(type="session.started", actor=by, subject=subject(session), detail=detail)
    transaction.on_commit(metrics.session_created)
    return session


def _move(
    session: InterviewSession, *, to: str, allowed: tuple[str, ...], deed: str, by: User
) -> None:
    """One conditional update: of two people who press at once, one is refused."""
    now = timezone.now()
    changes = {"status": to, "last_updated_at": now}
    if to == Status.COMPLETED:
        changes["completed_at"] = now
    with transaction.atomic():
        stand_in_line(session)
        moved = InterviewSession.objects.filter(pk=session.pk, status__in=allowed).update(**changes)
        if not moved:
            raise SessionNotOpen
        audit.record(type=f"session.{deed}", actor=by, subject=subject(session))
    session.refresh_from_db()


def pause_session(*, session: InterviewSession, by: User) -> None:
    """Leaves the interview for later; nothing can be answered until it is resumed."""
    _move(session, to=Status.PAUSED, allowed=(Status.IN_PROGRESS,), deed="paused", by=by)


def resume_session(*, session: InterviewSession, by: User) -> None:
    """Goes on with a paused (or abandoned) interview."""
    allowed = (Status.PAUSED, Status.ABANDONED)
    _move(session, to=Status.IN_PROGRESS, allowed=allowed, deed="resumed", by=by)


@transaction.atomic
def complete_session(*, session: InterviewSession, by: User) -> None:
    """Marks the interview complete; rooms above call it when a charter is issued."""
    stand_in_line(session)
    # A later revision completes it again, which is no news.
    if not InterviewSession.objects.filter(pk=session.pk, status=Status.COMPLETED).exists():
        payload = {"session": str(session.code), "status": str(Status.COMPLETED)}
        webhooks.announce(event="session.completed", payload=payload)
        seconds = (timezone.now() - session.started_at).total_seconds()
        transaction.on_commit(lambda: metrics.session_completed(seconds))
    allowed = (Status.IN_PROGRESS, Status.COMPLETED)
    _move(session, to=Status.COMPLETED, allowed=allowed, deed="completed", by=by)


@transaction.atomic
def release_session(*, session: InterviewSession, by: User) -> None:
    """Opens the session to reviewers; it is kept from now on."""
    fresh = InterviewSession.objects.filter(pk=session.pk, released_at=None)
    if fresh.update(released_at=timezone.now()):
        audit.record(type="session.released", actor=by, subject=subject(session))
    session.refresh_from_db()


@transaction.atomic
def delete_session(*, session: InterviewSession, by: User) -> None:
    """Deletes a session and all that hangs on it; the record of deeds keeps that it was there.

    Raises SessionReleased when a charter was issued from it, SessionHeld when a legal hold keeps
    it, SessionShutOff when an incident does, SessionGone when it is deleted.
    """
    # Somebody may issue a charter, shut it off or delete it at this moment.
    stand_in_line(session)
    session.refresh_from_db(fields=["released_at", "shut_off_at"])
    if session.released_at is not None:
        raise SessionReleased
    if session.shut_off_at is not None:
        raise SessionShutOff
    if LegalHold.objects.filter(session=session, lifted_at=None).exists():
        raise SessionHeld
    LegalHold.objects.filter(session=session).delete()
    # Pointers first: answers point at attempts, which hang on answers.
    session.answers.update(current_attempt=None, current_assessment=None)
    name = subject(session)
    session.delete()
    # Whatever of it still lies about, such as a reply in the cache, opens no more.
    data_keys.destroy_data_key(subject=session.code)
    audit.record(type="session.deleted", actor=by, subject=name)


def stand_in_line(session: InterviewSession) -> None:
    """Makes others who change this session as a whole wait until this transaction ends.

    Writing to the session's row does it on both databases. Raises SessionGone when somebody
    deleted the session meanwhile.
    """
    if not InterviewSession.objects.filter(pk=session.pk).update(
        last_updated_at=F("last_updated_at")
    ):
        raise SessionGone
