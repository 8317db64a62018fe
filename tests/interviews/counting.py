"""Counts the statements of a page, without transaction control (contract: counted that way)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The list is filled when the block ends."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found.extend(
        one["sql"] for one in captured.captured_queries if not one["sql"].startswith(CONTROL)
    )
