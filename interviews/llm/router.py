"""Asks the providers in turn until one gives a usable reply, within one budget of time.

What follows on which fault is the table D6 of the reliability rules, written down in `_next_try`.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.db import Error

from interviews import metrics
from interviews.llm import (
    breaker,
    budget,
    cache,
    calling,
    concurrency,
    consent,
    ledger,
    providers,
)
from interviews.llm.providers import Provider
from interviews.llm.types import Content, FaultKind, ModelFault, ModelReply, ModelRequest

log = logging.getLogger(__name__)

_chance = secrets.SystemRandom()

#: Another provider would say the same, or must not be asked.
FINAL = frozenset({FaultKind.REFUSED, FaultKind.OVER_BUDGET, FaultKind.KEPT_AWAY})
#: Nothing was sent, so it tells less than a fault of a real call.
NOT_SENT = frozenset({FaultKind.NOT_CONFIGURED, FaultKind.CIRCUIT_OPEN, FaultKind.BUSY})
HELD_BACK = frozenset({FaultKind.CIRCUIT_OPEN, FaultKind.BUSY, FaultKind.OVER_BUDGET})
#: Faults that pass by themselves, and replies that a second try may mend.
PASSING = frozenset({FaultKind.THROTTLED, FaultKind.TIMEOUT, FaultKind.UNAVAILABLE})
UNREADABLE = frozenset({FaultKind.MALFORMED, FaultKind.WRONG_SHAPE})
#: The share of a call's time limit that must be left for another try to be worth its money.
LEAST_SHARE = 0.25


@dataclass
class _Errand:
    """One request on its way to one provider: until when, and what was tried already."""

    provider: Provider
    request: ModelRequest[Any]
    until: float
    #: Whether another provider can be asked after this one.
    has_another: bool
    #: Seconds below which another try is not begun.
    least: float
    retries: int = 0
    is_repaired: bool = False
    has_more_tokens: bool = False

    @property
    def call_deadline(self) -> float:
        """The ``monotonic()`` instant by which a call that starts now must have ended."""
        return min(self.until, monotonic() + settings.LLM_TIMEOUT_SECONDS)

    def has_time_after(self, wait: float) -> bool:
        """Whether a call that starts after that many seconds has a fair chance to finish."""
        return monotonic() + wait + self.least <= self.until


def is_configured() -> bool:
    """Whether there is any model to ask."""
    return bool(providers.configured())


def ask(
    request: ModelRequest[Content], *, seconds: float | None = None, avoid: tuple[str, ...] = ()
) -> ModelReply[Content]:
    """The reply of the first model that gives a usable one.

    ``seconds`` is for all tries together (default UAIP_LLM_ATTEMPT_SECONDS); providers named in
    ``avoid`` are left out while another is configured. Raises the most telling ModelFault.
    """
    deadline = monotonic() + (settings.LLM_ATTEMPT_SECONDS if seconds is None else seconds)
    chosen = _chosen(avoid)
    faults: list[ModelFault] = []
    for others, provider in zip(reversed(range(len(chosen))), chosen, strict=True):
        try:
            return _ask(_errand(provider, request, deadline, others))
        except ModelFault as fault:
            log.info("%s did not help with %s: %s", provider.name, request.purpose, fault)
            faults.append(fault)
            if fault.kind in FINAL:
                break
    raise _most_telling(faults)


def _chosen(avoid: tuple[str, ...]) -> list[Provider]:
    configured = list(providers.configured())
    return [one for one in configured if one.name not in avoid] or configured


def _errand(
    provider: Provider, request: ModelRequest[Any], deadline: float, others: int
) -> _Errand:
    """Each provider that is left has an equal share of the time.

    Else a primary that hangs would leave none for its fallback.
    """
    share = max(0.0, deadline - monotonic()) / (others + 1)
    return _Errand(
        provider=provider,
        request=request,
        until=monotonic() + share,
        has_another=others > 0,
        least=LEAST_SHARE * min(share, settings.LLM_TIMEOUT_SECONDS),
    )


def _most_telling(faults: list[ModelFault]) -> ModelFault:
    """The last fault of a real call, else the last one."""
    if not faults:
        if providers.is_wanted():
            metrics.llm_failed(settings.LLM_PROVIDER, FaultKind.NOT_CONFIGURED)
        return ModelFault(FaultKind.NOT_CONFIGURED, "No language model is configured.")
    sent = [fault for fault in faults if fault.kind not in NOT_SENT]
    return (sent or faults)[-1]


def _ask(errand: _Errand) -> ModelReply[Any]:
    """Asks one provider as often as the faults it gives allow. Raises the last ModelFault."""
    kept = cache.find(errand.provider, errand.request)
    if kept:
        found = ledger.Called(kept.provider, kept.model, outcome=ledger.CACHED)
        ledger.record(errand.request, found)
        return kept
    before: ModelFault | None = None
    while True:
        try:
            _keep_pause(errand)
            return _try_once(errand)
        except ModelFault as fault:
            if fault.kind in HELD_BACK:
                metrics.llm_failed(errand.provider.name, fault.kind)
                raise (before or fault) from None
            wait = _next_try(errand, fault)
            if wait is None:
                raise
            before = fault
        _rest(wait)


def _try_once(errand: _Errand) -> ModelReply[Any]:
    """One call, if crowding, budget and circuit allow it. Raises ModelFault."""
    provider = errand.provider
    with concurrency.a_place(provider, until=errand.call_deadline):
        consent.check(errand.request)
        budget.check()
        leave = breaker.permit(provider)
        if leave is None:
            raise ModelFault(FaultKind.CIRCUIT_OPEN, f"{provider.name} is left alone for now.")
        deadline = errand.call_deadline
        is_hurried = deadline - monotonic() < LEAST_SHARE * settings.LLM_TIMEOUT_SECONDS
        try:
            reply = calling.call(provider, errand.request, deadline=deadline)
        except ModelFault as fault:
            # Our own hurry is no illness of the provider, but a probe has to say something.
            if fault.kind != FaultKind.TIMEOUT or not is_hurried or leave.is_probe:
                _remember(provider, leave, fault)
            raise
        _remember(provider, leave, None)
        return reply


def _remember(provider: Provider, leave: breaker.Permit, fault: ModelFault | None) -> None:
    """Tells the circuit; a database that is away must not cost a reply that was paid for."""
    try:
        if fault is None:
            breaker.succeeded(provider, leave)
        else:
            breaker.failed(provider, fault, leave)
    except Error:
        log.exception("The circuit of %s could not be written.", provider.name)


def _next_try(errand: _Errand, fault: ModelFault) -> float | None:
    """Seconds until this provider is asked again; None when it is not (reliability D6)."""
    if fault.kind in PASSING:
        wait = _wait_after(errand, fault)
    elif fault.kind == FaultKind.TRUNCATED and not errand.has_more_tokens:
        errand.has_more_tokens = True
        errand.request = replace(errand.request, max_tokens=errand.request.max_tokens * 2)
        wait = 0.0
    elif fault.kind in UNREADABLE and not errand.is_repaired:
        errand.is_repaired = True
        errand.request = errand.request.repaired(_repair_note(fault))
        wait = 0.0
    else:
        return None
    return wait if wait is not None and errand.has_time_after(wait) else None


def _repair_note(fault: ModelFault) -> str:
    return (
        f"Your last reply could not be used ({fault}). Answer again in exactly the shape asked for."
    )


def _wait_after(errand: _Errand, fault: ModelFault) -> float | None:
    """How long to wait after a fault that passes by itself; None when the tries are used up."""
    figures = settings.LLM["retries"]
    first = float(figures["backoff_seconds"])
    backoff = min(first * 2**errand.retries, float(figures["backoff_most_seconds"]))
    errand.retries += 1
    if fault.retry_after is None:
        asked, wait = 0.0, _chance.uniform(0, backoff)
    else:
        asked = min(max(fault.retry_after, 0.0), float(figures["throttle_most_seconds"]))
        wait = asked + _chance.uniform(0, first)
    if fault.kind == FaultKind.THROTTLED:
        concurrency.pause(errand.provider, asked or wait)
    is_long = wait > figures["fallback_after_seconds"] and errand.has_another
    return None if is_long or errand.retries > figures["most"] else wait


def _keep_pause(errand: _Errand) -> None:
    """Waits as long as the provider asked another thread to. Raises ModelFault(THROTTLED)."""
    left = concurrency.pause_left(errand.provider)
    if not left:
        return
    figures = settings.LLM["retries"]
    wait = left + _chance.uniform(0, figures["backoff_seconds"])
    is_long = wait > figures["fallback_after_seconds"] and errand.has_another
    if is_long or not errand.has_time_after(wait):
        raise ModelFault(FaultKind.THROTTLED, "It asked for a pause.", retry_after=left)
    _rest(wait)


def _rest(seconds: float) -> None:
    concurrency.let_go_of_the_database()
    sleep(seconds)
