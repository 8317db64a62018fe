"""Leaves a provider alone that keeps failing: one row for each model, shared by all processes.

Every change is one conditional update by the database's clock, so that it does not matter how many
workers see the same outage, and a restart changes nothing. No row means closed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest, Now

from accounts.models import User
from accounts.services import audit
from interviews.llm.providers import Provider
from interviews.llm.types import FaultKind, ModelFault
from interviews.models import Circuit, CircuitEvent

log = logging.getLogger(__name__)

#: How much of a failure each fault is; what is not named says nothing about the provider's health.
WEIGHTS = {
    FaultKind.TIMEOUT: 1.0,
    FaultKind.UNAVAILABLE: 1.0,
    FaultKind.MALFORMED: 0.5,
    FaultKind.WRONG_SHAPE: 0.5,
}
#: Time does not heal these: a person has to, or another key.
NEEDS_PERSON = frozenset({FaultKind.KEY_REFUSED, FaultKind.UNKNOWN_MODEL})
REASON_LENGTH = 300
#: The model of a row that stands for all of a provider's, those that nobody asked yet included.
EVERY_MODEL = ""


@dataclass(frozen=True)
class Permit:
    """Leave to ask a provider once; a probe is the single call that an open circuit lets through."""

    is_probe: bool = False
    #: Whether failures are on record, which a success then lowers.
    has_failures: bool = False


def permit(provider: Provider) -> Permit | None:
    """Leave for one call now, or None while the circuit is open."""
    names = (provider.model, EVERY_MODEL)
    found = {
        row.model: row for row in Circuit.objects.filter(provider=provider.name, model__in=names)
    }
    if EVERY_MODEL in found and found[EVERY_MODEL].needs_person:
        return None
    row = found.get(provider.model)
    if row is None or row.state == Circuit.State.CLOSED:
        return Permit(has_failures=bool(row and row.failures))
    if row.needs_person and not _has_another_key(row, provider):
        return None
    claimed = (
        Circuit.objects.filter(pk=row.pk, state=Circuit.State.OPEN, needs_person=False)
        .filter(Q(open_until=None) | Q(open_until__lte=Now()))
        .filter(Q(probe_until=None) | Q(probe_until__lt=Now()))
        .update(probe_until=Now() + _seconds("probe_seconds"))
    )
    return Permit(is_probe=True) if claimed else None


def succeeded(provider: Provider, leave: Permit | None = None) -> None:
    """A good probe closes the circuit; any other good reply takes one failure back.

    A reply to a call from before the outage does not close what the outage opened.
    """
    leave = leave or Permit(has_failures=True)
    if leave.is_probe:
        close(provider, _rows(provider).filter(needs_person=False), "A probe was answered.")
    elif leave.has_failures:
        _rows(provider).filter(state=Circuit.State.CLOSED, failures__gt=0).update(
            failures=Greatest(F("failures") - 1.0, 0.0)
        )


def failed(provider: Provider, fault: ModelFault, leave: Permit | None = None) -> None:
    """Counts the fault by its kind, and opens the circuit when it is one too many."""
    is_probe = leave is not None and leave.is_probe
    if fault.kind in NEEDS_PERSON:
        _open_until_a_person_comes(provider, fault)
    elif fault.kind == FaultKind.THROTTLED:
        if is_probe:
            _stay_open(provider, fault, at_least=_wait_asked_for(fault))
    elif fault.kind not in WEIGHTS:
        # It was answered, though not with what we wanted: the provider is there.
        succeeded(provider, leave)
    elif is_probe:
        _stay_open(provider, fault)
    else:
        _count(provider, fault)


def close(provider: Provider, rows: Any, reason: str, by: User | None = None) -> bool:
    """Closes those of the provider's rows that are open; whether one was."""
    with transaction.atomic():
        closed = rows.filter(state=Circuit.State.OPEN).update(**CLOSED)
        if closed:
            note(_rows(provider).get(), "closed", reason, by)
    return bool(closed)


#: The columns of a circuit that never failed.
CLOSED: dict[str, Any] = {
    "state": Circuit.State.CLOSED,
    "failures": 0,
    "counting_since": None,
    "opened_at": None,
    "open_until": None,
    "probe_until": None,
    "needs_person": False,
    "refused_key_hash": "",
    "reason": "",
}


def note(row: Circuit, what: str, reason: str, by: User | None = None) -> None:
    """A line in the circuit's history and in the audit log, in the transaction of the change."""
    reason = reason[:REASON_LENGTH]
    CircuitEvent.objects.create(circuit=row, what=what, reason=reason, caused_by=by)
    audit.record(
        type=f"circuit.{what}",
        actor=by,
        subject=f"circuit {row.provider} {row.model}"[:200],
        detail={"reason": reason},
    )


def _rows(provider: Provider) -> Any:
    return Circuit.objects.filter(provider=provider.name, model=provider.model)


def _row(provider: Provider) -> Circuit:
    return Circuit.objects.get_or_create(provider=provider.name, model=provider.model)[0]


def _seconds(key: str, own: int | None = None) -> timedelta:
    return timedelta(seconds=float(own or settings.LLM["circuit"][key]))


def _has_another_key(row: Circuit, provider: Provider) -> bool:
    """Whether the key that was refused has been replaced; then one probe may try the new one."""
    if not row.refused_key_hash or row.refused_key_hash == provider.key_hash:
        return False
    with transaction.atomic():
        freed = Circuit.objects.filter(
            pk=row.pk, needs_person=True, refused_key_hash=row.refused_key_hash
        ).update(needs_person=False, refused_key_hash="", open_until=Now(), probe_until=None)
        if freed:
            note(row, "key_changed", "Another key or address is set.")
    return True


def _open_until_a_person_comes(provider: Provider, fault: ModelFault) -> None:
    row = _row(provider)
    with transaction.atomic():
        opened = Circuit.objects.filter(pk=row.pk, needs_person=False).update(
            state=Circuit.State.OPEN,
            opened_at=Now(),
            open_until=None,
            probe_until=None,
            needs_person=True,
            refused_key_hash=provider.key_hash,
            reason=str(fault)[:REASON_LENGTH],
        )
        if opened:
            note(row, "opened", str(fault))
    if opened:
        log.error(
            "%s (%s) is left alone until a person resets its circuit or the key changes: %s",
            provider.name,
            provider.model,
            fault,
        )


def _stay_open(provider: Provider, fault: ModelFault, at_least: timedelta = timedelta()) -> None:
    row = _row(provider)
    wait = max(_seconds("open_seconds", row.open_seconds), at_least)
    Circuit.objects.filter(pk=row.pk, state=Circuit.State.OPEN, needs_person=False).update(
        open_until=Now() + wait, probe_until=None, reason=str(fault)[:REASON_LENGTH]
    )


def _wait_asked_for(fault: ModelFault) -> timedelta:
    most = float(settings.LLM["retries"]["throttle_most_seconds"])
    return timedelta(seconds=min(fault.retry_after or 0.0, most))


def _count(provider: Provider, fault: ModelFault) -> None:
    row = _row(provider)
    weight = WEIGHTS[fault.kind]
    window = Now() - _seconds("window_seconds", row.window_seconds)
    is_counting = Q(counting_since__gte=window)
    limit = row.failure_limit or settings.LLM["circuit"]["failures"]
    mine = Circuit.objects.filter(pk=row.pk, state=Circuit.State.CLOSED)
    with transaction.atomic():
        mine.update(
            failures=Case(When(is_counting, then=F("failures") + weight), default=weight),
            counting_since=Case(When(is_counting, then=F("counting_since")), default=Now()),
        )
        opened = mine.filter(failures__gte=limit).update(
            state=Circuit.State.OPEN,
            opened_at=Now(),
            open_until=Now() + _seconds("open_seconds", row.open_seconds),
            probe_until=None,
            reason=str(fault)[:REASON_LENGTH],
        )
        if opened:
            note(row, "opened", str(fault))
    if opened:
        log.warning("%s (%s) is left alone for a while: %s", provider.name, provider.model, fault)
