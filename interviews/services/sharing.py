"""Lets colleagues into an interview, shows them out again, and gives it away."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from interviews.models import Collaborator, InterviewSession
from interviews.refusals import NobodyThere, NoLongerOwner, OwnerAlready
from interviews.services.sessions import stand_in_line, subject

Level = Collaborator.Level


def colleague_called(email: str) -> User:
    """The active person with this address. Raises NobodyThere."""
    people = User.objects.active().filter(kind=User.Kind.PERSON, email=email.strip().lower())
    person = people.first()
    if person is None:
        raise NobodyThere(email)
    return person


@transaction.atomic
def share_session(*, session: InterviewSession, email: str, level: str, by: User) -> Collaborator:
    """Lets a colleague in, or changes what a colleague may.

    Raises NobodyThere, OwnerAlready for the owner, SessionGone when it was deleted meanwhile.
    """
    person = colleague_called(email)
    stand_in_line(session)
    _require_owner(session, by)
    if person.pk == session.owner_id:
        raise OwnerAlready
    given, is_new = Collaborator.objects.get_or_create(
        session=session, user=person, defaults={"level": level, "added_by": by}
    )
    before = "" if is_new else given.level
    if before == level:
        return given
    if not is_new:
        Collaborator.objects.filter(pk=given.pk).update(level=level)
        given.level = level
    audit.record(
        type="session.shared",
        actor=by,
        subject=subject(session),
        detail={"with": audit.person(person), "before": before, "after": level},
    )
    return given


@transaction.atomic
def unshare_session(*, collaborator: Collaborator, by: User) -> bool:
    """Shows a colleague out; their answers stay. False when somebody did it already."""
    session = collaborator.session
    stand_in_line(session)
    gone, _ = Collaborator.objects.filter(pk=collaborator.pk).delete()
    if gone:
        audit.record(
            type="session.unshared",
            actor=by,
            subject=subject(session),
            detail={"with": audit.person(collaborator.user)},
        )
    return bool(gone)


@transaction.atomic
def hand_over_session(*, session: InterviewSession, email: str, by: User) -> InterviewSession:
    """Makes a colleague the owner; the owner of before stays as one who may edit.

    Raises NobodyThere, OwnerAlready, NoLongerOwner when it was given away meanwhile.
    """
    person = colleague_called(email)
    before = session.owner
    if person.pk == before.pk:
        raise OwnerAlready
    moved = InterviewSession.objects.filter(pk=session.pk, owner=before).update(owner=person)
    if not moved:
        raise NoLongerOwner
    Collaborator.objects.filter(session=session, user=person).delete()
    if before.is_active:
        Collaborator.objects.update_or_create(
            session=session,
            user=before,
            defaults={"level": Level.EDIT},
            create_defaults={"level": Level.EDIT, "added_by": by},
        )
    session.owner = person
    audit.record(
        type="session.handed_over",
        actor=by,
        subject=subject(session),
        detail={"before": audit.person(before), "after": audit.person(person)},
    )
    return session


def _require_owner(session: InterviewSession, by: User) -> None:
    """After standing in line: it may have been handed over a moment ago."""
    if not InterviewSession.objects.filter(pk=session.pk, owner=by).exists():
        raise NoLongerOwner
