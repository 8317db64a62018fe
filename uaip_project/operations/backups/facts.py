"""What a database holds, said so that a copy of it can be compared: rows and hash of each table."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import AuditHead
from uaip_project.operations.backups.manifest import Table

#: Rows of SQLite that are hashed at a time.
_BATCH = 2000
#: How PostgreSQL writes values as text, whatever the server's or the role's own taste is.
_TEXT_FORM = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    # In the order of the index: a fresh copy has no statistics by which to find that out.
    "SET LOCAL enable_sort = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)
_COLUMNS = """
    SELECT c.relname, a.attname, a.attnum = ANY(coalesce(k.indkey::int2[], '{}')), t.typcollation
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    ORDER BY c.relname, a.attname COLLATE "C"
"""


@dataclass(frozen=True)
class Facts:
    """A database at one moment."""

    database: dict[str, str]
    migrations: dict[str, list[str]]
    tables: dict[str, Table]
    audit: dict[str, Any]


@dataclass
class _Columns:
    every: list[str]
    key: list[str]


def facts_of(using: str) -> Facts:
    """Reads everything once. On PostgreSQL call it in a transaction that sees one snapshot."""
    connection = connections[using]
    with transaction.atomic(using=using):
        return Facts(
            database={"kind": connection.vendor, "version": _version(connection)},
            migrations=_migrations(connection),
            tables=_tables(connection),
            audit=_audit_head(using),
        )


def _version(connection: BaseDatabaseWrapper) -> str:
    if connection.vendor == "sqlite":
        return sqlite3.sqlite_version
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _migrations(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _audit_head(using: str) -> dict[str, Any]:
    head = AuditHead.objects.using(using).filter(pk=1).first()
    return {"sequence": head.sequence, "hash": head.hash} if head else {"sequence": 0, "hash": ""}


def _tables(connection: BaseDatabaseWrapper) -> dict[str, Table]:
    if connection.vendor == "sqlite":
        return {name: _sqlite_table(connection, name) for name in _sqlite_names(connection)}
    with connection.cursor() as cursor:
        for statement in _TEXT_FORM:
            cursor.execute(statement)
        columns = _postgresql_columns(cursor)
        return {name: _postgresql_table(cursor, name, one) for name, one in columns.items()}


def _postgresql_columns(cursor: Any) -> dict[str, _Columns]:
    cursor.execute(_COLUMNS)
    found: dict[str, _Columns] = {}
    for table, column, is_key, collation in cursor.fetchall():
        one = found.setdefault(table, _Columns([], []))
        one.every.append(_quoted(column))
        if is_key:
            # Another server may sort texts otherwise; bytes are sorted alike everywhere.
            one.key.append(_quoted(column) + (' COLLATE "C"' if collation else ""))
    return found


def _postgresql_table(cursor: Any, name: str, columns: _Columns) -> Table:
    """The rows as PostgreSQL itself writes them, in the order of the primary key."""
    order = columns.key or columns.every
    query = _selection(columns.every, name, order)
    digest, count = hashlib.sha256(), 0
    with cursor.copy(f"COPY ({query}) TO STDOUT") as rows:
        for block in rows:
            digest.update(block)
            # A line break inside a value is written as \n: each real one ends a row.
            count += bytes(block).count(b"\n")
    return Table(count, digest.hexdigest())


def _sqlite_names(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%%' "
            "ESCAPE '\\' ORDER BY name",
            [],
        )
        return [row[0] for row in cursor.fetchall()]


def _sqlite_table(connection: BaseDatabaseWrapper, name: str) -> Table:
    digest, count = hashlib.sha256(), 0
    for rows in _sqlite_rows(connection, name):
        count += len(rows)
        # Python's own ASCII form tells 1 from 1.0 and from "1", and never changes.
        digest.update("\n".join(map(ascii, rows)).encode() + b"\n")
    return Table(count, digest.hexdigest())


def _sqlite_rows(connection: BaseDatabaseWrapper, name: str) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({_quoted(name)})")
        columns = cursor.fetchall()
        names = sorted(_quoted(row[1]) for row in columns)
        order = [_quoted(row[1]) for row in sorted(columns, key=lambda row: row[5]) if row[5]]
    # The bare driver: no converter of Django's stands between the stored value and the hash.
    raw = connection.connection.cursor()
    raw.row_factory = None
    typed = [f"+{one}" for one in names]
    raw.execute(_selection(typed, name, order or names))
    while rows := raw.fetchmany(_BATCH):
        yield rows


def _selection(columns: Iterable[str], table: str, order: Iterable[str]) -> str:
    """Names come from the database's own catalogue and are quoted."""
    return " ".join(
        ("SELECT", ", ".join(columns), "FROM", _quoted(table), "ORDER BY", ", ".join(order))
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
