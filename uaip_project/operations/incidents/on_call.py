"""Who is called at which level, and the weekly rotation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.models import OnCallDuty

LEVELS = 3


class CannotPlan(ValueError):
    """A duty like this is not possible; the words say why."""


def person_at(level: int, *, at: datetime | None = None) -> User | None:
    """Who answers for a level then; of several duties the one that began last holds."""
    duties = OnCallDuty.objects.at(at or timezone.now()).filter(level=level)
    found = duties.select_related("person").order_by("-begins", "-pk").first()
    return found.person if found else None


def now(*, at: datetime | None = None) -> dict[int, User | None]:
    """Level -> person."""
    return {level: person_at(level, at=at) for level in range(1, LEVELS + 1)}


@transaction.atomic
def plan_duty(
    *,
    level: int,
    person: User,
    begins: datetime,
    ends: datetime,
    by: User | None,
    contact: str = "",
) -> OnCallDuty:
    """One person for one stretch; one that begins later takes over from it. Raises CannotPlan."""
    if not 1 <= level <= LEVELS:
        raise CannotPlan(f"Use a level from 1 to {LEVELS}.")
    if ends <= begins:
        raise CannotPlan("A duty ends after it begins.")
    if not person.is_active or person.kind != User.Kind.PERSON:
        raise CannotPlan(f"{person.email} cannot be called: choose an active person.")
    duty = OnCallDuty.objects.create(
        level=level, person=person, begins=begins, ends=ends, contact=contact[:100]
    )
    audit.record(
        type="incident.duty_planned",
        actor=by,
        subject=audit.person(person),
        detail={"level": level, "begins": begins.isoformat(), "ends": ends.isoformat()},
    )
    return duty


@transaction.atomic
def plan_rotation(
    *,
    level: int,
    people: Sequence[User],
    begins: datetime,
    weeks: int,
    by: User | None,
) -> list[OnCallDuty]:
    """One week each, in this order, again and again. Raises CannotPlan."""
    if not people or not 1 <= weeks <= 104:
        raise CannotPlan("Name at least one person, and 1 to 104 weeks.")
    week = timedelta(weeks=1)
    return [
        plan_duty(
            level=level,
            person=people[number % len(people)],
            begins=begins + number * week,
            ends=begins + (number + 1) * week,
            by=by,
        )
        for number in range(weeks)
    ]
