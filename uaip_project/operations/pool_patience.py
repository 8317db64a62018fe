"""Whether this thread gets a connection to the database within a moment, for who must not wait."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections


def is_reachable(*, seconds: float) -> bool:
    """Opens this thread's connection; it stays open for the questions that follow.

    Without a pool nobody stands in line: then the server answers, or the question itself fails.
    """
    connection: Any = connections[DEFAULT_DB_ALIAS]
    pool = getattr(connection, "pool", None)
    if connection.connection is not None or pool is None:
        return True
    try:
        with connection.wrap_database_errors:
            pool.open()
            # A page waits longer than this for its turn (settings.DATABASES).
            pool.putconn(pool.getconn(timeout=seconds))
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True
