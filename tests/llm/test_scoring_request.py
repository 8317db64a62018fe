"""A scoring request goes through a real SDK to a provider and comes back as judgements."""

from __future__ import annotations

from typing import Any

import pytest

from interviews.llm import router
from interviews.llm.prompting import prompt
from interviews.llm.scoring import scoring_request
from interviews.llm.types import FaultKind, ModelFault
from interviews.protocol.catalogue import default_protocol
from interviews.scoring import offline
from interviews.scoring.model_reply import judgements
from interviews.scoring.prompt_text import ScoringItem
from tests.builders.answers import consistent_values
from tests.fakes.llm import turns

pytestmark = pytest.mark.django_db

KEYS = ("S1-01", "S1-07", "S2-05")
VALUES = consistent_values()
ITEMS = [ScoringItem(default_protocol().question(key), VALUES[key]) for key in KEYS]
EMBEDDED = [offline.judge(item.question, item.value) for item in ITEMS]


def request() -> Any:
    return scoring_request(ITEMS, session_id=None, prompt=prompt("score"))


def test_three_answers_are_judged_by_one_call(fake_model: Any) -> None:
    reply = router.ask(request())
    found = judgements(reply.content, ITEMS, EMBEDDED)
    assert len(fake_model.requests) == 1
    assert all(one is not None and {e.verdict for e in one.elements} == {"met"} for one in found)


def test_the_provider_gets_the_prompt_as_it_was_shipped_and_the_answers_as_data(
    fake_model: Any,
) -> None:
    router.ask(request())
    seen = fake_model.requests[0]
    assert seen.system == prompt("score").text
    assert seen.user == request().user
    assert "tools" not in seen.body and seen.body["temperature"] == 0


def test_a_reply_of_another_shape_is_repaired_once(fake_model: Any) -> None:
    fake_model.will(turns.reply({"v": [["1a", "ten out of ten"]]}))
    reply = router.ask(request())
    assert len(fake_model.requests) == 2
    assert "ten out of ten" not in fake_model.requests[1].user
    assert reply.content.v


def test_a_model_that_keeps_to_its_own_shape_gives_no_score(fake_model: Any) -> None:
    for _ in range(6):
        fake_model.will(turns.reply({"score": 10, "accepted": True}))
    with pytest.raises(ModelFault) as caught:
        router.ask(request())
    assert caught.value.kind == FaultKind.WRONG_SHAPE


def test_the_fallback_provider_understands_the_same_request(two_models: Any) -> None:
    first, second = two_models
    for _ in range(6):
        first.will(turns.fault(503))
    reply = router.ask(request())
    assert reply.provider == "anthropic" and len(second.requests) == 1
    assert all(one is not None for one in judgements(reply.content, ITEMS, EMBEDDED))
