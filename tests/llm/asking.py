"""A small request, a provider without a network, and what the ledger says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel

from interviews.llm import providers
from interviews.llm.types import (
    FaultKind,
    ModelFault,
    ModelRequest,
    ProviderReply,
    Purpose,
    Stop,
    Usage,
)
from interviews.models import ModelCall

YES = '{"word": "yes"}'
USED = Usage(tokens_in=1000, tokens_out=200, cached_in=400)


class Word(BaseModel):
    """The shape of every reply here."""

    word: str


def request(**changes: Any) -> ModelRequest[Word]:
    """A request of alice's, about S1-01."""
    usual: dict[str, Any] = {
        "purpose": Purpose.SCORE,
        "prompt_version": "score/1",
        "system": "Say yes in JSON.",
        "user": "Tenants wait 19 days.",
        "reply_type": Word,
        "max_tokens": 100,
        "question_keys": ("S1-01",),
    }
    return ModelRequest(**usual | changes)


Turn = str | ModelFault | Stop | Callable[[], Any]


@dataclass
class Model:
    """A provider that does what its script says, then goes on saying yes."""

    name: str = "custom"
    model: str = "test-model"
    host: str = "model.example:443"
    key_hash: str = "first-key"
    turns: list[Turn] = field(default_factory=list)
    #: What it does when the script has ended.
    usual: Turn = YES
    asked: list[ModelRequest[Any]] = field(default_factory=list)

    def ask(self, request: ModelRequest[Any], *, deadline: float) -> ProviderReply:
        self.asked.append(request)
        turn = self.turns.pop(0) if self.turns else self.usual
        if callable(turn) and not isinstance(turn, str):
            turn = turn() or YES
        if isinstance(turn, ModelFault):
            raise turn
        if isinstance(turn, Stop):
            return ProviderReply("", turn, USED)
        return ProviderReply(turn, usage=USED)


def fault(kind: FaultKind, **more: Any) -> ModelFault:
    """A fault as a provider raises it."""
    return ModelFault(kind, kind.value.replace("_", " "), **more)


def configure(monkeypatch: pytest.MonkeyPatch, settings: Any, *models: Model) -> None:
    """The house asks these models, in this order, and has little patience."""
    settings.LLM_PROVIDER = models[0].name if models else ""
    settings.CACHE_LLM_RESPONSES = False
    retries = settings.LLM["retries"] | {"backoff_seconds": 0.01, "backoff_most_seconds": 0.02}
    settings.LLM = settings.LLM | {"retries": retries}
    monkeypatch.setattr(providers, "configured", lambda: list(models))
    monkeypatch.setattr(providers, "problems", list)


def outcomes() -> list[str]:
    """The ledger's outcomes in the order of the calls, each with its provider."""
    rows: Iterable[ModelCall] = ModelCall.objects.order_by("pk")
    return [f"{row.provider} {row.outcome}" for row in rows]


def counted(name: str, **labels: str) -> float:
    """A counter's value now."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
