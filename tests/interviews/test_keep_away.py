"""Keeping an interview or an answer away from the language model, and who may decide it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.models import Answer, Draft, InterviewSession
from interviews.services import privacy
from tests.builders.sessions import make_session

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
BUTTON = "Keep this interview away from the model"
ANSWER_BUTTON = "Keep this answer away from the model"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def asked() -> Iterator[None]:
    """An installation that asks a language model."""
    with override_settings(LLM_PROVIDER="custom"):
        yield


def overview(session: InterviewSession) -> str:
    return reverse("interviews:session-detail", args=[session.code])


def question(session: InterviewSession, key: str = "S1-01") -> str:
    return reverse("interviews:question", args=[session.code, key])


def decide(browser: Client, session: InterviewSession, keep: str) -> int:
    address = reverse("interviews:session-keep-away", args=[session.code])
    return browser.post(address, {"keep": keep}).status_code


def deeds() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("type", flat=True))[1:]


def test_alice_keeps_her_interview_away_and_changes_her_mind(
    asked: None, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    browser = client_of(alice)
    assert BUTTON in browser.get(overview(session)).content.decode()
    assert decide(browser, session, "yes") == 302
    session.refresh_from_db()
    assert session.is_kept_from_model
    text = browser.get(overview(session)).content.decode()
    assert "Nothing of this interview goes to a language model." in text
    decide(browser, session, "no")
    session.refresh_from_db()
    assert not session.is_kept_from_model
    assert deeds() == ["session.kept_from_model", "session.opened_to_model"]


def test_pressing_twice_is_one_deed(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    for _ in range(2):
        decide(client_of(alice), session, "yes")
    assert deeds() == ["session.kept_from_model"]


def test_alice_keeps_one_answer_away_and_loses_nothing_she_typed(
    asked: None, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    browser = client_of(alice)
    assert ANSWER_BUTTON in browser.get(question(session)).content.decode()
    typed = {"action": "keep_away", "answer_version": "0", "f-text": "Tenants wait 19 days."}
    assert browser.post(question(session), typed).status_code == 302
    answer = Answer.objects.get(session=session, question_key="S1-01")
    assert answer.is_kept_from_model
    assert "Tenants wait 19 days." in str(Draft.objects.get(answer=answer).value)
    text = browser.get(question(session)).content.decode()
    assert "This answer is kept away from the language model." in text
    browser.post(question(session), {"action": "allow_model"})
    answer.refresh_from_db()
    assert not answer.is_kept_from_model
    assert deeds()[0] == "answer.kept_from_model"
    assert deeds()[-1] == "answer.opened_to_model"


def test_the_record_names_the_question(alice: User, session: InterviewSession) -> None:
    privacy.keep_from_model(session.answers.get(question_key="S1-03"), by=alice)
    event = AuditEvent.objects.get(type="answer.kept_from_model")
    assert event.subject == f"session {session.code} S1-03"
    assert event.actor == audit.person(alice)


def test_no_draft_is_made_where_nothing_was_typed(
    asked: None, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    client_of(alice).post(question(session), {"action": "keep_away"})
    assert not Draft.objects.exists()


def test_where_no_model_is_asked_there_is_nothing_to_decide(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    browser = client_of(alice)
    assert BUTTON not in browser.get(overview(session)).content.decode()
    assert "Language model" not in browser.get(question(session)).content.decode()
    start = browser.get(reverse("interviews:session-start")).content.decode()
    assert "keep_from_model" not in start


def test_a_mark_stays_visible_when_the_provider_is_taken_away(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    privacy.keep_from_model(session, by=alice)
    text = client_of(alice).get(question(session)).content.decode()
    assert "The whole interview is kept away" in text


def test_it_can_be_decided_at_the_start(asked: None, alice: User, client_of: Browse) -> None:
    browser, address = client_of(alice), reverse("interviews:session-start")
    assert "keep_from_model" in browser.get(address).content.decode()
    browser.post(address, {"project_name": "Repairs", "keep_from_model": "on"})
    assert InterviewSession.objects.get().is_kept_from_model
    started = AuditEvent.objects.get(type="session.started")
    assert started.detail == {"is_kept_from_model": True}
    browser.post(address, {"project_name": "Letters"})
    assert not InterviewSession.objects.get(project_name="Letters").is_kept_from_model


def test_mallory_finds_no_such_interview(
    mallory: User, client_of: Browse, session: InterviewSession
) -> None:
    browser = client_of(mallory)
    assert decide(browser, session, "yes") == 404
    assert browser.post(question(session), {"action": "keep_away"}).status_code == 404


def test_a_reviewer_reads_but_does_not_decide(
    asked: None, rita: User, client_of: Browse, session: InterviewSession
) -> None:
    InterviewSession.objects.update(released_at="2026-11-21T10:00:00Z")
    browser = client_of(rita)
    assert BUTTON not in browser.get(overview(session)).content.decode()
    assert ANSWER_BUTTON not in browser.get(question(session)).content.decode()
    assert decide(browser, session, "yes") == 403
    assert browser.post(question(session), {"action": "keep_away"}).status_code == 403
    session.refresh_from_db()
    assert not session.is_kept_from_model


def test_it_is_decided_by_a_button_and_not_by_a_link(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    address = reverse("interviews:session-keep-away", args=[session.code])
    assert client_of(alice).get(address).status_code == 405
