"""Which rooms do which kinds of background work; filled while the apps start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Apps register their work before any model can be loaded.
    from accounts.models import Job

#: Kind of work -> dotted path of its handler, ``handler(job) -> None``. The handler stores its
#: outcome and calls ``jobs.finish`` in one transaction.
HANDLERS: dict[str, str] = {}
#: Kind of work -> dotted path of what to do when it is given up, so that nobody waits for ever.
MOURNERS: dict[str, str] = {}
#: Kinds of work that reach beyond the house: mails, webhooks, calls to language models.
OUTBOUND: set[str] = set()


NOBODY_WAITS = "accounts.job_kinds.nobody_waits"


def register(
    kind: str, *, handler: str, when_given_up: str = NOBODY_WAITS, is_outbound: bool = False
) -> None:
    """Names (by dotted path) who does a kind of work, and who tells people it failed for good."""
    HANDLERS[kind] = handler
    MOURNERS[kind] = when_given_up
    if is_outbound:
        OUTBOUND.add(kind)


def nobody_waits(job: Job) -> None:
    """For work whose job itself is what people look at: its row says that it was given up."""
