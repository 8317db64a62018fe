"""Hostile input and unlucky moments, where people run the installation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from interviews.llm import circuit
from interviews.models import Circuit, InterviewSession, LegalHold
from interviews.services import archiving
from tests.accounts.together import at_once
from tests.builders.sessions import make_session
from tests.operations.command import run
from tests.operations.incidents.test_incident_pages import ALERT, key, send
from tests.operations.restoring.waiting import somebody_waits, wait_until
from uaip_project.operations import maintenance_mode, purging
from uaip_project.operations.incidents import handling
from uaip_project.operations.models import OperationalIncident

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]
STORM = 80


def alert_named(name: str, **more: Any) -> dict[str, Any]:
    return ALERT | {"labels": {"alertname": name}} | more


def test_a_storm_of_alerts_is_taken_whole(olga: User) -> None:
    storm = [alert_named(f"Alert {number}") for number in range(STORM)]
    reply = send(key(olga, "incident.manage"), *storm)
    assert reply.status_code == 200, reply.content
    assert len(set(reply.json()["open"])) == STORM


def test_an_alert_with_half_a_character_is_refused_in_words(olga: User) -> None:
    headers = key(olga, "incident.manage")
    for odd in ({"labels": {"\ud800": "\ud800"}}, {"annotations": {"summary": "\ud800"}}):
        assert send(headers, alert_named("Odd", **odd)).status_code == 422
    assert not OperationalIncident.objects.exists()


def test_a_field_with_half_a_character_is_refused_in_words(olga: User) -> None:
    sent = json.dumps({"title": "Slow", "severity": "P3", "\ud800": 1})
    headers = key(olga, "incident.manage")
    reply = Client().post("/api/v1/ops/incidents", sent, "application/json", headers=headers)
    assert (reply.status_code, "There is no such field." in reply.content.decode()) == (422, True)


def test_an_alert_ends_while_somebody_resolves_its_incident(
    olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, resolve = key(olga, "incident.manage"), handling.resolve_incident
    send(headers, ALERT)

    def late(*, incident: OperationalIncident, text: str, by: User | None) -> None:
        resolve(incident=OperationalIncident.objects.get(), text="Done.", by=olga)
        resolve(incident=incident, text=text, by=by)

    monkeypatch.setattr(handling, "resolve_incident", late)
    assert send(headers, ALERT | {"status": "resolved"}).status_code == 200
    assert OperationalIncident.objects.get().state == "resolved"


def locked_down(by: User) -> None:
    assert run("incident", "lockdown", "--by", by.email, "--confirm").code == 0


def test_a_second_lockdown_closes_the_house_that_was_opened_meanwhile(sue: User) -> None:
    locked_down(sue)
    run("incident", "release", "all-writes", "--by", sue.email)
    locked_down(sue)
    assert maintenance_mode.read().is_closed(timezone.now())
    assert run("incident", "unlock", "--by", sue.email).code == 0
    assert maintenance_mode.read().mode == "off"


def test_a_second_lockdown_stops_models_that_were_asked_again(sue: User) -> None:
    first = Circuit.objects.create(provider="openai", model="one")
    locked_down(sue)
    circuit.reset(first, by=sue)
    Circuit.objects.create(provider="openai", model="two")
    locked_down(sue)
    assert all(row.needs_person for row in Circuit.objects.all())
    assert run("incident", "unlock", "--by", sue.email).code == 0
    assert not any(row.needs_person for row in Circuit.objects.all())


def test_a_number_that_no_database_keeps_is_nobodys_work(olga: User, client_of: Browse) -> None:
    browser, number = client_of(olga), 10**20
    assert browser.post("/operations/queue/retry/", {"number": number}).status_code == 302
    sent = {"number": number, "why": "Odd"}
    assert browser.post("/operations/queue/cancel/", sent).status_code == 302
    sent = {"numbers": [number]}
    reply = browser.post("/api/v1/system/queue/retry", sent, content_type="application/json")
    assert (reply.status_code, reply.json()) == (200, {"numbers": []})


@pytest.mark.django_db(transaction=True)
def test_a_hold_placed_at_the_last_moment_keeps_the_interview(alice: User, sue: User) -> None:
    session, is_held = make_session(alice), threading.Event()
    archiving.archive_session(session=session, by=None)

    @transaction.atomic
    def hold() -> None:
        archiving.place_hold(session=session, reason="A court asks.", by=sue)
        is_held.set()
        wait_until(somebody_waits, "the deletion")

    def purge() -> Any:
        is_held.wait(timeout=90)
        with pytest.raises(purging.NotDeletable):
            purging.purge([session], by=None)

    at_once(hold, purge)
    assert InterviewSession.objects.filter(pk=session.pk).exists()
    assert LegalHold.objects.filter(lifted_at=None).count() == 1
