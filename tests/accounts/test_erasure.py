"""People get what is kept about them, and can be erased without breaking the record of deeds."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.models import InterviewSession
from interviews.services import sessions
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def erase(browser: Client, user: User, email: str | None = None):
    there = reverse("operations:erase", args=[user.code])
    return browser.post(there, {"email": user.email if email is None else email})


def test_alice_takes_her_data_with_her(alice: User, bob: User, client_of: Browser) -> None:
    submit(make_session(alice), "S1-01", GOOD_PROBLEM)
    make_session(bob, "Somebody else's")
    response = client_of(alice).get(reverse("operations:my-data"))
    assert "attachment" in response["Content-Disposition"]
    kept = json.loads(response.content)
    assert kept["person"]["email"] == alice.email
    (interview,) = kept["interviews"]
    assert interview["answers"]["S1-01"]["value"] == GOOD_PROBLEM
    assert "Somebody else's" not in response.text
    assert AuditEvent.objects.filter(type="personal_data.exported").count() == 1


def test_a_stranger_gets_nobody_s_data() -> None:
    assert Client().get(reverse("operations:my-data")).status_code == 302


def test_erasing_leaves_codes_and_a_valid_chain(ada: User, alice: User, client_of: Browser) -> None:
    browser = client_of(alice)
    browser.post(reverse("interviews:session-start"), {"project_name": "Mine alone"})
    released = make_session(alice, "Issued")
    sessions.release_session(session=released, by=alice)
    name = audit.person(alice)
    assert AuditEvent.objects.filter(actor=name).exclude(address="").exists()
    assert erase(client_of(ada), alice).status_code == 302
    alice.refresh_from_db()
    assert alice.email.endswith("@erased.invalid") and alice.name == "" and not alice.is_active
    assert list(InterviewSession.objects.filter(owner=alice)) == [released]
    theirs = AuditEvent.objects.filter(actor=name)
    assert theirs.exists() and not theirs.exclude(address="").exists()
    call_command("verify_audit")


def test_nothing_of_the_person_is_found_afterwards(
    ada: User, alice: User, client_of: Browser
) -> None:
    erase(client_of(ada), alice)
    assert "alice@example.org" not in client_of(ada).get(reverse("people:people")).text
    rows = AuditEvent.objects.values_list("actor", "subject", "detail")
    assert "alice@example.org" not in str(list(rows))


def test_nobody_is_erased_by_a_slip(ada: User, alice: User, client_of: Browser) -> None:
    response = erase(client_of(ada), alice, "bob@example.org")
    assert response.status_code == 422
    assert "Type the address" in response.text
    alice.refresh_from_db()
    assert alice.is_active


def test_an_erased_person_does_not_come_back(ada: User, alice: User, client_of: Browser) -> None:
    browser = client_of(ada)
    erase(browser, alice)
    there = reverse("people:access", args=[alice.code])
    assert browser.post(there, {"action": "reactivate"}).status_code == 409
