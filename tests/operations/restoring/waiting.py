"""Waits for something to be so."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

LONGEST = 120.0


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Looks often; fails in words when it never comes."""
    until = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < until, f"Waited {LONGEST:.0f} s for {what}."
        time.sleep(0.05)


def somebody_waits() -> bool:
    """Whether somebody stands in line for a row; on SQLite, with its one writer, nobody need be seen."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        # Within a transaction the server shows the same figures again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
