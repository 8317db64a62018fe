"""Which rooms do which kinds of background work; filled while the apps start."""

from __future__ import annotations

#: Kind of work -> dotted path of its handler, ``handler(job) -> None``. The handler stores its
#: outcome and calls ``jobs.finish`` in one transaction.
HANDLERS: dict[str, str] = {}
#: Kind of work -> dotted path of what to do when it is given up, so that nobody waits for ever.
MOURNERS: dict[str, str] = {}


def register(kind: str, *, handler: str, when_given_up: str) -> None:
    """Names (by dotted path) who does a kind of work, and who tells people it failed for good."""
    HANDLERS[kind] = handler
    MOURNERS[kind] = when_given_up
