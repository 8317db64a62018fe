"""Why somebody cannot come in at the moment, whatever the way; rooms above say so.

Not a signal: what is registered here answers, and the first sentence refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Apps register while they start, before any model can be loaded.
    from accounts.models import User

Ask = Callable[["User"], str]
#: Each answers with the sentence that a person reads, or "" where it has nothing against them.
ASKED: list[Ask] = []


def register(ask: Ask) -> None:
    """Has this asked at every sign-in; once, however often it is registered."""
    if ask not in ASKED:
        ASKED.append(ask)


def refusal(user: User) -> str:
    """Why this person cannot come in now; "" = they can."""
    return next(filter(None, (ask(user) for ask in ASKED)), "")
