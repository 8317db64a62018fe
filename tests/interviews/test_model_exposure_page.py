"""The page that says exactly what text of an interview went to which host."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from interviews.llm import prompting
from interviews.models import InterviewSession, ModelCall
from interviews.services import privacy
from tests.builders.sessions import make_session
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
HOST = "models.example.org:443"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


def called(session: InterviewSession, **fields: Any) -> ModelCall:
    """One row of the ledger."""
    usual: dict[str, Any] = {
        "question_keys": ["S1-01"],
        "purpose": "score",
        "provider": "custom",
        "model": "test-model",
        "host": HOST,
        "prompt_version": prompting.prompt("score").version,
        "tokens_in": 1234,
        "tokens_out": 56,
        "cost": Decimal("0.0042"),
        "milliseconds": 812,
        "outcome": "ok",
        "sent_hash": "ab" * 32,
        "sent_text": "Tenants wait 19 days.",
    }
    return ModelCall.objects.create(session=session, **usual | fields)


def page(browser: Client, session: InterviewSession, **query: str) -> str:
    address = reverse("interviews:model-exposure", args=[session.code])
    reply = browser.get(address, query)
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_it_says_plainly_that_nothing_ever_left(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    text = page(client_of(alice), session)
    assert "Nothing of this interview was ever sent to a language model." in text
    assert "No language model is asked on this installation." in text


def test_every_call_is_there_with_its_host_and_its_exact_text(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    called(session)
    called(session, host="other.example.org:443", provider="second", outcome="timeout", cost=0)
    text = page(client_of(alice), session)
    assert text.count("Tenants wait 19 days.") == 2
    wanted = (HOST, "other.example.org:443", "1,234 tokens", "0.0042 USD", "812 ms", "ab" * 32)
    assert [one for one in wanted if one not in text] == []
    assert "Answered" in text
    assert "No reply in time" in text
    assert "<strong>2,468</strong> tokens sent" in text


def test_the_instructions_of_the_version_stand_on_the_page(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    called(session)
    wanted = escape(prompting.prompt("score").text)
    assert wanted in page(client_of(alice), session)


def test_a_prompt_of_another_release_breaks_nothing(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    called(session, prompt_version="gone/7")
    assert "gone/7" in page(client_of(alice), session)


def test_what_was_answered_from_earlier_replies_was_not_sent(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    called(session, host="", outcome="cached", sent_text="", cost=0)
    text = page(client_of(alice), session)
    assert "Nothing of this interview was ever sent" in text
    assert "nothing was sent" in text
    assert "answered from earlier replies kept here" in text


def test_a_hostile_text_is_only_text(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    called(session, sent_text="<script>alert(1)</script>", detail="<img src=x>")
    text = page(client_of(alice), session)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<img src=x>" not in text


def test_it_names_what_is_kept_away(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    privacy.keep_from_model(session.answers.get(question_key="S1-03"), by=alice)
    with override_settings(LLM_PROVIDER="custom"):
        text = page(client_of(alice), session)
    assert "/questions/S1-03/" in text
    assert "A language model reads new answers, except those kept away." in text


def test_another_interviews_calls_are_not_on_it(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    called(make_session(alice, "Another"), sent_text="Something else")
    assert "Something else" not in page(client_of(alice), session)


def test_mallory_does_not_see_it(
    mallory: User, olga: User, client_of: Browse, session: InterviewSession
) -> None:
    address = reverse("interviews:model-exposure", args=[session.code])
    assert client_of(mallory).get(address).status_code == 404
    assert client_of(olga).get(address).status_code == 404


def test_a_reviewer_sees_it_once_the_charter_is_issued(
    rita: User, client_of: Browse, session: InterviewSession
) -> None:
    called(session)
    address = reverse("interviews:model-exposure", args=[session.code])
    assert client_of(rita).get(address).status_code == 404
    InterviewSession.objects.update(released_at="2026-11-21T10:00:00Z")
    assert HOST in page(client_of(rita), session)


def test_many_calls_come_page_by_page_at_the_same_price(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    browser = client_of(alice)
    called(session)
    with statements() as few:
        page(browser, session)
    for number in range(60):
        called(session, sent_text=f"text number {number}")
    with statements() as many:
        first = page(browser, session)
    assert len(many) == len(few) <= 8
    assert "text number 59" in first
    assert "text number 3<" not in first
    assert "text number 3<" in page(browser, session, page="2")
    assert "text number 59" in page(browser, session, page="nonsense")
