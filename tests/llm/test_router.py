"""Which provider is asked, how often and when another is, by what went wrong (reliability D6)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from interviews.llm import router
from interviews.llm.types import FaultKind, ModelFault
from interviews.models import Circuit, ModelCall
from tests.fakes.llm import turns
from tests.fakes.llm.server import FakeModel
from tests.llm.asking import Model, configure, counted, fault, outcomes, request

pytestmark = pytest.mark.django_db

Two = tuple[FakeModel, FakeModel]


def _says_yes(*models: FakeModel) -> None:
    for model in models:
        model.default = lambda seen: {"word": "yes"}


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been waited between two calls; nobody waits here."""
    found: list[float] = []
    monkeypatch.setattr(router, "sleep", found.append)
    return found


def _fault_of(**how: Any) -> ModelFault:
    with pytest.raises(ModelFault) as caught:
        router.ask(request(), **how)
    return caught.value


def test_the_first_provider_answers_and_the_second_hears_nothing(two_models: Two) -> None:
    _says_yes(*two_models)
    reply = router.ask(request())
    assert (reply.content.word, reply.provider, reply.model) == ("yes", "custom", "test-model")
    assert [len(one.requests) for one in two_models] == [1, 0]


def test_without_a_provider_it_says_so(settings: Any) -> None:
    settings.LLM_PROVIDER = ""
    assert not router.is_configured()
    assert _fault_of().kind == FaultKind.NOT_CONFIGURED


def test_a_missing_key_is_counted(settings: Any) -> None:
    settings.LLM_PROVIDER = "openai"
    settings.LLM_KEYS = dict.fromkeys(settings.LLM_KEYS, "")
    before = counted("uaip_llm_errors_total", provider="openai", error_type="not_configured")
    assert _fault_of().kind == FaultKind.NOT_CONFIGURED
    after = counted("uaip_llm_errors_total", provider="openai", error_type="not_configured")
    assert after == before + 1


@pytest.mark.parametrize("status", [500, 502, 503, 529])
def test_a_provider_out_of_order_is_asked_twice_more_then_the_fallback(
    two_models: Two, status: int
) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(*[turns.fault(status)] * 3)
    assert router.ask(request()).provider == "anthropic"
    assert outcomes() == ["custom unavailable"] * 3 + ["anthropic ok"]
    assert len(second.requests) == 1


def test_a_provider_that_recovers_is_not_left(two_models: Two) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(turns.fault(500), turns.cut_off())
    assert router.ask(request()).provider == "custom"
    assert second.requests == []


def test_a_short_pause_that_is_asked_for_is_kept(fake_model: FakeModel, rests: list[float]) -> None:
    _says_yes(fake_model)
    fake_model.will(turns.fault(429, retry_after=1))
    assert router.ask(request()).content.word == "yes"
    assert 1.0 <= rests[0] < 2.0
    assert outcomes() == ["custom throttled", "custom ok"]


@pytest.mark.parametrize("retry_after", [7, 36_000, "Wed, 01 Jan 2098 00:00:00 GMT"])
def test_a_long_pause_goes_to_the_fallback_at_once(
    two_models: Two, rests: list[float], retry_after: Any
) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(turns.fault(429, retry_after=retry_after))
    assert router.ask(request()).provider == "anthropic"
    assert rests == []
    # And whoever comes within the pause does not ask the first one again.
    assert router.ask(request()).provider == "anthropic"
    assert len(first.requests) == 1


def test_a_pause_without_sense_is_no_pause(fake_model: FakeModel) -> None:
    _says_yes(fake_model)
    fake_model.will(turns.fault(429, retry_after="soon"), turns.fault(429))
    assert router.ask(request()).content.word == "yes"


def test_a_pause_longer_than_our_time_is_told_to_whoever_asks(fake_model: FakeModel) -> None:
    fake_model.will(turns.fault(429, retry_after=30))
    found = _fault_of(seconds=0.5)
    assert (found.kind, found.retry_after) == (FaultKind.THROTTLED, 30)
    assert len(fake_model.requests) == 1


def test_throttling_is_no_failure_of_the_provider(fake_model: FakeModel) -> None:
    fake_model.will(*[turns.fault(429)] * 9)
    for _ in range(3):
        assert _fault_of().kind == FaultKind.THROTTLED
    assert not Circuit.objects.filter(state="open").exists()


@pytest.mark.parametrize(
    "turn", [turns.fault(401), turns.fault(403), turns.unknown_model()], ids=["401", "403", "404"]
)
def test_a_refused_key_or_model_is_asked_once_and_then_left_alone(
    two_models: Two, turn: turns.Turn
) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(turn)
    assert [router.ask(request()).provider for _ in range(3)] == ["anthropic"] * 3
    assert len(first.requests) == 1
    assert Circuit.objects.get(provider="custom").needs_person


def test_what_a_model_declines_no_other_is_asked(two_models: Two) -> None:
    first, second = two_models
    first.will(turns.refusal())
    assert _fault_of().kind == FaultKind.REFUSED
    assert [len(first.requests), len(second.requests)] == [1, 0]


def test_a_truncated_reply_is_asked_for_again_with_more_room(two_models: Two) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(turns.truncated())
    assert router.ask(request(max_tokens=100)).provider == "custom"
    asked_for = [
        one.body.get("max_tokens") or one.body.get("max_completion_tokens")
        for one in first.requests
    ]
    assert asked_for == [100, 200]
    assert outcomes() == ["custom truncated", "custom ok"]


def test_a_reply_truncated_twice_goes_to_the_fallback(two_models: Two) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(turns.truncated(), turns.truncated())
    assert router.ask(request(max_tokens=100)).provider == "anthropic"
    assert second.requests[0].body["max_tokens"] == 100


@pytest.mark.parametrize(
    ("content", "kind"),
    [("I would say it is fine.", "malformed"), ('{"answer": 11}', "wrong_shape")],
)
def test_an_unreadable_reply_is_repaired_once_with_the_error_shown(
    two_models: Two, content: str, kind: str
) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(turns.reply(content))
    assert router.ask(request()).provider == "custom"
    assert "could not be used" in first.requests[1].user
    assert "could not be used" not in first.requests[0].user
    calls = list(ModelCall.objects.order_by("pk"))
    assert [one.outcome for one in calls] == [kind, "ok"]
    assert "could not be used" in calls[1].sent_text
    first.will(turns.reply(content), turns.reply(content))
    assert router.ask(request()).provider == "anthropic"
    assert "could not be used" not in second.requests[0].user


@pytest.mark.parametrize("turn", [turns.fault(400), turns.too_long()], ids=["400", "too long"])
def test_what_is_wrong_with_our_request_is_not_tried_again_there(
    two_models: Two, turn: turns.Turn
) -> None:
    first, second = two_models
    _says_yes(first, second)
    # A server of unknown kind is asked in a plainer way when it does not take the first.
    first.will(*[turn] * 3)
    assert router.ask(request()).provider == "anthropic"
    assert len(outcomes()) == 2
    assert not Circuit.objects.filter(failures__gt=0).exists()


def test_a_provider_that_hangs_leaves_time_for_its_fallback(two_models: Two) -> None:
    first, second = two_models
    _says_yes(first, second)
    first.will(*[turns.hang()] * 5)
    assert router.ask(request(), seconds=3).provider == "anthropic"
    assert outcomes()[-2:] == ["custom timeout", "anthropic ok"]


@pytest.mark.parametrize(
    "turn",
    [turns.hang(), turns.drip(), turns.endless(), turns.cut_off(), turns.not_json()]
    + [turns.fault(409), turns.fault(418), turns.redirect("http://127.0.0.1:9/")],
    ids=["hang", "drip", "endless", "cut off", "not json", "409", "418", "redirect"],
)
def test_it_always_ends_with_a_named_fault(fake_model: FakeModel, turn: turns.Turn) -> None:
    fake_model.will(*[turn] * 9)
    assert _fault_of(seconds=1.5).kind in FaultKind
    assert outcomes()


def test_a_provider_to_avoid_is_left_out_while_there_is_another(two_models: Two) -> None:
    _says_yes(*two_models)
    assert router.ask(request(), avoid=("custom",)).provider == "anthropic"
    assert router.ask(request(), avoid=("custom", "anthropic")).provider == "custom"


def test_a_fault_of_a_real_call_tells_more_than_a_circuit(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    first = Model(usual=fault(FaultKind.BAD_REQUEST))
    second = Model(name="other", usual=fault(FaultKind.KEY_REFUSED))
    configure(monkeypatch, settings, first, second)
    assert _fault_of().kind == FaultKind.KEY_REFUSED
    assert _fault_of().kind == FaultKind.BAD_REQUEST
    assert len(second.asked) == 1


def test_retries_wait_a_little_and_longer_each_time(
    monkeypatch: pytest.MonkeyPatch, settings: Any, rests: list[float]
) -> None:
    model = Model(usual=fault(FaultKind.UNAVAILABLE))
    configure(monkeypatch, settings, model)
    retries = {"backoff_seconds": 1.0, "backoff_most_seconds": 1.5}
    settings.LLM = settings.LLM | {"retries": settings.LLM["retries"] | retries}
    monkeypatch.setattr(router._chance, "uniform", lambda least, most: most)
    assert _fault_of().kind == FaultKind.UNAVAILABLE
    assert rests == [1.0, 1.5]
    assert len(model.asked) == 3


def test_a_retry_that_cannot_finish_is_not_begun(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    model = Model(usual=lambda: time.sleep(0.4) or fault(FaultKind.UNAVAILABLE))
    configure(monkeypatch, settings, model)
    assert _fault_of(seconds=0.5).kind == FaultKind.UNAVAILABLE
    assert len(model.asked) == 1


def test_our_own_hurry_is_not_held_against_the_provider(fake_model: FakeModel) -> None:
    fake_model.will(*[turns.hang()] * 2)
    assert _fault_of(seconds=0.3).kind == FaultKind.TIMEOUT
    assert not Circuit.objects.exists()
    assert _fault_of(seconds=1.5).kind == FaultKind.TIMEOUT
    assert Circuit.objects.get().failures == 1


def test_calls_are_counted_with_their_tokens(fake_model: FakeModel) -> None:
    fake_model.default = lambda seen: {"word": "yes"}
    labels = {"provider": "custom", "model": "test-model"}
    before = counted("uaip_llm_requests_total", **labels)
    tokens = counted("uaip_llm_tokens_used_total", type="input", **labels)
    fake_model.will(turns.fault(500), turns.reply(tokens_in=77))
    router.ask(request())
    assert counted("uaip_llm_requests_total", **labels) == before + 2
    assert counted("uaip_llm_tokens_used_total", type="input", **labels) == tokens + 77
