"""Incidents on pages and for programs: who sees them, who handles them, what alerts do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import keys
from uaip_project.operations.incidents import handling
from uaip_project.operations.models import IncidentFollowUp, OperationalIncident

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]
ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "a:1"},
    "annotations": {"summary": "The disk is full", "description": "97 % are used."},
}


@pytest.fixture
def incident(olga: User) -> OperationalIncident:
    return handling.open_incident(title="Jobs wait", severity="P2", by=olga)


def press(browser: Client, incident: OperationalIncident, deed: str, text: str = "") -> Any:
    address = reverse("operations:incident-deed", args=[incident.number, deed])
    return browser.post(address, {"text": text}, follow=True)


def test_an_operator_opens_an_incident_on_the_page(olga: User, client_of: Browse) -> None:
    wish = {"title": "Nobody can sign in", "severity": "P1", "kind": "operational"}
    reply = client_of(olga).post(reverse("operations:incident-new"), wish, follow=True)
    assert "Nobody can sign in" in reply.content.decode()
    assert OperationalIncident.objects.get().severity == "P1"


def test_an_incident_without_a_title_is_not_opened(olga: User, client_of: Browse) -> None:
    reply = client_of(olga).post(reverse("operations:incident-new"), {"severity": "P1"})
    assert reply.status_code == 422
    assert "Say in a few words what is wrong." in reply.content.decode()


def test_it_goes_from_button_to_button_to_its_end(
    incident: OperationalIncident, olga: User, client_of: Browse
) -> None:
    browser = client_of(olga)
    for deed, text in (("acknowledge", ""), ("note", "Looked."), ("resolve", "Restarted.")):
        press(browser, incident, deed, text)
    assert "write its review first" in press(browser, incident, "close").content.decode()
    address = reverse("operations:incident-review", args=[incident.number])
    assert "Restarted." in browser.get(address).content.decode()
    browser.post(address, {"text": "The worker had no memory left."})
    press(browser, incident, "close")
    incident.refresh_from_db()
    assert incident.state == "closed"


def test_a_note_needs_words(incident: OperationalIncident, olga: User, client_of: Browse) -> None:
    reply = press(client_of(olga), incident, "note")
    assert reply.status_code == 422
    assert incident.entries.count() == 1


def test_a_follow_up_is_added_and_done_on_the_page(
    incident: OperationalIncident, olga: User, client_of: Browse
) -> None:
    browser = client_of(olga)
    address = reverse("operations:incident-follow-up", args=[incident.number])
    assert browser.post(address, {"text": "Alert", "owner": "no@example.org"}).status_code == 422
    browser.post(address, {"text": "Alert", "owner": olga.email, "due_date": "2030-01-31"})
    row = IncidentFollowUp.objects.get()
    done = reverse("operations:incident-follow-up-done", args=[incident.number, row.code])
    browser.post(done)
    row.refresh_from_db()
    assert row.done_at is not None


def test_what_somebody_writes_is_shown_as_text(
    incident: OperationalIncident, olga: User, client_of: Browse
) -> None:
    reply = press(client_of(olga), incident, "note", "<script>alert(1)</script>")
    assert b"<script>alert(1)" not in reply.content


def test_a_requester_sees_no_incident(
    incident: OperationalIncident, alice: User, client_of: Browse
) -> None:
    browser = client_of(alice)
    pages = [reverse("operations:incidents"), reverse("operations:incident-new")]
    pages.append(reverse("operations:incident", args=[incident.number]))
    assert {browser.get(one).status_code for one in pages} == {403}
    assert press(browser, incident, "acknowledge").status_code == 403


def test_a_number_that_nobody_opened_has_no_page(olga: User, client_of: Browse) -> None:
    browser = client_of(olga)
    assert browser.get(reverse("operations:incident", args=["INC-1"])).status_code == 404


def key(person: User, scope: str) -> dict[str, str]:
    made = keys.issue_key(user=person, name="alerts", scopes=[scope], by=person)
    return {"X-API-Key": made.secret}


def send(headers: dict[str, str], *alerts: dict[str, Any]) -> Any:
    body = {"version": "4", "status": "firing", "receiver": "uaip", "alerts": list(alerts)}
    return Client().post(
        "/api/v1/ops/alerts", json.dumps(body), content_type="application/json", headers=headers
    )


def test_an_alert_opens_one_incident_however_often_it_fires(olga: User) -> None:
    headers = key(olga, "incident.manage")
    other = ALERT | {"labels": ALERT["labels"] | {"instance": "b:1"}}
    numbers = {send(headers, one).json()["open"][0] for one in (ALERT, ALERT, other)}
    found = OperationalIncident.objects.get()
    assert numbers == {found.number}
    assert (found.severity, found.title, found.source) == ("P1", "The disk is full", "alert")
    assert found.entries.filter(what="alert").count() == 2


def test_an_alert_that_ends_resolves_what_nobody_took_on(olga: User) -> None:
    headers = key(olga, "incident.manage")
    send(headers, ALERT)
    ended = ALERT | {"status": "resolved"}
    assert len(send(headers, ended).json()["resolved"]) == 1
    assert OperationalIncident.objects.get().state == "resolved"
    send(headers, ALERT)
    assert OperationalIncident.objects.count() == 2


def test_what_a_person_took_on_is_not_resolved_by_an_alert(olga: User) -> None:
    headers = key(olga, "incident.manage")
    send(headers, ALERT)
    handling.acknowledge_incident(incident=OperationalIncident.objects.get(), by=olga)
    send(headers, ALERT | {"status": "resolved"})
    assert OperationalIncident.objects.get().state == "acknowledged"


def test_another_alert_is_another_incident(olga: User) -> None:
    headers = key(olga, "incident.manage")
    send(headers, ALERT, ALERT | {"labels": {"alertname": "Down", "severity": "warning"}})
    assert set(OperationalIncident.objects.values_list("severity", flat=True)) == {"P1", "P3"}


def test_a_key_of_another_scope_brings_no_alert(olga: User) -> None:
    assert send(key(olga, "system.view"), ALERT).status_code == 403
    assert send({}, ALERT).status_code == 401
    assert not OperationalIncident.objects.exists()


@pytest.mark.parametrize("body", ["{", '{"alerts": 1}', '{"alerts": [{"status": "maybe"}]}'])
def test_what_is_no_alert_is_refused(olga: User, body: str) -> None:
    headers = key(olga, "incident.manage")
    reply = Client().post(
        "/api/v1/ops/alerts", body, content_type="application/json", headers=headers
    )
    assert reply.status_code in (400, 422)


def test_a_program_opens_reads_and_handles(olga: User, client_of: Browse) -> None:
    browser = client_of(olga)
    wish = {"title": "Slow", "severity": "P3"}
    made = browser.post("/api/v1/ops/incidents", wish, content_type="application/json")
    assert made.status_code == 201, made.content
    here = made.headers["Location"]
    assert browser.get(here).json()["title"] == "Slow"
    assert browser.get("/api/v1/ops/incidents").json()["total"] == 1
    deed = browser.post(f"{here}/acknowledge", {}, content_type="application/json")
    assert deed.json()["state"] == "acknowledged"
    again = browser.post(f"{here}/acknowledge", {}, content_type="application/json")
    assert again.status_code == 409
