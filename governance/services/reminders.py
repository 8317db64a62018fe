"""Reminds people by mail of what they promised: one mail a person and day, from the worker."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import audit, jobs
from governance import emails
from governance.declared_settings import REMIND_DAYS, days
from governance.models import Commitment
from interviews.models import InterviewSession

KIND, MAIL = "reminders", "reminder_mail"
#: So many days before its date a promise is mentioned again.
SHORTLY = 3
State = Commitment.State


def remind(job: Job) -> None:
    """Handler, once a day: asks for one mail to everybody whose promises come due."""
    today = timezone.localdate()
    people = {one.pk for one in _people(today)}
    jobs.enqueue_missing({f"{MAIL} {pk} {today.isoformat()}": (MAIL, pk) for pk in people})
    jobs.finish(job)


def send_reminder(job: Job) -> None:
    """Handler: the mail of one person and day; nothing is sent where all was settled meanwhile."""
    person = User.objects.filter(pk=job.subject_id, is_active=True).first()
    today = timezone.localdate()
    found = due_of(person, today=today) if person else []
    if person is not None and found:
        emails.promises_due(found, to=person, today=today)
    jobs.finish(job)


@transaction.atomic
def switch(*, user: User, is_on: bool) -> None:
    """Whether the person gets these mails; an own choice."""
    User.objects.filter(pk=user.pk).update(wants_reminders=is_on)
    user.wants_reminders = is_on
    audit.record(
        type="reminders.switched",
        actor=user,
        subject=audit.person(user),
        detail={"is_on": is_on},
    )


def due_of(person: User, *, today: date) -> list[Commitment]:
    """What the person is reminded of today; commitments are only told to who may see their case."""
    mine = Q(owner_user=person) | Q(owner_user=None, charter__session__owner=person)
    seen = InterviewSession.objects.visible_to(person)
    found = _worth_a_mail(today).filter(mine, charter__session__in=seen)
    return list(found.select_related("charter__session"))


def _worth_a_mail(today: date) -> QuerySet[Commitment]:
    """Open ones on the day a reminder is due, a few days before, on the day after, and broken ones
    once a week."""
    marks = {days(REMIND_DAYS), SHORTLY, -1}
    dates = [today + timedelta(days=ahead) for ahead in marks]
    soon = Q(state=State.OPEN, due_date__in=dates)
    broken = Q(state=State.BROKEN, state_since__iso_week_day=today.isoweekday())
    return Commitment.objects.filter(soon | broken, charter__case__retired_at=None)


def _people(today: date) -> list[User]:
    by_person: dict[int, User] = {}
    for one in _worth_a_mail(today).select_related("owner_user", "charter__session__owner"):
        person = one.owner_user or one.charter.session.owner
        if person.is_active and person.wants_reminders and person.kind == User.Kind.PERSON:
            by_person[person.pk] = person
    return list(by_person.values())
