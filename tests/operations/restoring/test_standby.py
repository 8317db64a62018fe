"""A second server that stands by takes over; nothing that was acknowledged is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.operations.restoring.server import Server, place, running_server
from tests.operations.restoring.waiting import wait_until

ROWS = 200


@pytest.fixture
def standby() -> Iterator[tuple[Server, Server]]:
    """A server, and a replica of it that every commit waits for."""
    with running_server() as first:
        second = Server(place("uaip-standby-"))
        try:
            copy = ["pg_basebackup", "-D", str(second.data), "-R", "-X", "stream", "-c", "fast"]
            first.run(*copy)
            second.run("mkdir", str(second.wal))
            second.start()
            with first.connect() as connection:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                connection.execute("SELECT pg_reload_conf()")
            wait_until(lambda: _is_synchronous(first), "the replica")
            yield first, second
        finally:
            second.run("pg_ctl", "-D", str(second.data), "-m", "immediate", "stop", check=False)
            shutil.rmtree(second.home, ignore_errors=True)


def _is_synchronous(first: Server) -> bool:
    with first.connect() as connection:
        rows = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
    return rows == [("sync",)]


def test_a_replica_takes_over_with_every_acknowledged_row(
    standby: tuple[Server, Server],
) -> None:
    first, second = standby
    with first.connect() as connection:
        connection.execute("CREATE TABLE facts (id integer PRIMARY KEY)")
        for number in range(ROWS):
            connection.execute("INSERT INTO facts VALUES (%s)", [number])
    first.crash()
    second.run("pg_ctl", "-D", str(second.data), "-w", "promote")
    with second.connect() as connection:
        kept = connection.execute("SELECT count(*) FROM facts").fetchone()
        connection.execute("INSERT INTO facts VALUES (%s)", [ROWS])
    assert kept == (ROWS,)
