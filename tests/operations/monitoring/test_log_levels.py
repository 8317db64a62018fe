"""What each level means: an ERROR wakes an operator, so no mistake of a user is one."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
API = "/api/v1/sessions"


def serious(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


def test_mistakes_of_people_are_no_errors(
    alice: User, bob: User, client_of: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session, browser, stranger = make_session(alice), client_of(alice), Client()
    question = reverse("interviews:question", args=[session.code, "S1-01"])
    statuses = [
        browser.get("/no/such/page").status_code,
        client_of(bob).get(question).status_code,
        browser.post(question, {"text": "", "answer_version": "1"}).status_code,
        browser.post(API, "{", content_type="application/json").status_code,
        browser.post(API, "{}", content_type="application/json").status_code,
        browser.post(API, "<a/>", content_type="application/xml").status_code,
        browser.delete(API).status_code,
        stranger.get(API).status_code,
        stranger.get(API, headers={"X-API-Key": "uaip_no"}).status_code,
        Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"}).status_code,
        stranger.post("/accounts/login/", {"login": "a@example.org", "password": "x"}).status_code,
        stranger.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code,
    ]
    assert all(status < 500 for status in statuses)
    assert {400, 401, 403, 404, 405, 415, 422} <= set(statuses)
    submit(session, "S1-01", VAGUE_PROBLEM)
    assert serious(caplog) == []


def test_a_fault_of_ours_is_one(
    alice: User,
    client_of: Browse,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    session, browser = make_session(alice), client_of(alice)
    browser.raise_request_exception = False
    monkeypatch.setattr("interviews.views.questions.read", stumble)
    browser.get(reverse("interviews:question", args=[session.code, "S1-01"]))
    assert len(serious(caplog)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_deed_is_a_line_of_its_own(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="uaip.audit")
    session = make_session(alice, "A secret project")
    (line,) = [one for one in caplog.records if one.name == "uaip.audit"]
    told = vars(line)
    assert told["deed"] == "session.started"
    assert told["subject"] == f"session {session.code}"
    assert told["actor"] == f"human {alice.code}" or str(alice.code) in told["actor"]
    assert "secret" not in line.getMessage()
