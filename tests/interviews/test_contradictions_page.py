"""Contradictions in meaning on the pages: what was compared, what was not, and asking again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Job
from interviews.services import contradictions, privacy, sessions
from interviews.services.reading import read
from tests.builders.settled import settled_session
from tests.fakes.llm import turns
from tests.interviews.counting import statements

NOT_YET = "contradictions not yet checked by the model"
HOSTILE = "<script>alert(1)</script> It does not fit."


@pytest.fixture
def session(alice):
    return settled_session(alice, stages=(1, 2))


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def page(client, session, name="findings", *more) -> str:
    return client.get(reverse(f"interviews:{name}", args=[session.code, *more])).content.decode()


def press(client, session):
    return client.post(reverse("interviews:contradictions-check", args=[session.code]))


def test_without_a_model_the_pages_say_nothing_of_it(client, session) -> None:
    for text in (page(client, session), page(client, session, "stage-review", 2)):
        assert "by the model" not in text
        assert "Ask the model" not in text


def test_what_was_not_asked_for_can_be_asked_for(client, session, fake_model) -> None:
    text = page(client, session)
    assert NOT_YET in text
    assert "Ask the model now" in text
    assert press(client, session).status_code == 302
    assert Job.objects.filter(kind="judge_rules").count() == 2
    text = page(client, session)
    assert NOT_YET in text
    assert "nothing waits for it" in text
    assert "Ask the model now" not in text
    press(client, session)
    assert Job.objects.filter(kind="judge_rules").count() == 2


def test_a_finding_of_a_model_says_that_it_is_one(client, session, fake_model, work) -> None:
    fake_model.default = lambda seen: {
        "f": [{"r": "X-02", "a": "46 go out again", "b": "Defective tools lent", "w": HOSTILE}]
    }
    contradictions.request_checks(read(session))
    work()
    text = page(client, session)
    assert "A language model reads it so" in text
    assert "“46 go out again”" in text
    assert "It does not fit." in text
    assert "<script>alert" not in text
    assert "Stage 2: compared by a language model" in text
    assert NOT_YET not in text


def test_a_stage_s_page_speaks_of_its_own_gate_only(client, session, fake_model) -> None:
    text = page(client, session, "stage-review", 2)
    assert f"Stage 2: <strong>{NOT_YET}" in text
    assert "Stage 1: <strong>" not in text


def test_a_reply_that_could_not_be_used_is_said(client, session, fake_model, work) -> None:
    fake_model.will(turns.refusal(), turns.refusal())
    contradictions.request_checks(read(session))
    work()
    text = page(client, session)
    assert "gave no usable reply" in text
    assert "Ask the model now" in text


def test_what_is_kept_away_is_said_to_be_uncompared(client, session, alice, fake_model) -> None:
    privacy.keep_from_model(session.answers.get(question_key="S1-01"), by=alice)
    text = page(client, session)
    assert "kept away from the model: X-02" in text
    privacy.keep_from_model(session, by=alice)
    assert "not compared by a model" in page(client, session)


def test_the_page_before_issuing_asks_and_says_so(client, alice, fake_model) -> None:
    whole = settled_session(alice)
    address = reverse("governance:submit", args=[whole.code])
    assert client.get(address).status_code == 200
    assert Job.objects.filter(kind="judge_rules").count() == 3


def test_only_the_requester_asks(client_of, alice, rita, mallory, session, fake_model) -> None:
    assert press(client_of(mallory), session).status_code == 404
    sessions.release_session(session=session, by=alice)
    assert press(client_of(rita), session).status_code == 403
    text = page(client_of(rita), session)
    assert NOT_YET in text
    assert "Ask the model now" not in text
    assert not Job.objects.filter(kind="judge_rules").exists()


def test_a_paused_interview_asks_nothing(client, session, alice, fake_model) -> None:
    sessions.pause_session(session=session, by=alice)
    assert press(client, session).status_code == 409
    assert not Job.objects.filter(kind="judge_rules").exists()


def test_the_panel_costs_two_statements(client, session, fake_model, settings) -> None:
    with statements() as with_model:
        page(client, session)
    settings.LLM_PROVIDER = ""
    with statements() as without:
        page(client, session)
    assert len(with_model) == len(without) + 2
