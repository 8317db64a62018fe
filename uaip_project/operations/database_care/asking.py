"""Asks the database for rows of its own catalogues, and works beside the web's short timeouts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from uaip_project.operations.runs import CouldNotRun

Row = dict[str, Any]
NEEDS_POSTGRESQL = "This needs PostgreSQL. On SQLite there is one file and one writer: use --sizes."


def rows(
    sql: str, values: Sequence[Any] = (), *, on: BaseDatabaseWrapper | None = None
) -> list[Row]:
    """The rows of a statement as mappings by column."""
    with (on or connection).cursor() as cursor:
        cursor.execute(sql, list(values) or None)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def is_postgresql() -> bool:
    """Whether the database is PostgreSQL."""
    return connection.vendor == "postgresql"


def require_postgresql() -> None:
    """Raises CouldNotRun."""
    if not is_postgresql():
        raise CouldNotRun(NEEDS_POSTGRESQL)


@contextmanager
def patient() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own without the web's timeouts, outside any transaction."""
    own = connection.copy()
    try:
        if own.vendor == "postgresql":
            # Of the pool's connections none may be left without its timeouts.
            own.settings_dict["OPTIONS"].pop("pool", None)
            with own.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
                cursor.execute("SET lock_timeout = '60s'")
        yield own
    finally:
        own.close()


@contextmanager
def unhurried() -> Iterator[None]:
    """This connection without the web's limit for a statement: a look through everything."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        # A transaction that failed takes the setting back with it.
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")


def extension_is_there(name: str) -> bool:
    """Whether PostgreSQL has the extension and, where it counts statements, may be asked."""
    if not rows("SELECT 1 AS one FROM pg_extension WHERE extname = %s", [name]):
        return False
    if name != "pg_stat_statements":
        return True
    try:
        rows("SELECT count(*) AS count FROM pg_stat_statements")
    except DatabaseError:
        return False
    return True
