"""How incidents are said in the terminal and to programs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import User
from accounts.permissions import Role
from uaip_project.operations.incidents import on_call, timeline
from uaip_project.operations.models import OnCallDuty, OperationalIncident
from uaip_project.operations.runs import CouldNotRun, Outcome


def described(incident: OperationalIncident) -> dict[str, Any]:
    """As plain data."""
    return {
        "number": incident.number,
        "severity": incident.severity,
        "kind": incident.kind,
        "state": incident.state,
        "source": incident.source,
        "title": incident.title,
        "description": incident.description,
        "opened_at": _iso(incident.opened_at),
        "acknowledged_at": _iso(incident.acknowledged_at),
        "resolved_at": _iso(incident.resolved_at),
        "closed_at": _iso(incident.closed_at),
        "escalation_level": incident.escalation_level,
        "is_late": incident.is_late,
        "has_review": bool(incident.review),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def line(incident: OperationalIncident) -> str:
    """In one line."""
    late = ", late" if incident.is_late else ""
    return (
        f"{incident.number}  {incident.severity}  {incident.state:12}{incident.title} "
        f"({incident.kind}, {incident.opened_at:%Y-%m-%d %H:%M}{late})"
    )


def said(incident: OperationalIncident, words: str) -> Outcome:
    """What came of a deed."""
    return Outcome(described(incident), [f"{incident.number} {words}"])


def whole(incident: OperationalIncident) -> Outcome:
    """With its timeline and what is to be done."""
    lines = timeline.of(incident)
    todo = incident.follow_ups.select_related("owner")
    data = described(incident) | {
        "review": incident.review,
        "timeline": [vars(one) for one in lines],
        "follow_ups": [
            {
                "code": str(one.code),
                "text": one.text,
                "owner": one.owner.email,
                "due_date": one.due_date,
                "done_at": one.done_at,
                "outcome": one.outcome,
            }
            for one in todo
        ],
    }
    shown = [line(incident), incident.description] if incident.description else [line(incident)]
    shown += [f"{one.at:%H:%M:%S}  {one.source}: {one.text} {one.who}".rstrip() for one in lines]
    shown += [f"To do: {one.text} ({one.owner}, until {one.due_date}) {one.code}" for one in todo]
    return Outcome(data, shown)


def status_template(incident: OperationalIncident) -> str:
    """What the people concerned are told where nobody found better words."""
    openings = {
        "open": "We know of a problem and are looking into it",
        "acknowledged": "We know of a problem and are working on it",
        "mitigated": "You can work again; we are still dealing with the cause",
    }
    opening = openings.get(incident.state, "The problem is over")
    return f"{opening}: {incident.title} ({incident.number}). We will write again within the hour."


def duties(at: str) -> Outcome:
    """Who is on call at a moment, and what is planned."""
    when = moment(at) if at else timezone.now()
    people = on_call.now(at=when)
    planned = OnCallDuty.objects.filter(ends__gt=when).select_related("person")[:60]
    lines = [f"Level {level}: {one or 'nobody'}" for level, one in people.items()]
    lines += [
        f"  {one.begins:%Y-%m-%d %H:%M} to {one.ends:%Y-%m-%d %H:%M}  level {one.level}  "
        f"{one.person.email} {one.contact}".rstrip()
        for one in planned
    ]
    data = {
        "at": _iso(when),
        "now": {str(level): one and one.email for level, one in people.items()},
        "planned": [
            {
                "level": one.level,
                "person": one.person.email,
                "begins": _iso(one.begins),
                "ends": _iso(one.ends),
            }
            for one in planned
        ],
    }
    return Outcome(data, lines)


def person(address: str) -> User:
    """An active person by address. Raises CouldNotRun."""
    found = User.objects.active().filter(email=address.strip().lower()).first()
    if found is None:
        raise CouldNotRun(f"Nobody active has the address {address or '(none given)'}.")
    return found


def chief(by: User | None) -> User:
    """A lockdown is an administrator's deed. Raises CouldNotRun."""
    if by is None or by.role not in (Role.ADMIN, Role.SUPERADMIN):
        raise CouldNotRun("Name an administrator with --by: keys are revoked in somebody's name.")
    return by


def superadmin(by: User | None) -> User:
    """Whoever came in with a stolen administrator's account must not end it. Raises CouldNotRun."""
    if by is None or by.role != Role.SUPERADMIN:
        raise CouldNotRun("Only a SuperAdmin ends a lockdown: name one with --by.")
    return by


def day(text: str) -> date:
    """Raises CouldNotRun."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise CouldNotRun("Give a date such as 2026-11-30 with --due.")
    return found


def moment(text: str) -> datetime:
    """UTC unless it says otherwise; "" = now. Raises CouldNotRun."""
    if not text:
        return timezone.now()
    try:
        found = parse_datetime(text) or parse_datetime(f"{text}T00:00")
    except ValueError:
        found = None
    if found is None:
        raise CouldNotRun(f"{text}: give a time such as 2026-11-30T09:00.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
