"""Databases of one PostgreSQL server: a restored one takes the live one's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import sleep

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from uaip_project.operations.backups.scratch import connected
from uaip_project.operations.restoring.names import moment_of
from uaip_project.operations.runs import CouldNotRun

#: Somebody who connects between the ending of all sessions and the rename.
SWAP_TRIES = 20
SWAP_PAUSE_SECONDS = 0.25
#: PostgreSQL cuts names off behind this.
LONGEST_NAME = 63


class Postgres:
    """Databases of one server; their owner may rename them."""

    def __init__(self, live: str) -> None:
        self.live = live

    @contextmanager
    def _server(self) -> Iterator[BaseDatabaseWrapper]:
        """A connection to another database than those that are renamed."""
        with connected("postgres") as connection:
            try:
                connection.ensure_connection()
            except DatabaseError as fault:
                raise CouldNotRun(
                    f"The server cannot be reached by its database postgres: {fault}"
                ) from fault
            yield connection

    def _names(self, mark: str) -> list[str]:
        with self._server() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database ORDER BY datname")
            found = [row[0] for row in cursor.fetchall()]
        named = re.compile(re.escape(self._stem) + rf"_{mark}_\d{{14}}")
        return [name for name in found if named.fullmatch(name)]

    @property
    def _stem(self) -> str:
        return self.live[: LONGEST_NAME - len("_restoring_") - 14]

    def is_there(self) -> bool:
        try:
            with connected(self.live) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM users LIMIT 1")
        except DatabaseError:
            return False
        return True

    def others(self) -> list[str]:
        with self._server() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(nullif(application_name, ''), 'a program'), client_addr::text, "
                "count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = "
                "'client backend' AND pid <> ALL(%s) GROUP BY 1, 2 ORDER BY 1, 2",
                [self.live, self._ours()],
            )
            rows = cursor.fetchall()
        return [f"{count} by {name} ({address or 'socket'})" for name, address, count in rows]

    def _ours(self) -> list[int]:
        """The connection that this very process holds."""
        own = connections[DEFAULT_DB_ALIAS]
        pid: int | None = getattr(getattr(own.connection, "info", None), "backend_pid", None)
        return [pid] if pid else []

    def begin(self, stamp: str) -> str:
        for name in self._names("restoring"):
            self.drop(name)
        name = f"{self._stem}_restoring_{stamp}"
        with self._server() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database "
                "WHERE datname IN (%s, 'template1') ORDER BY datname = 'template1' LIMIT 1",
                [self.live],
            )
            try:
                cursor.execute(
                    f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0 "
                    "ENCODING %s LC_COLLATE %s LC_CTYPE %s",
                    cursor.fetchone(),
                )
            except DatabaseError as fault:
                raise CouldNotRun(
                    f"No database can be made to restore into: {str(fault).strip()} Let the role "
                    f"do it: ALTER ROLE {connection.settings_dict['USER']} CREATEDB."
                ) from fault
        return name

    def give_up(self, name: str) -> None:
        self.drop(name)

    def swap(self, name: str, stamp: str, *, ends_sessions: bool) -> str:
        connections[DEFAULT_DB_ALIAS].close()
        old = f"{self._stem}_before_{stamp}"
        with self._server() as connection:
            for tries_left in reversed(range(SWAP_TRIES)):
                if ends_sessions:
                    self._end_sessions(connection)
                try:
                    return self._rename(connection, name, old)
                except DatabaseError as fault:
                    if not ends_sessions or not tries_left:
                        raise CouldNotRun(
                            f"{self.live} cannot be renamed: {str(fault).strip()} Nothing was "
                            "changed. Stop the web process and the workers, or add --end-sessions."
                        ) from fault
                sleep(SWAP_PAUSE_SECONDS)
        raise AssertionError("The last try returns or raises.")

    def _end_sessions(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [self.live],
            )

    def _rename(self, connection: BaseDatabaseWrapper, name: str, old: str) -> str:
        """Both renames hold, or neither does."""
        quoted = connection.ops.quote_name
        raw = connection.connection
        is_there = self._exists(connection, self.live)
        with raw.transaction(), raw.cursor() as cursor:
            if is_there:
                cursor.execute(f"ALTER DATABASE {quoted(self.live)} RENAME TO {quoted(old)}")
            cursor.execute(f"ALTER DATABASE {quoted(name)} RENAME TO {quoted(self.live)}")
        return old if is_there else ""

    def has(self, name: str) -> bool:
        with self._server() as connection:
            return self._exists(connection, name)

    def _exists(self, connection: BaseDatabaseWrapper, name: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def old_ones(self) -> list[tuple[str, datetime]]:
        named = [(name, moment_of(name)) for name in self._names("before")]
        return [(name, moment) for name, moment in named if moment]

    def drop(self, name: str) -> None:
        with self._server() as connection, connection.cursor() as cursor:
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
