"""What people and alerts do with an incident: open, take on, note, mitigate, resolve, close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.incidents import messages, timeline
from uaip_project.operations.models import IncidentEntry, OperationalIncident

Severity = OperationalIncident.Severity
State = OperationalIncident.State
What = IncidentEntry.What
#: Minutes within which somebody takes it on (contract 11).
RESPONSE_MINUTES = {Severity.P1: 5, Severity.P2: 15, Severity.P3: 120, Severity.P4: 1440}
#: From which states each one can be reached.
FROM = {
    State.ACKNOWLEDGED: (State.OPEN,),
    State.MITIGATED: (State.OPEN, State.ACKNOWLEDGED),
    State.RESOLVED: (State.OPEN, State.ACKNOWLEDGED, State.MITIGATED),
    State.CLOSED: (State.RESOLVED,),
}
#: The column that keeps the moment of a state.
MOMENTS = {
    State.ACKNOWLEDGED: "acknowledged_at",
    State.RESOLVED: "resolved_at",
    State.CLOSED: "closed_at",
}
#: Numbers are seconds: a storm of alerts takes those of the minutes to come.
FURTHEST_NUMBER = timedelta(hours=1)


class NoSuchIncident(LookupError):
    """Nobody has opened an incident of this number."""


class NotFromHere(Exception):
    """The incident is in a state from which this does not lead on."""


class _OpenedMeanwhile(Exception):
    """Another process opened an incident of the same alert."""


class ReviewMissing(Exception):
    """P1 and P2 close only with what was learnt."""


def subject(incident: OperationalIncident) -> str:
    """How the record of deeds names it."""
    return f"incident {incident.number}"


def find(number: str) -> OperationalIncident:
    """By its number. Raises NoSuchIncident."""
    found = OperationalIncident.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise NoSuchIncident(f"There is no incident {number}. `incident list` names them all.")
    return found


@transaction.atomic
def open_incident(
    *,
    title: str,
    severity: str,
    by: User | None,
    kind: str = OperationalIncident.Kind.OPERATIONAL,
    description: str = "",
    fingerprint: str = "",
    at: datetime | None = None,
) -> OperationalIncident:
    """A new incident; whoever is on call is told. An alert that is open already joins it."""
    joined = _joined(fingerprint, title)
    if joined is not None:
        return joined
    now = at or timezone.now()
    wish = OperationalIncident(
        title=title[:200],
        severity=severity,
        kind=kind,
        description=description[:2000],
        fingerprint=fingerprint,
        source="alert" if fingerprint else "hand",
        opened_at=now,
    )
    try:
        incident = _numbered(wish)
    except _OpenedMeanwhile:
        return _joined(fingerprint, title) or _numbered(wish)
    timeline.add(incident, What.OPENED, f"{severity}: {title}", author=by, at=now)
    messages.tell(incident, "trigger", f"{severity} {incident.number}: {title}", at=now)
    detail = {"severity": severity, "kind": str(kind), "source": incident.source}
    audit.record(type="incident.opened", actor=by, subject=subject(incident), detail=detail)
    return incident


def _joined(fingerprint: str, title: str) -> OperationalIncident | None:
    """The open incident of the same alert, with one more line."""
    if not fingerprint:
        return None
    open_ones = OperationalIncident.objects.select_for_update().open()
    found = open_ones.filter(fingerprint=fingerprint).first()
    if found is not None:
        timeline.add(found, What.ALERT, f"The same alert again: {title}")
    return found


def _numbered(incident: OperationalIncident) -> OperationalIncident:
    """Saved under the first number that is free from its second on. Raises _OpenedMeanwhile."""
    for number in _free_numbers(incident.opened_at):
        incident.number = number
        try:
            with transaction.atomic():
                incident.save(force_insert=True)
                return incident
        except IntegrityError:
            if not OperationalIncident.objects.filter(number=number).exists():
                raise _OpenedMeanwhile from None
    raise NotFromHere("Too many incidents at once. Add a note to one that is open.")


def _free_numbers(start: datetime) -> Iterator[str]:
    """Those that were free a moment ago, in order."""
    ours = OperationalIncident.objects.filter(
        number__range=(_number(start), _number(start + FURTHEST_NUMBER))
    )
    taken = set(ours.values_list("number", flat=True))
    for ahead in range(int(FURTHEST_NUMBER.total_seconds())):
        number = _number(start + timedelta(seconds=ahead))
        if number not in taken:
            yield number


def _number(moment: datetime) -> str:
    return f"INC-{moment:%Y%m%d-%H%M%S}"


@transaction.atomic
def acknowledge_incident(*, incident: OperationalIncident, by: User | None) -> None:
    """Somebody takes it on, which stops the escalation. Raises NotFromHere."""
    _move(incident, State.ACKNOWLEDGED, "Taken on.", by)
    messages.tell(
        incident, "acknowledge", f"{incident.number} is taken on by {by or 'the system'}."
    )
    audit.record(type="incident.acknowledged", actor=by, subject=subject(incident))


@transaction.atomic
def mitigate_incident(*, incident: OperationalIncident, text: str, by: User | None) -> None:
    """People can work again; the cause may still be there. Raises NotFromHere."""
    _move(incident, State.MITIGATED, text or "Mitigated.", by)
    audit.record(type="incident.mitigated", actor=by, subject=subject(incident))


@transaction.atomic
def resolve_incident(*, incident: OperationalIncident, text: str, by: User | None) -> None:
    """The cause is gone. Raises NotFromHere."""
    _move(incident, State.RESOLVED, text or "Resolved.", by)
    messages.tell(incident, "resolve", f"{incident.number} is resolved. {text}".strip())
    audit.record(type="incident.resolved", actor=by, subject=subject(incident))


@transaction.atomic
def close_incident(*, incident: OperationalIncident, by: User | None) -> None:
    """Nothing is left to say. Raises NotFromHere, ReviewMissing."""
    found = _locked(incident)
    if found.needs_review and not found.review.strip():
        raise ReviewMissing(
            f"{found.number} is {found.severity}: write its review first "
            f"(`incident review {found.number}` gives the template)."
        )
    _move(incident, State.CLOSED, "Closed.", by)
    audit.record(type="incident.closed", actor=by, subject=subject(incident))


@transaction.atomic
def note_incident(*, incident: OperationalIncident, text: str, by: User | None) -> IncidentEntry:
    """One line more in the timeline."""
    entry = timeline.add(incident, What.NOTE, text, author=by)
    audit.record(type="incident.noted", actor=by, subject=subject(incident))
    return entry


@transaction.atomic
def tell_people(*, incident: OperationalIncident, text: str, by: User | None) -> IncidentEntry:
    """A status update for the people concerned: mail to those whom the settings name."""
    entry = timeline.add(incident, What.NOTICE, text, author=by)
    messages.tell_concerned(incident, text)
    audit.record(type="incident.people_told", actor=by, subject=subject(incident))
    return entry


@transaction.atomic
def write_review(*, incident: OperationalIncident, text: str, by: User | None) -> None:
    """What happened, why, and what will be different; may be written again until it is closed.

    Raises NotFromHere.
    """
    found = _locked(incident)
    if found.state == State.CLOSED:
        raise NotFromHere(f"{found.number} is closed; its review stays as it is.")
    OperationalIncident.objects.filter(pk=found.pk).update(review=text.strip()[:20_000])
    incident.review = text.strip()[:20_000]
    timeline.add(incident, What.DEED, "The review was written.", author=by)
    audit.record(type="incident.reviewed", actor=by, subject=subject(incident))


def _locked(incident: OperationalIncident) -> OperationalIncident:
    return OperationalIncident.objects.select_for_update().get(pk=incident.pk)


def _move(incident: OperationalIncident, state: State, text: str, by: User | None) -> None:
    """Into the next state, with its moment and its line. Raises NotFromHere."""
    found = _locked(incident)
    if found.state not in FROM[state]:
        words = found.get_state_display().lower()
        raise NotFromHere(f"{found.number} is {words}: it cannot become {state.label.lower()}.")
    now = timezone.now()
    changes = {"state": state}
    if state in MOMENTS:
        changes[MOMENTS[state]] = now
    OperationalIncident.objects.filter(pk=found.pk).update(**changes)
    timeline.add(incident, What.STATE, text, author=by, at=now)
    incident.refresh_from_db()
