"""The same question to the same model is paid for once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from pydantic import BaseModel

from interviews.llm import router
from interviews.llm.types import FaultKind, Purpose
from interviews.models import ModelCall, ModelSpend
from tests.llm.asking import Model, configure, fault, outcomes, request

pytestmark = pytest.mark.django_db


class Sentence(BaseModel):
    """Another shape that the same text would fit."""

    word: str
    more: str = ""


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Model:
    """A model whose replies are kept."""
    found = Model()
    configure(monkeypatch, settings, found)
    settings.CACHE_LLM_RESPONSES = True
    return found


def test_the_same_request_is_answered_from_the_cache(model: Model) -> None:
    first, second = router.ask(request()), router.ask(request(question_keys=("S1-02",)))
    assert (first.is_cached, second.is_cached) == (False, True)
    assert second.content == first.content
    assert (second.provider, second.model) == ("custom", "test-model")
    assert len(model.asked) == 1


def test_the_ledger_says_that_nothing_left_the_house(model: Model) -> None:
    router.ask(request())
    router.ask(request())
    assert outcomes() == ["custom ok", "custom cached"]
    line = ModelCall.objects.get(outcome="cached")
    assert (line.host, line.sent_text, line.cost, line.tokens_in) == ("", "", 0, 0)
    assert line.sent_hash == ModelCall.objects.get(outcome="ok").sent_hash
    assert ModelSpend.objects.get().call_count == 1


@pytest.mark.parametrize(
    "other",
    [
        {"user": "Tenants wait 20 days."},
        {"system": "Say no in JSON."},
        {"prompt_version": "score/2"},
        {"reply_type": Sentence},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_request_is_asked_anew(model: Model, other: dict[str, Any]) -> None:
    router.ask(request())
    assert not router.ask(request(**other)).is_cached


def test_another_model_is_asked_anew(
    model: Model, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    router.ask(request())
    other = Model(model="another-model")
    configure(monkeypatch, settings, other)
    settings.CACHE_LLM_RESPONSES = True
    assert not router.ask(request()).is_cached
    assert len(other.asked) == 1


def test_what_the_fallback_said_is_not_taken_for_the_primarys(
    model: Model, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    second = Model(name="other")
    configure(monkeypatch, settings, model, second)
    settings.CACHE_LLM_RESPONSES = True
    model.turns = [fault(FaultKind.BAD_REQUEST)] * 2
    assert router.ask(request()).provider == "other"
    assert router.ask(request()).is_cached
    # The primary takes it now, and is asked.
    assert router.ask(request()).provider == "custom"
    assert len(second.asked) == 1


@pytest.mark.parametrize("fresh", [{"temperature": 0.7}, {"purpose": Purpose.CHECK}])
def test_prose_and_test_calls_are_made_anew_each_time(model: Model, fresh: dict[str, Any]) -> None:
    assert [router.ask(request(**fresh)).is_cached for _ in range(2)] == [False, False]


def test_a_site_may_keep_nothing(model: Model, settings: Any) -> None:
    settings.CACHE_LLM_RESPONSES = False
    assert [router.ask(request()).is_cached for _ in range(2)] == [False, False]


def test_replies_are_forgotten_after_their_time(model: Model, settings: Any) -> None:
    settings.LLM_CACHE_TTL = -1
    assert [router.ask(request()).is_cached for _ in range(2)] == [False, False]


def test_faults_are_not_kept(model: Model) -> None:
    model.turns = ["no JSON", fault(FaultKind.UNAVAILABLE)]
    assert not router.ask(request()).is_cached
    assert router.ask(request()).content.word == "yes"


def test_a_reply_that_no_longer_fits_is_asked_for_again(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "get", lambda key: "garbage")
    assert not router.ask(request()).is_cached
