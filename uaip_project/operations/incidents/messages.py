"""Tells people of incidents: e-mail, Slack, PagerDuty and a webhook, each message once, by a job."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from accounts import outbound
from accounts.models import Job, User
from accounts.permissions import Role
from accounts.services import jobs
from uaip_project.operations.incidents import on_call
from uaip_project.operations.models import IncidentMessage, OperationalIncident

KIND = "incident_message"
#: Seconds before each further try; whoever is away for longer is told by the next escalation.
WAITS = (5, 20, 60, 180, 600, 1800)
Channel = IncidentMessage.Channel
#: PagerDuty's own words for how bad it is.
PAGER_SEVERITY = {"P1": "critical", "P2": "error", "P3": "warning", "P4": "info"}


class NotTaken(Exception):
    """The other side answered, and did not take the message."""


def tell(
    incident: OperationalIncident,
    action: str,
    text: str,
    *,
    level: int = 1,
    at: datetime | None = None,
) -> None:
    """Puts down one message for each channel, in the caller's transaction."""
    for address in addresses(level, at=at):
        _put_down(incident, Channel.MAIL, action, text, address)
    if settings.NOTIFY_SLACK_URL:
        _put_down(incident, Channel.SLACK, action, text)
    if settings.NOTIFY_PAGERDUTY_KEY:
        _put_down(incident, Channel.PAGER, action, text)
    if settings.NOTIFY_WEBHOOK_URL:
        _put_down(incident, Channel.WEBHOOK, action, text)


def tell_concerned(incident: OperationalIncident, text: str) -> None:
    """A status update by mail to those who must know, and to the channels of the team."""
    for address in settings.NOTIFY_STAKEHOLDERS:
        _put_down(incident, Channel.MAIL, "update", text, address)
    if settings.NOTIFY_SLACK_URL:
        _put_down(incident, Channel.SLACK, "update", text)


def tell_person(incident: OperationalIncident, person: User, text: str) -> None:
    """A mail to one person."""
    _put_down(incident, Channel.MAIL, "update", text, person.email)


def addresses(level: int, *, at: datetime | None = None) -> list[str]:
    """Who gets the mail: the site's list, and whoever is on call at this level; above the last
    level, and where nobody is on call at all, those who manage the house."""
    found = list(settings.NOTIFY_EMAILS)
    person = on_call.person_at(min(level, on_call.LEVELS), at=at)
    if person is not None:
        found.append(person.email)
    if level > on_call.LEVELS or not found:
        chiefs = User.objects.active().filter(role=Role.SUPERADMIN, kind=User.Kind.PERSON)
        found += chiefs.order_by("pk").values_list("email", flat=True)
    return list(dict.fromkeys(found))


def _put_down(
    incident: OperationalIncident, channel: str, action: str, text: str, recipient: str = ""
) -> None:
    row = IncidentMessage.objects.create(
        incident=incident, channel=channel, action=action, text=text[:2000], recipient=recipient
    )
    jobs.enqueue(kind=KIND, subject_id=row.pk, unique_key=f"{KIND}:{row.pk}")


def deliver(job: Job) -> None:
    """The job's handler: one try, with no transaction open."""
    rows = IncidentMessage.objects.select_related("incident")
    message = rows.filter(pk=job.subject_id, sent_at=None).first()
    if message is None:
        jobs.finish(job)
        return
    try:
        SENDERS[message.channel](message)
    except outbound.NotCallable as refusal:
        # No later try makes a forbidden address allowed.
        jobs.give_up(job, str(refusal))
    except (outbound.NoAnswer, NotTaken, OSError) as fault:
        _later(job, message, str(fault) or type(fault).__name__)
    else:
        _store(job, message)


@transaction.atomic
def _store(job: Job, message: IncidentMessage) -> None:
    IncidentMessage.objects.filter(pk=message.pk).update(sent_at=Now(), fault="")
    jobs.finish(job)


@transaction.atomic
def _later(job: Job, message: IncidentMessage, fault: str) -> None:
    IncidentMessage.objects.filter(pk=message.pk).update(fault=fault[:300])
    if job.attempts > min(len(WAITS), settings.JOB_MAX_ATTEMPTS - 1):
        jobs.give_up(job, fault)
    else:
        jobs.try_again(job, wait=timedelta(seconds=WAITS[job.attempts - 1]), why=fault)


# --- The channels ---------------------------------------------------------------------------------


def link(incident: OperationalIncident) -> str:
    """Where people read on."""
    return settings.BASE_URL + reverse("operations:incident", args=[incident.number])


def _mail(message: IncidentMessage) -> None:
    incident = message.incident
    title = f"[{settings.APP_NAME}] {incident.severity} {incident.number}: {incident.title}"
    body = f"{message.text}\n\n{incident.description}\n\n{link(incident)}\n"
    send_mail(" ".join(title.split()), body, None, [message.recipient])


def _slack(message: IncidentMessage) -> None:
    # Without these three nobody makes Slack call a whole channel, or hide an address.
    text = message.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    _post(settings.NOTIFY_SLACK_URL, {"text": f"{text}\n{link(message.incident)}"})


def _pager(message: IncidentMessage) -> None:
    """PagerDuty's Events API, version 2; the number keeps all events of one incident together."""
    incident = message.incident
    action = message.action if message.action in ("acknowledge", "resolve") else "trigger"
    body: dict[str, Any] = {
        "routing_key": settings.NOTIFY_PAGERDUTY_KEY,
        "event_action": action,
        "dedup_key": incident.number,
    }
    if action == "trigger":
        body["payload"] = {
            "summary": message.text[:1024],
            "source": settings.BASE_URL,
            "severity": PAGER_SEVERITY[incident.severity],
            "timestamp": incident.opened_at.isoformat(),
            "custom_details": {"description": incident.description, "kind": incident.kind},
        }
        body["links"] = [{"href": link(incident), "text": incident.number}]
    _post(settings.NOTIFY_PAGERDUTY_URL, body)


def _webhook(message: IncidentMessage) -> None:
    incident = message.incident
    content = {
        "action": message.action,
        "text": message.text,
        "number": incident.number,
        "severity": incident.severity,
        "kind": incident.kind,
        "state": incident.state,
        "title": incident.title,
        "opened_at": incident.opened_at.isoformat(),
        "url": link(incident),
    }
    _post(settings.NOTIFY_WEBHOOK_URL, content)


def _post(url: str, content: dict[str, Any]) -> None:
    """Raises NotTaken, and what the client raises."""
    body = json.dumps(content, sort_keys=True).encode()
    status = outbound.post(url, body=body, headers={"Content-Type": "application/json"})
    if not 200 <= status < 300:
        raise NotTaken(f"It answered {status}.")


SENDERS = {
    Channel.MAIL: _mail,
    Channel.SLACK: _slack,
    Channel.PAGER: _pager,
    Channel.WEBHOOK: _webhook,
}
