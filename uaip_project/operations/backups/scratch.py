"""A database of its own for a while: archives are loaded and looked at there."""

from __future__ import annotations

import copy
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from django.utils import timezone

from uaip_project.operations.backups.problems import BackupImpossible

#: A scratch database so old has lost its process.
ABANDONED_AFTER = timedelta(hours=12)
_NAME = re.compile(r"uaip_scratch_(\d{14})_[0-9a-f]{8}")


@contextmanager
def scratch_database(*, folder: Path | None = None) -> Iterator[BaseDatabaseWrapper]:
    """An empty database beside the configured one, gone afterwards, and a connection to it.

    Use it as ``connection.alias``. ``folder`` is where SQLite's file lies meanwhile. Raises
    BackupImpossible where none can be made.
    """
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        with _postgresql() as name, connected(name) as connection:
            yield connection
        return
    with (
        tempfile.TemporaryDirectory(prefix="uaip-scratch-", dir=folder) as own,
        connected(str(Path(own) / "scratch.sqlite3")) as connection,
    ):
        yield connection


@contextmanager
def connected(name: str, **other: Any) -> Iterator[BaseDatabaseWrapper]:
    """A connection to another database of the same server (or another SQLite file)."""
    alias = f"scratch_{secrets.token_hex(4)}"
    wanted = copy.deepcopy(connections.settings[DEFAULT_DB_ALIAS]) | {"NAME": name} | other
    # The pool of the web process would keep a scratch database open that is to be dropped.
    wanted["OPTIONS"].pop("pool", None)
    if "options" in wanted["OPTIONS"]:
        # Loading and hashing take longer than a page may.
        wanted["OPTIONS"]["options"] = "-c lock_timeout=60000 -c statement_timeout=0"
    # In this thread alone, and known to nobody who asks which databases there are.
    connection = load_backend(wanted["ENGINE"]).DatabaseWrapper(wanted, alias)
    connections[alias] = connection
    try:
        yield connection
    finally:
        connection.close()
        del connections[alias]


@contextmanager
def as_default(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """In this thread, models without a word about databases read from ``connection``.

    Services know one database. They check a restored copy with the very code that checks ours.
    """
    own = connections[DEFAULT_DB_ALIAS]
    alias, connection.alias = connection.alias, DEFAULT_DB_ALIAS
    connections[DEFAULT_DB_ALIAS] = connection
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own
        connection.alias = alias


@contextmanager
def _postgresql() -> Iterator[str]:
    drop_abandoned()
    name = f"uaip_scratch_{timezone.now():%Y%m%d%H%M%S}_{secrets.token_hex(4)}"
    create_database(name)
    try:
        yield name
    finally:
        drop_database(name)


@contextmanager
def _maintenance() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own: CREATE DATABASE cannot run in somebody's transaction."""
    with connected(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]) as connection:
        yield connection


def create_database(name: str) -> None:
    """Makes an empty database like ours. Raises BackupImpossible."""
    with _maintenance() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database "
            "WHERE datname = current_database()"
        )
        encoding, collate, ctype = cursor.fetchone()
        try:
            cursor.execute(
                f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0 "
                "ENCODING %s LC_COLLATE %s LC_CTYPE %s",
                [encoding, collate, ctype],
            )
        except DatabaseError as fault:
            user = connection.settings_dict["USER"]
            raise BackupImpossible(
                f"No database can be made to load archives into: {str(fault).strip()} "
                f"Let the role do it: ALTER ROLE {user} CREATEDB."
            ) from fault


def drop_database(name: str) -> None:
    """Drops a database, whoever is connected to it."""
    with _maintenance() as connection, connection.cursor() as cursor:
        quoted = connection.ops.quote_name(name)
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def drop_abandoned() -> list[str]:
    """Drops scratch databases whose process was killed; returns their names."""
    with _maintenance() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'uaip\\_scratch\\_%%'")
        names = [row[0] for row in cursor.fetchall()]
    gone = [name for name in names if _is_abandoned(name)]
    for name in gone:
        drop_database(name)
    return gone


def _is_abandoned(name: str) -> bool:
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    made = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return made < timezone.now() - ABANDONED_AFTER
