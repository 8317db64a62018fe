"""What is to be different after an incident: who does it, until when."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.incidents import handling, messages, timeline
from uaip_project.operations.models import IncidentEntry, IncidentFollowUp, OperationalIncident


class AlreadyDone(Exception):
    """Somebody has done it before."""


@transaction.atomic
def add_follow_up(
    *, incident: OperationalIncident, text: str, owner: User, due_date: date, by: User | None
) -> IncidentFollowUp:
    """One thing to do, with somebody who answers for it; the owner gets a mail."""
    row = IncidentFollowUp.objects.create(
        incident=incident, text=text[:500], owner=owner, due_date=due_date
    )
    words = f"{row.text} ({owner}, until {due_date:%-d %B %Y})"
    timeline.add(incident, IncidentEntry.What.DEED, f"Follow-up: {words}", author=by)
    messages.tell_person(incident, owner, f"To do after {incident.number}: {words}")
    audit.record(type="incident.follow_up_added", actor=by, subject=handling.subject(incident))
    return row


@transaction.atomic
def finish_follow_up(*, follow_up: IncidentFollowUp, outcome: str, by: User | None) -> None:
    """It is done; ``outcome`` names what changed: a runbook, an alert, a release."""
    open_ones = IncidentFollowUp.objects.filter(pk=follow_up.pk, done_at=None)
    if not open_ones.update(done_at=timezone.now(), outcome=outcome[:500]):
        raise AlreadyDone("This was done before.")
    incident = follow_up.incident
    text = f"Done: {follow_up.text}. {outcome}".strip()
    timeline.add(incident, IncidentEntry.What.DEED, text, author=by)
    audit.record(type="incident.follow_up_done", actor=by, subject=handling.subject(incident))


def remind_overdue(*, at: datetime) -> int:
    """A mail a day to whoever is late with something; how many."""
    today = at.date()
    late = IncidentFollowUp.objects.filter(done_at=None, due_date__lt=today)
    late = late.filter(Q(reminded_date=None) | Q(reminded_date__lt=today))
    return sum(_remind(row, today) for row in late.select_related("incident", "owner"))


@transaction.atomic
def _remind(row: IncidentFollowUp, today: date) -> int:
    waiting = IncidentFollowUp.objects.filter(pk=row.pk).exclude(reminded_date=today)
    if not waiting.update(reminded_date=today):
        return 0
    text = f"Overdue since {row.due_date:%-d %B %Y} after {row.incident.number}: {row.text}"
    messages.tell_person(row.incident, row.owner, text)
    return 1
