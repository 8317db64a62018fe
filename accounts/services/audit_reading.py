"""Finds deeds for people who look: by kind, person, subject, time and request."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEvent, AuditSegment, User
from accounts.services import audit

#: People whose deeds one search may mean; more would be no search.
MOST_PEOPLE = 50


@dataclass(frozen=True)
class Question:
    """What is looked for; empty parts ask nothing. Dates are whole days, both included."""

    type: str = ""
    person: str = ""
    subject: str = ""
    from_date: date | None = None
    to_date: date | None = None
    request_id: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Question()

    def to_json(self) -> dict[str, Any]:
        """What the record keeps of a search; the person is told by codes, not by the words."""
        said = {
            "type": self.type,
            "person": sorted(names_meant(self.person)) if self.person else "",
            "subject": self.subject,
            "from_date": self.from_date and self.from_date.isoformat(),
            "to_date": self.to_date and self.to_date.isoformat(),
            "request_id": self.request_id,
        }
        return {name: value for name, value in said.items() if value}


def find(question: Question) -> QuerySet[AuditEvent]:
    """The deeds that fit, the latest first."""
    found = AuditEvent.objects.order_by("-sequence")
    if question.type:
        # "session" means every session.*, "session.started" that alone.
        found = found.filter(Q(type=question.type) | Q(type__startswith=f"{question.type}."))
    if question.person:
        names = names_meant(question.person)
        found = found.filter(Q(actor__in=names) | Q(subject__in=names))
    if question.subject:
        found = found.filter(subject__startswith=question.subject)
    if question.request_id:
        found = found.filter(request_id=question.request_id)
    if question.from_date:
        found = found.filter(happened_at__gte=_midnight(question.from_date))
    if question.to_date:
        found = found.filter(happened_at__lt=_midnight(question.to_date + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def names_meant(text: str) -> list[str]:
    """How the record names those whom a search means: by code, by name or address, "system"."""
    text = text.strip()
    if text.lower() == audit.SYSTEM:
        return [audit.SYSTEM]
    kind, _, code = text.rpartition(" ")
    try:
        # Also people who were erased: their code stays.
        found = str(uuid.UUID(code))
    except ValueError:
        people = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
        return [audit.person(one) for one in people[:MOST_PEOPLE]]
    kinds = [kind] if kind in User.Kind.values else User.Kind.values
    return [f"{one} {found}" for one in kinds]


def page(
    question: Question, *, below: int | None, size: int
) -> tuple[list[AuditEvent], int | None]:
    """``size`` deeds below a sequence, and where the next page begins (None: there is none)."""
    found = find(question)
    if below is not None:
        found = found.filter(sequence__lt=below)
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].sequence if len(rows) > size else None


def people_named(events: Iterable[AuditEvent]) -> dict[str, str]:
    """What people are called today, actors and subjects alike; one query."""
    texts = {text for event in events for text in (event.actor, event.subject)}
    codes = set()
    for text in texts:
        kind, _, code = text.partition(" ")
        if kind in User.Kind.values:
            codes.add(code)
    known = User.objects.filter(code__in=[one for one in codes if _is_code(one)])
    return {audit.person(user): str(user) for user in known}


def _is_code(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def types() -> list[str]:
    """Every kind of deed that there is."""
    return list(AuditEvent.objects.order_by("type").values_list("type", flat=True).distinct())


def sealed_up_to() -> AuditSegment | None:
    """The last sealed segment: deeds up to its end lie in files."""
    return AuditSegment.objects.order_by("-last_sequence").first()
