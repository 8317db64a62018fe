"""Makes the database itself refuse to change rows that must stay as they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

FUNCTION = "uaip_refuse_change"


def _postgresql(table: str, deed: str) -> list[str]:
    function = f"""CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% rows are never changed: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation'; END $$"""
    statements = [
        function,
        f'CREATE TRIGGER "{table}_refuse_{deed}" BEFORE {deed.upper()} ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()",
    ]
    if deed == "delete":
        statements.append(
            f'CREATE TRIGGER "{table}_refuse_truncate" BEFORE TRUNCATE ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
    return statements


def _sqlite(table: str, deed: str) -> list[str]:
    words = f"'{table} rows are never changed: {deed.upper()} refused'"
    statements = [
        f'CREATE TRIGGER "{table}_refuse_{deed}" BEFORE {deed.upper()} ON "{table}" BEGIN '
        f"SELECT RAISE(ABORT, {words}); END"
    ]
    if deed == "update":
        # INSERT OR REPLACE deletes the old row without asking a trigger of its own.
        statements.append(
            f'CREATE TRIGGER "{table}_refuse_replace" BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id) BEGIN '
            f"SELECT RAISE(ABORT, {words}); END"
        )
    return statements


#: The second trigger that comes with a deed, by vendor.
COMPANIONS = {("postgresql", "delete"): "truncate", ("sqlite", "update"): "replace"}


def refusing(vendor: str, table: str, deed: str) -> list[str]:
    """The statements that make a database refuse ``deed`` ("update" or "delete") on a table."""
    return _postgresql(table, deed) if vendor == "postgresql" else _sqlite(table, deed)


def allowing(vendor: str, table: str, deed: str) -> list[str]:
    """The statements that take that back."""
    where = f' ON "{table}"' if vendor == "postgresql" else ""
    names = [deed, COMPANIONS.get((vendor, deed), "")]
    return [f'DROP TRIGGER IF EXISTS "{table}_refuse_{name}"{where}' for name in names if name]


#: Names of triggers of one table, by vendor.
_TRIGGERS = {
    "postgresql": (
        "SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relname = %s AND t.tgname = %s AND pg_table_is_visible(c.oid)"
    ),
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND name = %s",
}


def is_refused(connection: BaseDatabaseWrapper, table: str, deed: str) -> bool:
    """Whether this database refuses the deed on the table."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor], [table, f"{table}_refuse_{deed}"])
        return cursor.fetchone() is not None


@contextmanager
def lifted(connection: BaseDatabaseWrapper, table: str, deed: str) -> Iterator[None]:
    """Without the trigger for one transaction: pruning of sealed segments, flushing of tests."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in allowing(connection.vendor, table, deed):
            cursor.execute(statement)
        yield
        for statement in refusing(connection.vendor, table, deed):
            cursor.execute(statement)


class AppendOnly(Operation):
    """Migration operation: from here on the database refuses these deeds on a table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, deeds: tuple[str, ...] = ("update",)) -> None:
        self.table = table
        self.deeds = deeds

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {"table": self.table, "deeds": self.deeds})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._run(schema_editor, refusing)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._run(schema_editor, allowing)

    def _run(self, schema_editor: Any, statements: Callable[[str, str, str], list[str]]) -> None:
        for deed in self.deeds:
            for statement in statements(schema_editor.connection.vendor, self.table, deed):
                # No parameters at all: the function's text has percent signs of its own.
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Refuse {' and '.join(self.deeds)} on {self.table}"
