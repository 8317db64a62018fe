"""What operators see of language models and do about them, for page, API and command alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from interviews.llm import budget, circuit, prices, providers
from interviews.llm.types import FaultKind, ModelFault
from interviews.models import Circuit, CircuitEvent, ModelSpend
from uaip_project.operations.models import Containment

SPEND_DAYS = 30
HISTORY_LENGTH = 50
#: One process at a time tries a model that was left alone (docs/adr/0012).
PROBES_AT_ONCE = 1


class NoSuchCircuit(LookupError):
    """Nobody asked such a model yet, and none is configured."""


class StaysShut(Exception):
    """An incident keeps this provider from being asked, and nobody let it go yet."""

    def __init__(self, provider: str, target: str) -> None:
        super().__init__(
            f"{provider} was shut off in an incident. Where that is over, "
            f"`{f'incident release provider {target}'.strip()}` lets it go."
        )


@dataclass(frozen=True)
class Figures:
    """The figures that a circuit goes by, its own or the site's."""

    failure_limit: int
    window_seconds: int
    open_seconds: int


def figures_of(row: Circuit) -> Figures:
    """What holds for this circuit."""
    site = settings.LLM["circuit"]
    return Figures(
        failure_limit=int(row.failure_limit or site["failures"]),
        window_seconds=int(row.window_seconds or site["window_seconds"]),
        open_seconds=int(row.open_seconds or site["open_seconds"]),
    )


def state_of(row: Circuit) -> str:
    """closed, open, probing (one call is let through) or stopped (until a person resets it)."""
    if row.state == Circuit.State.CLOSED:
        return "closed"
    if row.needs_person:
        return "stopped"
    probing = row.probe_until is not None and row.probe_until > timezone.now()
    return "probing" if probing else "open"


def described(row: Circuit) -> dict[str, Any]:
    """One circuit as plain data."""
    figures = figures_of(row)
    return {
        "provider": row.provider,
        "model": row.model,
        "state": state_of(row),
        "failures": row.failures,
        "opened_at": row.opened_at,
        "open_until": row.open_until,
        "reason": row.reason,
        "failure_threshold": figures.failure_limit,
        "window_seconds": figures.window_seconds,
        "recovery_timeout": figures.open_seconds,
        "half_open_max_calls": PROBES_AT_ONCE,
        "is_priced": prices.is_priced(row.provider, row.model),
    }


def in_order() -> list[Circuit]:
    """Every circuit: of the model asked first, of its fallback, then of those asked no more."""
    asked = [(one.name, one.model) for one in providers.configured()]

    def place(row: Circuit) -> int:
        key = (row.provider, row.model)
        return asked.index(key) if key in asked else len(asked)

    return sorted(circuit.circuits(), key=place)


def status() -> dict[str, Any]:
    """Health, what is missing, and every circuit."""
    return {
        "llm": circuit.health(),
        "problems": providers.problems(),
        "circuits": [described(row) for row in in_order()],
    }


def standing() -> dict[str, Any]:
    """The budget as plain data."""
    found = budget.standing()
    return {
        "daily_spent": found.daily_spent,
        "daily_limit": found.daily_limit,
        "monthly_spent": found.monthly_spent,
        "monthly_limit": found.monthly_limit,
        "currency": prices.currency(),
        "is_warning": found.is_warning,
        "is_exhausted": found.is_exhausted,
    }


def summary() -> dict[str, Any]:
    """How models fared in the last day, in a few figures."""
    rows = circuit.circuits()
    since = timezone.now() - timedelta(days=1)
    events = CircuitEvent.objects.filter(happened_at__gte=since).order_by()
    opened = events.filter(what__in=["opened", "forced_open"]).count()
    return {
        "llm": circuit.health(),
        "closed": sum(state_of(row) == "closed" for row in rows),
        "not_closed": sum(state_of(row) != "closed" for row in rows),
        "opened_last_day": opened,
        "changes_last_day": events.count(),
        "budget": standing(),
    }


def chosen(provider: str = "", model: str = "") -> list[Circuit]:
    """The circuits named, or all of them. Raises NoSuchCircuit when a name fits none."""
    found = [
        row for row in in_order() if provider in ("", row.provider) and model in ("", row.model)
    ]
    if not found and (provider or model):
        raise NoSuchCircuit(f"There is no circuit of {' '.join(filter(None, (provider, model)))}.")
    return found


@transaction.atomic
def reset(rows: Iterable[Circuit], *, by: User | None, reason: str) -> None:
    """Lets calls through again, to all of them or to none. Raises StaysShut."""
    shut = Containment.objects.in_force().filter(kind=Containment.Kind.PROVIDER)
    for row in rows:
        found = shut.filter(target__in=("", row.provider)).first()
        if found is not None:
            raise StaysShut(row.provider, found.target)
        circuit.reset(row, by=by, reason=reason)


def test_each(provider: str = "", model: str = "", *, by: User | None) -> list[circuit.Outcome]:
    """One real tiny call to each model that is configured now. Raises NoSuchCircuit."""
    configured = {(one.name, one.model) for one in providers.configured()}
    rows = [row for row in chosen(provider, model) if (row.provider, row.model) in configured]
    if not rows:
        raise NoSuchCircuit("No such model is configured: there is nothing to test.")
    return [circuit.test(row.provider, model=row.model, by=by) for row in rows]


def outcome_data(one: circuit.Outcome) -> dict[str, Any]:
    """What a test call brought, as plain data."""
    return {
        "provider": one.provider,
        "model": one.model,
        "ok": one.is_ok,
        "kind": one.kind,
        "sentence": one.sentence,
        "milliseconds": one.milliseconds,
    }


def history() -> list[CircuitEvent]:
    """The latest changes of all circuits."""
    return list(CircuitEvent.objects.select_related("circuit", "caused_by")[:HISTORY_LENGTH])


def spend() -> list[ModelSpend]:
    """What was spent, day by day and provider by provider, the latest first."""
    since = timezone.localdate() - timedelta(days=SPEND_DAYS)
    return list(ModelSpend.objects.filter(day__gt=since).order_by("-day", "provider"))


@dataclass(frozen=True)
class _Stranger:
    """A provider that is nowhere: for rehearsing an outage without asking anybody."""

    name: str = "rehearsal"
    model: str = "rehearsal"
    host: str = ""
    key_hash: str = ""

    def ask(self, request: Any, *, deadline: float) -> Any:
        raise ModelFault(FaultKind.UNAVAILABLE, "This provider is only rehearsed.")


@dataclass(frozen=True)
class Rehearsal:
    """Whether a circuit opens under failures and closes when it is reset."""

    opened_after: int
    is_closed_again: bool

    @property
    def is_ok(self) -> bool:
        return bool(self.opened_after) and self.is_closed_again

    def __str__(self) -> str:
        if not self.opened_after:
            return "The circuit did not open."
        closing = "closed again" if self.is_closed_again else "did not close again"
        return f"The circuit opened after {self.opened_after} failures and {closing}."


def rehearse(*, by: User | None) -> Rehearsal:
    """Plays an outage of a provider that does not exist: no call, no token, no row left behind."""
    with transaction.atomic():
        outcome = _play(_Stranger())
        transaction.set_rollback(True)
    with transaction.atomic():
        audit.record(
            type="circuit.rehearsed", actor=by, subject="circuits", detail={"ok": outcome.is_ok}
        )
    return outcome


def _play(stranger: Any) -> Rehearsal:
    fault = ModelFault(FaultKind.UNAVAILABLE, "A rehearsed failure.")
    most = int(settings.LLM["circuit"]["failures"]) + 1
    opened_after = 0
    for count in range(1, most + 1):
        circuit.failed(stranger, fault)
        if circuit.permit(stranger) is None:
            opened_after = count
            break
    for row in Circuit.objects.filter(provider=stranger.name, model=stranger.model):
        circuit.reset(row, by=None, reason="Rehearsed.")
    return Rehearsal(opened_after, circuit.permit(stranger) is not None)
