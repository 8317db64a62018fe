"""Slack, PagerDuty and a webhook are told once; who is away is told later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import Job
from tests.fakes.webhook_receiver import Receiver, Turn
from uaip_project.operations.incidents import handling
from uaip_project.operations.models import IncidentMessage, OperationalIncident

pytestmark = pytest.mark.django_db
Work = Callable[[], int]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """All three of them at one address of this machine."""
    with Receiver() as found:
        settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.0/8"]
        yield found


def down() -> OperationalIncident:
    return handling.open_incident(title="Down", severity="P1", by=None)


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.got]


def test_slack_gets_one_text(receiver: Receiver, settings: Settings, work: Work) -> None:
    settings.NOTIFY_SLACK_URL = receiver.url
    incident = down()
    work()
    work()
    (body,) = bodies(receiver)
    assert body["text"].startswith(f"P1 {incident.number}: Down")
    assert f"/operations/incidents/{incident.number}/" in body["text"]


def test_nobody_calls_a_whole_channel_through_a_title(
    receiver: Receiver, settings: Settings, work: Work
) -> None:
    settings.NOTIFY_SLACK_URL = receiver.url
    handling.open_incident(title="<!channel> look", severity="P3", by=None)
    work()
    (body,) = bodies(receiver)
    assert "&lt;!channel&gt; look" in body["text"]


def test_pagerduty_is_triggered_acknowledged_and_resolved_under_one_key(
    receiver: Receiver, settings: Settings, work: Work
) -> None:
    settings.NOTIFY_PAGERDUTY_URL, settings.NOTIFY_PAGERDUTY_KEY = receiver.url, "R0UT1NG"
    incident = down()
    handling.acknowledge_incident(incident=incident, by=None)
    handling.resolve_incident(incident=incident, text="", by=None)
    work()
    found = bodies(receiver)
    assert [one["event_action"] for one in found] == ["trigger", "acknowledge", "resolve"]
    assert {one["dedup_key"] for one in found} == {incident.number}
    assert found[0]["payload"]["severity"] == "critical"
    assert found[0]["routing_key"] == "R0UT1NG"


def test_a_webhook_gets_the_incident_as_data(
    receiver: Receiver, settings: Settings, work: Work
) -> None:
    settings.NOTIFY_WEBHOOK_URL = receiver.url
    incident = down()
    work()
    (body,) = bodies(receiver)
    assert (body["number"], body["severity"], body["action"]) == (incident.number, "P1", "trigger")


def test_an_outage_of_the_other_side_is_waited_for(
    receiver: Receiver, settings: Settings, work: Work
) -> None:
    settings.NOTIFY_SLACK_URL = receiver.url
    receiver.will(Turn(status=500), Turn(is_hung_up=True))
    down()
    for _ in range(3):
        work()
        Job.objects.filter(status="pending").update(next_attempt_at=Now())
    message = IncidentMessage.objects.get(channel="slack")
    assert (len(receiver.got), message.sent_at is not None) == (3, True)


def test_what_is_never_taken_is_given_up_and_can_be_seen(
    receiver: Receiver, settings: Settings, work: Work
) -> None:
    settings.NOTIFY_SLACK_URL = receiver.url
    receiver.will(*[Turn(status=403)] * 20)
    down()
    for _ in range(20):
        work()
        Job.objects.filter(status="pending").update(next_attempt_at=Now())
    assert Job.objects.get(kind="incident_message").status == "dead"
    assert IncidentMessage.objects.get().fault == "It answered 403."


def test_an_address_inside_is_not_called(
    receiver: Receiver, settings: Settings, work: Work
) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = []
    settings.NOTIFY_SLACK_URL = f"https://127.0.0.1:{receiver.port}/hook"
    down()
    work()
    assert receiver.got == []
    assert Job.objects.get(kind="incident_message").status == "dead"


def test_the_sites_list_gets_mail_with_a_link(settings: Settings, work: Work) -> None:
    settings.NOTIFY_EMAILS = ["ops@example.org"]
    incident = down()
    work()
    work()
    (sent,) = mail.outbox
    assert sent.to == ["ops@example.org"]
    assert incident.number in sent.subject
    assert f"/operations/incidents/{incident.number}/" in sent.body
