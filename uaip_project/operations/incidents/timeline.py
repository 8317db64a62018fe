"""The timeline of an incident: what was written down, and what happened to the house meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import AuditEvent, User
from uaip_project.operations.models import IncidentEntry, OperationalIncident, OpsRun

What = IncidentEntry.What
#: A change shortly before is the likeliest cause.
BEFORE = timedelta(minutes=15)
#: Deeds on the installation; what people do in interviews and charters is nobody's business here.
KINDS = ("setting", "circuit", "key", "incident", "containment", "maintenance", "webhook", "ops")
MOST = 500


@dataclass(frozen=True)
class Line:
    """One thing that happened, from whichever table."""

    at: datetime
    source: str
    text: str
    who: str = ""


def add(
    incident: OperationalIncident,
    what: str,
    text: str,
    *,
    author: User | None = None,
    at: datetime | None = None,
) -> IncidentEntry:
    """Writes one line; in the transaction of what it tells of."""
    return IncidentEntry.objects.create(
        incident=incident,
        what=what,
        text=text[:2000],
        happened_at=at or timezone.now(),
        author=author,
    )


def of(incident: OperationalIncident) -> list[Line]:
    """Entries, deeds on the installation and operational runs, in order of time."""
    first = incident.opened_at - BEFORE
    last = incident.closed_at or timezone.now() + BEFORE
    found = [*_entries(incident), *_deeds(incident, first, last), *_runs(first, last)]
    return sorted(found, key=lambda one: one.at)


def _entries(incident: OperationalIncident) -> list[Line]:
    rows = incident.entries.select_related("author")[:MOST]
    return [
        Line(row.happened_at, row.get_what_display(), row.text, str(row.author or ""))
        for row in rows
    ]


def _deeds(incident: OperationalIncident, first: datetime, last: datetime) -> list[Line]:
    wanted = Q()
    for kind in KINDS:
        wanted |= Q(type__startswith=f"{kind}.")
    # Deeds on this incident stand among the entries already.
    rows = AuditEvent.objects.filter(wanted, happened_at__range=(first, last))
    rows = rows.exclude(type__startswith="incident.").order_by("sequence")
    return [
        Line(row.happened_at, "Deed", f"{row.type}: {row.subject}", row.actor)
        for row in rows[:MOST]
    ]


def _runs(first: datetime, last: datetime) -> list[Line]:
    rows = OpsRun.objects.filter(started_at__range=(first, last)).exclude(
        kind__startswith="incident"
    )
    # It looks every minute; what it does stands among the entries.
    rows = rows.exclude(kind="escalate_incidents", status=OpsRun.Status.OK)
    rows = rows.select_related("started_by").order_by("started_at")[:MOST]
    return [
        Line(
            row.started_at,
            "Run",
            f"{row.kind}: {row.get_status_display()}. {row.said}".strip(),
            str(row.started_by or ""),
        )
        for row in rows
    ]
