"""What people see and do of circuits: their state, the health of models, reset, test, settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from pydantic import BaseModel

from accounts.models import User
from interviews.llm import budget, calling, providers
from interviews.llm.breaker import (
    CLOSED,
    EVERY_MODEL,
    Permit,
    close,
    failed,
    note,
    permit,
    succeeded,
)
from interviews.llm.types import FaultKind, ModelFault, ModelRequest, Purpose
from interviews.models import Circuit

__all__ = [
    "Outcome",
    "Permit",
    "circuits",
    "configure",
    "force_all_open",
    "failed",
    "force_open",
    "health",
    "permit",
    "reset",
    "succeeded",
    "test",
]

Health = Literal["available", "degraded", "embedded"]

CHECK_VERSION = "check/1"
CHECK_SYSTEM = "You check that a connection works. Answer in JSON."
CHECK_USER = 'Answer {"ok": true}.'
#: What each fault means to somebody who looks after the installation.
IN_WORDS = {
    FaultKind.KEY_REFUSED: "The key is refused",
    FaultKind.UNKNOWN_MODEL: "The model is not known there",
    FaultKind.UNAVAILABLE: "It cannot be reached or is out of order",
    FaultKind.TIMEOUT: "It did not answer in time",
    FaultKind.THROTTLED: "It asks for a pause: too many calls or no quota left",
    FaultKind.MALFORMED: "It gives no structured output",
    FaultKind.WRONG_SHAPE: "It gives structured output of another shape",
    FaultKind.TRUNCATED: "It does not finish a tiny reply",
    FaultKind.REFUSED: "It refuses a harmless question",
    FaultKind.BAD_REQUEST: "It does not take our request",
}
#: Room for models that think before they answer.
CHECK_TOKENS = 200


class CheckReply(BaseModel):
    """The smallest reply that shows that structured output works."""

    ok: bool


@dataclass(frozen=True)
class Outcome:
    """What one test call brought, as a sentence to show; ``kind`` is the fault's, if there was one."""

    is_ok: bool
    provider: str
    model: str
    sentence: str
    kind: FaultKind | None = None
    milliseconds: int = 0


def circuits() -> list[Circuit]:
    """Every circuit on record, with one for each configured provider; ordered by name."""
    # What stood for every model of a provider says nothing once it is closed.
    kept = Circuit.objects.exclude(model=EVERY_MODEL, state=Circuit.State.CLOSED)
    rows = list(kept.order_by("provider", "model"))
    known = {(row.provider, row.model) for row in rows}
    fresh = [one for one in providers.configured() if (one.name, one.model) not in known]
    if not fresh:
        return rows
    for one in fresh:
        Circuit.objects.get_or_create(provider=one.name, model=one.model)
    return list(kept.order_by("provider", "model"))


def health() -> Health:
    """What answers people now, told from rows and settings alone: no call, no token."""
    if not providers.is_wanted():
        return "embedded"
    configured = providers.configured()
    if providers.problems() or not configured:
        return "degraded"
    open_ones = set(
        Circuit.objects.filter(state=Circuit.State.OPEN).values_list("provider", "model")
    )
    if all({(one.name, one.model), (one.name, EVERY_MODEL)} & open_ones for one in configured):
        return "degraded"
    return "degraded" if budget.is_used_up() else "available"


@transaction.atomic
def reset(circuit: Circuit, *, by: User | None, reason: str = "") -> None:
    """Closes the circuit, forgets its failures and lets calls through again."""
    Circuit.objects.filter(pk=circuit.pk).update(**CLOSED)
    note(circuit, "reset", reason, by)
    circuit.refresh_from_db()


@transaction.atomic
def force_open(circuit: Circuit, *, by: User | None, reason: str = "") -> None:
    """Keeps every call from this model until a person resets the circuit."""
    Circuit.objects.filter(pk=circuit.pk).update(
        state=Circuit.State.OPEN,
        opened_at=Now(),
        open_until=None,
        probe_until=None,
        needs_person=True,
        refused_key_hash="",
        reason=reason[:300],
    )
    note(circuit, "forced_open", reason, by)
    circuit.refresh_from_db()


@transaction.atomic
def force_all_open(provider: str, *, by: User | None, reason: str = "") -> Circuit:
    """Keeps every call from a provider, whichever of its models, asked before or not."""
    row, _ = Circuit.objects.get_or_create(provider=provider, model=EVERY_MODEL)
    force_open(row, by=by, reason=reason)
    return row


@transaction.atomic
def configure(
    circuit: Circuit,
    *,
    by: User | None,
    failure_limit: int | None = None,
    window_seconds: int | None = None,
    open_seconds: int | None = None,
) -> None:
    """Sets this circuit's own figures; None takes the site's (config/llm.yaml).

    Raises ValueError naming the figure when one is below 1.
    """
    figures = {
        "failure_limit": failure_limit,
        "window_seconds": window_seconds,
        "open_seconds": open_seconds,
    }
    for name, figure in figures.items():
        if figure is not None and figure < 1:
            raise ValueError(f"{name}: at least 1, or nothing for the site's figure.")
    Circuit.objects.filter(pk=circuit.pk).update(**figures)
    said = ", ".join(f"{name} {figure or 'as the site'}" for name, figure in figures.items())
    note(circuit, "configured", said, by)
    circuit.refresh_from_db()


def test(name: str, *, by: User | None, model: str = "") -> Outcome:
    """One real, tiny call past the circuit; a good one closes it, unless a person forced it open.

    ``model`` tells apart two models of one provider; without it the one asked first is tested.
    """
    try:
        provider = _named(name, model)
    except ModelFault as fault:
        return Outcome(False, name, "", _in_words(fault), fault.kind)
    started = time.monotonic()
    try:
        budget.check()
        calling.call(provider, _check_request(), deadline=started + settings.LLM_TIMEOUT_SECONDS)
    except ModelFault as fault:
        if fault.kind != FaultKind.OVER_BUDGET:
            failed(provider, fault, _as_probe(provider))
        sentence = _in_words(fault)
        outcome = Outcome(False, name, provider.model, sentence, fault.kind, _since(started))
    else:
        _close_after_test(provider, by)
        sentence = f"{provider.model} answered in the shape asked for."
        outcome = Outcome(True, name, provider.model, sentence, None, _since(started))
    _note_test(provider, outcome, by)
    return outcome


def _named(name: str, model: str) -> providers.Provider:
    """The provider as it is configured, else by its own settings. Raises ModelFault."""
    fitting = (
        one for one in providers.configured() if one.name == name and model in ("", one.model)
    )
    return next(fitting, None) or providers.provider(name, model=model)


def _check_request() -> ModelRequest[CheckReply]:
    return ModelRequest(
        purpose=Purpose.CHECK,
        prompt_version=CHECK_VERSION,
        system=CHECK_SYSTEM,
        user=CHECK_USER,
        reply_type=CheckReply,
        max_tokens=CHECK_TOKENS,
    )


def _in_words(fault: ModelFault) -> str:
    words = IN_WORDS.get(fault.kind)
    return f"{words} ({fault})." if words else f"{fault}"


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _as_probe(provider: providers.Provider) -> Permit:
    """A test of an open circuit counts like a probe: a bad one keeps it open."""
    row = Circuit.objects.filter(provider=provider.name, model=provider.model).first()
    return Permit(is_probe=row is not None and row.state == Circuit.State.OPEN)


def _close_after_test(provider: providers.Provider, by: User | None) -> None:
    rows = Circuit.objects.filter(provider=provider.name, model=provider.model)
    # Forced open by a person: needs a person, and no key was ever refused.
    willing = rows.exclude(needs_person=True, refused_key_hash="")
    close(provider, willing, "A test call was answered.", by)


@transaction.atomic
def _note_test(provider: providers.Provider, outcome: Outcome, by: User | None) -> None:
    row, _ = Circuit.objects.get_or_create(provider=provider.name, model=provider.model)
    note(row, "tested", outcome.sentence, by)
