"""Calls cost money: it is added up, warned about once, and never spent beyond the limit."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import AuditEvent
from interviews.llm import budget, circuit, prices, router
from interviews.llm.types import FaultKind, ModelFault, Usage
from interviews.models import ModelSpend
from tests.llm.asking import Model, configure, counted, outcomes, request

pytestmark = pytest.mark.django_db

MILLION = Usage(tokens_in=1_000_000, tokens_out=1_000_000, cached_in=500_000)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Model:
    """A model whose call costs 0.0016 a piece."""
    found = Model()
    configure(monkeypatch, settings, found)
    _price(settings, "custom", "test-model", input=1.0, cached=0.5, output=4.0)
    return found


def _price(settings: Any, provider: str, model: str, *, since: str = "2024-01-01", **figures: Any):
    row = {"provider": provider, "model": model, "from": date.fromisoformat(since)} | figures
    settings.LLM = settings.LLM | {"prices": [*settings.LLM["prices"], row]}


def _limits(settings: Any, **limits: float) -> None:
    settings.LLM = settings.LLM | {"budget": settings.LLM["budget"] | limits}


def _spent(amount: str, days_ago: int = 0) -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    ModelSpend.objects.create(day=day, provider="openai", cost=Decimal(amount))


def _told() -> list[str]:
    events = AuditEvent.objects.filter(type__startswith="budget.").order_by("sequence")
    return list(events.values_list("type", flat=True))


def test_a_call_adds_its_price_to_the_day(model: Model) -> None:
    router.ask(request())
    router.ask(request())
    row = ModelSpend.objects.get()
    # 600 at 1.0 + 400 at 0.5 + 200 at 4.0 a million.
    assert row.cost == Decimal("0.0016") * 2
    assert (row.day, row.tokens, row.call_count) == (timezone.localdate(), 2400, 2)


def test_a_reply_that_could_not_be_used_was_paid_for_too(model: Model) -> None:
    model.turns = ["no JSON"]
    router.ask(request())
    assert ModelSpend.objects.get().cost == Decimal("0.0032")


def test_without_a_limit_nothing_is_asked_and_nothing_held_back(
    model: Model, settings: Any, django_assert_num_queries: Any
) -> None:
    _spent("999999")
    with django_assert_num_queries(0):
        budget.check()
    assert not budget.standing().is_warning


@pytest.mark.parametrize(("limits", "days_ago"), [({"daily": 5}, 0), ({"monthly": 5}, 0)])
def test_a_used_up_budget_stops_the_next_call(
    model: Model, settings: Any, limits: dict[str, float], days_ago: int
) -> None:
    _limits(settings, **limits)
    _spent("5", days_ago)
    labels = {"provider": "custom", "error_type": "over_budget"}
    before = counted("uaip_llm_errors_total", **labels)
    with pytest.raises(ModelFault) as caught:
        router.ask(request())
    assert caught.value.kind == FaultKind.OVER_BUDGET
    assert "5.00 of 5.00 USD" in str(caught.value)
    assert (model.asked, outcomes()) == ([], [])
    assert counted("uaip_llm_errors_total", **labels) == before + 1
    assert circuit.health() == "degraded"


def test_the_fallback_is_not_asked_either(
    model: Model, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Model(name="other")
    configure(monkeypatch, settings, model, second)
    _limits(settings, daily=5)
    _spent("5")
    with pytest.raises(ModelFault):
        router.ask(request())
    assert second.asked == []


def test_a_new_day_and_a_new_month_begin_with_nothing_spent(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limits(settings, daily=5, monthly=50)
    ModelSpend.objects.create(day=date(2026, 2, 27), provider="openai", cost=Decimal(4))
    ModelSpend.objects.create(day=date(2026, 2, 28), provider="openai", cost=Decimal(5))
    for today, daily, monthly in (((2026, 2, 28), 5, 9), ((2026, 3, 1), 0, 0)):
        monkeypatch.setattr(timezone, "localdate", lambda day=date(*today): day)
        found = budget.standing()
        assert (found.daily_spent, found.monthly_spent) == (daily, monthly)


def test_spending_stops_within_one_call_of_the_limit(model: Model, settings: Any) -> None:
    _limits(settings, daily=0.004)
    for _ in range(3):
        router.ask(request())
    with pytest.raises(ModelFault):
        router.ask(request())
    assert budget.standing().daily_spent == Decimal("0.0048")


def test_administrators_are_warned_once_a_day(
    model: Model, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    _limits(settings, daily=5)
    _spent("4")
    with caplog.at_level(logging.WARNING, logger="interviews.llm.budget"):
        for _ in range(3):
            budget.check()
        # Another process, which has not told anybody yet.
        cache.clear()
        budget.check()
    assert _told() == ["budget.warned"]
    assert len(caplog.records) == 1
    assert "4.00 of 5.00 USD today" in caplog.text


def test_the_end_of_the_money_is_told_once_a_day(model: Model, settings: Any) -> None:
    _limits(settings, daily=5)
    _spent("5")
    for _ in range(3):
        with pytest.raises(ModelFault):
            budget.check()
    assert _told() == ["budget.exhausted"]


def test_below_the_mark_nobody_is_warned(model: Model, settings: Any) -> None:
    _limits(settings, daily=5, warn_at=0.8)
    _spent("3.99")
    budget.check()
    assert _told() == []


def test_a_test_call_needs_money_too(model: Model, settings: Any) -> None:
    _limits(settings, daily=5)
    _spent("5")
    assert circuit.test("custom", by=None).kind == FaultKind.OVER_BUDGET
    assert model.asked == []


def test_the_most_exact_price_wins_then_the_newest_that_has_begun(settings: Any) -> None:
    settings.LLM = settings.LLM | {"prices": []}
    flat = {"input": 1.0, "cached": 1.0}
    for pattern, since, output in (
        ("m*", "2024-01-01", 1),
        ("m-large*", "2024-01-01", 2),
        ("m*", "2026-01-01", 3),
        ("m-large*", "2026-02-01", 4),
        ("m-large*", "2027-01-01", 5),
        ("m-large", "2024-01-01", 6),
    ):
        _price(settings, "openai", pattern, since=since, output=output, **flat)

    def price(model: str, on: date) -> Decimal:
        return prices.cost("openai", model, Usage(tokens_out=1_000_000), on)

    assert price("m-small", date(2025, 6, 1)) == 1
    assert price("m-small", date(2026, 6, 1)) == 3
    assert price("m-large-2", date(2026, 1, 15)) == 2
    assert price("m-large-2", date(2026, 2, 1)) == 4
    assert price("m-large", date(2026, 6, 1)) == 6


def test_cached_tokens_have_their_own_price(settings: Any) -> None:
    found = prices.cost("openai", "gpt-4o-mini-2024-07-18", MILLION, date(2026, 1, 1))
    assert found == Decimal("0.7125")


def test_a_model_without_a_price_costs_nothing_and_is_said_to_be_unpriced(settings: Any) -> None:
    assert prices.cost("custom", "my-model", MILLION, date(2026, 1, 1)) == 0
    assert not prices.is_priced("custom", "my-model")
    assert prices.is_priced("openai", "gpt-4")
    assert not prices.is_priced("openai", "gpt-4", date(2023, 1, 1))
