"""A backup while nobody writes, for who wants one: people can read meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from accounts.models import User
from uaip_project.operations import maintenance_mode
from uaip_project.operations.maintenance_mode import Mode

MESSAGE = "A backup is being taken."


@contextmanager
def only_reading(minutes: int, *, by: User | None) -> Iterator[None]:
    """Refuses writes meanwhile; 0 minutes: does nothing.

    Its end is written down beforehand, so that the house opens again by itself if this process is
    killed. What an operator set before or changes meanwhile stays as it is.
    """
    if not minutes or maintenance_mode.read().mode != Mode.OFF:
        yield
        return
    maintenance_mode.start(message=MESSAGE, by=by, lasts=timedelta(minutes=minutes))
    ours = maintenance_mode.read()
    try:
        yield
    finally:
        if maintenance_mode.read() == ours:
            maintenance_mode.stop(by=by)
