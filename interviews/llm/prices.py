"""What a call costs by the dated price table (config/llm.yaml)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from interviews.llm.types import Usage

PER = Decimal(1_000_000)
#: The places of ModelCall.cost: a hundredth of a millionth.
STEP = Decimal("0.00000001")


def cost(provider: str, model: str, usage: Usage, on: date) -> Decimal:
    """The price of a call on that day; 0 for a model that the table does not know."""
    price = _price(provider, model, on)
    if price is None:
        return Decimal(0)
    cached = min(usage.cached_in, usage.tokens_in)
    total = (
        (usage.tokens_in - cached) * _figure(price, "input")
        + cached * _figure(price, "cached")
        + usage.tokens_out * _figure(price, "output")
    )
    return (total / PER).quantize(STEP, ROUND_HALF_UP)


def is_priced(provider: str, model: str, on: date | None = None) -> bool:
    """Whether the table has a price for the model on that day (default today)."""
    return _price(provider, model, on or timezone.localdate()) is not None


def currency() -> str:
    """The currency of the price table and of the budgets."""
    return str(settings.LLM["budget"].get("currency") or "USD")


def _figure(price: dict[str, Any], key: str) -> Decimal:
    # By way of text: Decimal(0.15) is not 0.15.
    return Decimal(str(price[key]))


def _price(provider: str, model: str, on: date) -> dict[str, Any] | None:
    """The most exact pattern that fits wins, and of its prices the newest that has begun.

    Not the newest of all: a price for "gpt-4o*" must not replace the one of "gpt-4o-mini*".
    """
    fitting = [
        price
        for price in settings.LLM["prices"]
        if price["provider"] == provider and price["from"] <= on and _fits(price["model"], model)
    ]
    return max(fitting, key=_rank, default=None)


def _fits(pattern: str, model: str) -> bool:
    if pattern.endswith("*"):
        return model.startswith(pattern[:-1])
    return model == pattern


def _rank(price: dict[str, Any]) -> tuple[bool, int, date]:
    pattern = str(price["model"])
    return not pattern.endswith("*"), len(pattern), price["from"]
