"""What the schedule does about incidents each minute: escalates, reminds."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.services import audit
from uaip_project.operations.incidents import fixing, follow_ups, handling, messages, timeline
from uaip_project.operations.models import IncidentEntry, OperationalIncident, OpsRun
from uaip_project.operations.runs import Outcome

What = IncidentEntry.What
#: Minutes without anybody taking it on -> the level that is called (contract 11); 4 is everybody
#: who manages the house.
STEPS = ((15, 2), (30, 3), (60, 4))
#: Minutes within which the people concerned are told of P1 and P2.
NOTICE_MINUTES = 15


def escalate(run: OpsRun | None = None, *, at: datetime | None = None) -> Outcome:
    """Looks at every open incident once; asking twice in a minute does nothing twice."""
    now = at or timezone.now()
    found = {"escalated": 0, "late": 0, "notices": 0}
    for incident in OperationalIncident.objects.open():
        with transaction.atomic():
            _look_at(incident.pk, now, found)
    found["follow_ups"] = follow_ups.remind_overdue(at=now)
    fixing.remediate()
    words = f"Escalated {found['escalated']}, reminded {found['notices'] + found['follow_ups']}."
    return Outcome(found, [words])


def _look_at(incident_id: int, now: datetime, found: dict[str, int]) -> None:
    rows = OperationalIncident.objects.select_for_update()
    incident = rows.open().filter(pk=incident_id).first()
    if incident is None:
        return
    waited = now - incident.opened_at
    if incident.state == OperationalIncident.State.OPEN:
        found["late"] += _mark_late(incident, waited, now)
        found["escalated"] += _raise_level(incident, waited, now)
    found["notices"] += _remind_of_notice(incident, waited, now)


def _mark_late(incident: OperationalIncident, waited: timedelta, now: datetime) -> int:
    """The response time is over: the level that has it is told once more."""
    minutes = handling.RESPONSE_MINUTES[OperationalIncident.Severity(incident.severity)]
    if incident.is_late or waited < timedelta(minutes=minutes):
        return 0
    text = f"{incident.number} ({incident.severity}): nobody took it on within {minutes} minutes."
    OperationalIncident.objects.filter(pk=incident.pk).update(is_late=True)
    timeline.add(incident, What.ESCALATED, text, at=now)
    messages.tell(incident, "trigger", text, level=incident.escalation_level, at=now)
    audit.record(type="incident.late", actor=None, subject=handling.subject(incident))
    return 1


def _raise_level(incident: OperationalIncident, waited: timedelta, now: datetime) -> int:
    due = [(minutes, level) for minutes, level in STEPS if waited >= timedelta(minutes=minutes)]
    if not due or due[-1][1] <= incident.escalation_level:
        return 0
    minutes, level = due[-1]
    whom = f"level {level}" if level <= 3 else "everybody who manages the house"
    text = (
        f"{incident.number} ({incident.severity}): not taken on for {minutes} minutes; to {whom}."
    )
    OperationalIncident.objects.filter(pk=incident.pk).update(escalation_level=level)
    timeline.add(incident, What.ESCALATED, text, at=now)
    messages.tell(incident, "trigger", text, level=level, at=now)
    audit.record(
        type="incident.escalated",
        actor=None,
        subject=handling.subject(incident),
        detail={"level": level},
    )
    return 1


def _remind_of_notice(incident: OperationalIncident, waited: timedelta, now: datetime) -> int:
    """Once, where nobody told the people concerned."""
    is_due = incident.needs_review and waited >= timedelta(minutes=NOTICE_MINUTES)
    if not is_due or incident.is_notice_missing:
        return 0
    if incident.entries.filter(what=What.NOTICE).exists():
        return 0
    text = f"{incident.number}: tell the people concerned (`incident status {incident.number}`)."
    OperationalIncident.objects.filter(pk=incident.pk).update(is_notice_missing=True)
    timeline.add(incident, What.REMINDER, text, at=now)
    messages.tell(incident, "trigger", text, level=incident.escalation_level, at=now)
    return 1
