"""The question page says who scored an answer, and whether that is final."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from interviews.models import Assessment, InterviewSession
from interviews.services import privacy
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


def page(browser: Client, session: InterviewSession) -> str:
    address = reverse("interviews:question", args=[session.code, "S1-01"])
    return str(browser.get(address).content.decode())


def test_without_a_provider_it_is_the_embedded_scorer(
    alice: User, client_of: Browse, session: InterviewSession
) -> None:
    submit(session, "S1-01", {"text": GOOD_PROBLEM})
    text = page(client_of(alice), session)
    assert "Scored by the embedded scorer." in text
    assert "Provisional" not in text


def test_a_model_is_named(
    fake_model: FakeModel, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    submit(session, "S1-01", {"text": GOOD_PROBLEM})
    text = page(client_of(alice), session)
    assert "Scored by a language model (custom, test-model)." in text


def test_a_silent_model_leaves_a_provisional_score(
    fake_model: FakeModel, settings: Any, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    settings.LLM_KEYS = settings.LLM_KEYS | {"CUSTOM_LLM_ENDPOINT": "http://127.0.0.1:9/v1"}
    submit(session, "S1-01", {"text": GOOD_PROBLEM})
    text = page(client_of(alice), session)
    assert "Scored by the embedded scorer. Provisional: the language model did not answer" in text
    assert "scored again by itself" in text


def test_what_is_kept_away_is_final_by_the_embedded_scorer(
    fake_model: FakeModel, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    privacy.keep_from_model(session, by=alice)
    submit(session, "S1-01", {"text": GOOD_PROBLEM})
    text = page(client_of(alice), session)
    assert fake_model.requests == []
    assert "Scored by the embedded scorer." in text
    assert "Provisional" not in text


def test_a_second_opinion_is_said(
    fake_model: FakeModel, alice: User, client_of: Browse, session: InterviewSession
) -> None:
    answer = submit(session, "S1-01", {"text": GOOD_PROBLEM})
    first = Assessment.objects.get(attempt=answer.current_attempt)
    first.pk, first.scorer_version, first.is_rechecked = None, "another", True
    first.save(force_insert=True)
    type(answer).objects.filter(pk=answer.pk).update(current_assessment=first)
    assert "The model was asked twice; the lower score stands." in page(client_of(alice), session)
