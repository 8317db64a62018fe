"""How many calls this process has under way at each provider, and which one asked for a pause."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from interviews.llm.providers import Provider
from interviews.llm.types import FaultKind, ModelFault

_lock = threading.Lock()
_places: dict[tuple[str, int], threading.BoundedSemaphore] = {}
#: Name, host and model -> the monotonic instant until which it wants to be left in peace.
_pauses: dict[tuple[str, str, str], float] = {}


@contextmanager
def a_place(provider: Provider, *, until: float) -> Iterator[None]:
    """One of LLM_MAX_CONCURRENCY places at the provider. Raises ModelFault(BUSY).

    Waits at most for half of the time that is left: the call itself needs some, too.
    """
    places = _places_at(provider.name, settings.LLM_MAX_CONCURRENCY)
    if not places.acquire(blocking=False):
        let_go_of_the_database()
        if not places.acquire(timeout=max(0.0, (until - time.monotonic()) / 2)):
            raise ModelFault(
                FaultKind.BUSY, f"{settings.LLM_MAX_CONCURRENCY} calls are under way already."
            )
    try:
        yield
    finally:
        places.release()


def let_go_of_the_database() -> None:
    """Gives the connection back: a few pooled ones then serve hundreds of calls in flight."""
    if not connection.in_atomic_block:
        connection.close()


def _places_at(name: str, most: int) -> threading.BoundedSemaphore:
    with _lock:
        return _places.setdefault((name, most), threading.BoundedSemaphore(most))


def pause(provider: Provider, seconds: float) -> None:
    """The provider asked for a pause: every thread of this process keeps it, not only this one."""
    key = (provider.name, provider.host, provider.model)
    with _lock:
        _pauses[key] = max(_pauses.get(key, 0.0), time.monotonic() + seconds)


def pause_left(provider: Provider) -> float:
    """Seconds until the provider wants to be asked again."""
    until = _pauses.get((provider.name, provider.host, provider.model), 0.0)
    return max(0.0, until - time.monotonic())
