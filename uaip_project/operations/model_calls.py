"""One call to each configured language model, and what it came to in one line."""

from __future__ import annotations

from django.conf import settings

from interviews.llm import circuit, providers
from interviews.llm.circuit import Outcome
from interviews.llm.types import FaultKind

#: What a fault means to whoever set the provider up.
MEANINGS = {
    FaultKind.NOT_CONFIGURED: "not configured",
    FaultKind.KEY_REFUSED: "bad key",
    FaultKind.UNKNOWN_MODEL: "unknown model",
    FaultKind.UNAVAILABLE: "unreachable",
    FaultKind.TIMEOUT: "no reply in time",
    FaultKind.THROTTLED: "too many calls",
    FaultKind.MALFORMED: "no structured output",
    FaultKind.WRONG_SHAPE: "no structured output",
    FaultKind.OVER_BUDGET: "budget used up",
}
NONE_WANTED = "No language model is configured (LLM_PROVIDER is empty): the embedded scorer works."


def outcomes() -> list[Outcome]:
    """One for each provider that is named, in the order in which they are asked."""
    if not providers.is_wanted():
        return []
    wanted = dict.fromkeys(
        (
            (settings.LLM_PROVIDER, settings.LLM_MODEL),
            (settings.LLM_FALLBACK_PROVIDER, settings.LLM_FALLBACK_MODEL),
        )
    )
    return [circuit.test(name, model=model, by=None) for name, model in wanted if name]


def line(one: Outcome) -> str:
    """What one came to."""
    who = f"{one.provider} ({one.model})" if one.model else one.provider
    if one.is_ok:
        return f"ok       {who}: {one.sentence} {one.milliseconds} ms."
    meaning = MEANINGS.get(one.kind, str(one.kind)) if one.kind else "failed"
    return f"problem  {who}: {meaning}: {one.sentence}"
