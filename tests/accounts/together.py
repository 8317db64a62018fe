"""Deeds that begin at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection

from accounts.services import members, promotions

Deed = Callable[[], Any]
REFUSALS = (members.CannotDo, members.InvitationOver, promotions.PromotionOver, DatabaseError)


def at_once(*deeds: Deed) -> list[Any]:
    """What came of deeds that began together; refusals as values."""
    outcomes: list[Any] = [None] * len(deeds)
    ready = threading.Barrier(len(deeds), timeout=90)

    def run(place: int, deed: Deed) -> None:
        try:
            ready.wait()
            outcomes[place] = deed()
        except REFUSALS as fault:
            outcomes[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return outcomes


def refused(outcomes: list[Any]) -> int:
    return sum(isinstance(one, Exception) for one in outcomes)
