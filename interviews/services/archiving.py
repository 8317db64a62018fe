"""Puts old interviews away, takes them out again, and holds what must not be deleted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from interviews.models import ArchivedSession, InterviewSession, LegalHold
from interviews.refusals import HeldAlready, NotArchived, NotHeld, SessionNotOpen
from interviews.services.sessions import stand_in_line, subject

Status = InterviewSession.Status


def archivable(*, before: datetime) -> QuerySet[InterviewSession]:
    """Interviews that nobody touched since and that are not shut off, the oldest first."""
    old = InterviewSession.objects.filter(last_updated_at__lt=before, shut_off_at=None)
    return old.exclude(status=Status.ARCHIVED).order_by("last_updated_at", "pk")


def deletable(*, before: datetime) -> QuerySet[InterviewSession]:
    """Archived before, under no hold, not shut off and not marked yet; the oldest first."""
    old = InterviewSession.objects.filter(status=Status.ARCHIVED, archived__archived_at__lt=before)
    free = old.filter(shut_off_at=None, archived__marked_at=None).exclude(pk__in=held())
    return free.order_by("archived__archived_at", "pk")


def marked(*, before: datetime | None = None) -> QuerySet[InterviewSession]:
    """Chosen to be deleted for good (before then), the first one first."""
    found = InterviewSession.objects.filter(archived__marked_at__isnull=False)
    if before is not None:
        found = found.filter(archived__marked_at__lte=before)
    return found.order_by("archived__marked_at", "pk")


def held() -> QuerySet[LegalHold, int]:
    """Sessions that are under a hold, by key."""
    return LegalHold.objects.filter(lifted_at=None).values_list("session", flat=True)


@transaction.atomic
def archive_session(*, session: InterviewSession, by: User | None) -> None:
    """Puts it away: it can be read, not changed. Raises SessionNotOpen, SessionGone."""
    stand_in_line(session)
    session.refresh_from_db()
    if session.status == Status.ARCHIVED:
        raise SessionNotOpen
    before = session.status
    ArchivedSession.objects.create(session=session, status_before=before)
    InterviewSession.objects.filter(pk=session.pk).update(status=Status.ARCHIVED)
    detail = {"status_before": before}
    audit.record(type="session.archived", actor=by, subject=subject(session), detail=detail)


@transaction.atomic
def unarchive_session(*, session: InterviewSession, by: User | None) -> None:
    """Takes it out again, as it was; its age counts anew. Raises NotArchived, SessionGone."""
    stand_in_line(session)
    row = ArchivedSession.objects.filter(session=session).first()
    if row is None:
        raise NotArchived
    InterviewSession.objects.filter(pk=session.pk).update(
        status=row.status_before, last_updated_at=timezone.now()
    )
    row.delete()
    audit.record(type="session.unarchived", actor=by, subject=subject(session))


@transaction.atomic
def mark_for_deletion(*, session: InterviewSession, at: datetime, by: User | None) -> bool:
    """Chooses it to be deleted for good once its grace is over; False where it may not be.

    Raises SessionGone.
    """
    stand_in_line(session)
    row = ArchivedSession.objects.filter(session=session, marked_at=None, session__shut_off_at=None)
    if not row.exclude(session__in=held()).update(marked_at=at):
        return False
    audit.record(type="session.deletion_marked", actor=by, subject=subject(session))
    return True


@transaction.atomic
def undo_deletion(*, session: InterviewSession, by: User | None, why: str = "") -> bool:
    """Takes the mark back; False where there is none. Raises SessionGone when it is deleted."""
    stand_in_line(session)
    if not _unmark(session):
        return False
    detail = {"why": why} if why else {}
    audit.record(type="session.deletion_undone", actor=by, subject=subject(session), detail=detail)
    return True


def _unmark(session: InterviewSession) -> int:
    rows = ArchivedSession.objects.filter(session=session, marked_at__isnull=False)
    return rows.update(marked_at=None)


@transaction.atomic
def place_hold(*, session: InterviewSession, reason: str, by: User) -> LegalHold:
    """Nothing deletes it from here on, also where it was marked. Raises HeldAlready, SessionGone."""
    stand_in_line(session)
    if LegalHold.objects.filter(session=session, lifted_at=None).exists():
        raise HeldAlready
    # Else it would go the moment the hold is lifted, perhaps years later.
    _unmark(session)
    hold = LegalHold.objects.create(session=session, reason=reason, placed_by=by)
    audit.record(type="session.held", actor=by, subject=subject(session))
    return hold


@transaction.atomic
def lift_hold(*, session: InterviewSession, by: User) -> None:
    """It may be deleted again when its time has come. Raises NotHeld, SessionGone."""
    stand_in_line(session)
    in_force = LegalHold.objects.filter(session=session, lifted_at=None)
    if not in_force.update(lifted_at=timezone.now(), lifted_by=by):
        raise NotHeld
    audit.record(type="session.hold_lifted", actor=by, subject=subject(session))
