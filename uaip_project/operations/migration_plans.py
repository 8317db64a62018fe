"""What the pending migrations would do: their SQL, and whether the version of before survives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation

#: What the version of before still asks for, or still writes.
TAKES_AWAY: dict[type[Operation], str] = {
    migrations.RemoveField: "takes {model_name}.{name} away",
    migrations.DeleteModel: "takes the table of {name} away",
    migrations.RenameField: "gives {model_name}.{old_name} another name",
    migrations.RenameModel: "gives the table of {old_name} another name",
    migrations.AlterModelTable: "gives the table of {name} another name",
}


def pending() -> list[Migration]:
    """Migrations that this version has and the database has not, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _ in plan]


def unknown() -> list[str]:
    """Migrations that the database has and this version does not know: it is older than those."""
    loader = MigrationExecutor(connection).loader
    ours = set(loader.disk_migrations)
    # A migration that others replace stays noted when its file is gone.
    ours |= {key for one in loader.disk_migrations.values() for key in one.replaces}
    return [f"{app}.{name}" for app, name in sorted(set(loader.applied_migrations) - ours)]


def sql_of(found: Sequence[Migration]) -> list[str]:
    """Their statements, as PostgreSQL or SQLite would get them; nothing is executed."""
    executor = MigrationExecutor(connection)
    return executor.loader.collect_sql([(one, False) for one in found])


def contractions(found: Sequence[Migration]) -> list[str]:
    """What in them would make the version of before fail while both serve, one sentence each."""
    return [
        f"{one.app_label}.{one.name} {words}."
        for one in found
        for words in _contracts(one.operations, _made_by(found))
    ]


def _made_by(found: Sequence[Migration]) -> set[str]:
    """Tables that these migrations make: nobody of before knows them."""
    return {
        operation.name.lower()
        for one in found
        for operation in one.operations
        if isinstance(operation, migrations.CreateModel)
    }


def _contracts(operations: Sequence[Operation], new: set[str]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _contracts(operation.database_operations, new)
        table = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
        if table in new:
            continue
        for kind, words in TAKES_AWAY.items():
            if type(operation) is kind:
                yield words.format(**vars(operation))
        if isinstance(operation, migrations.AddField | migrations.AlterField):
            yield from _must_be_written(operation)
        if isinstance(operation, migrations.AddConstraint):
            yield f"lets fewer rows into {operation.model_name} ({operation.constraint.name})"


def _must_be_written(operation: Any) -> Iterator[str]:
    """A column without a value of its own in the database, which older code does not fill in."""
    field: models.Field[Any, Any] = operation.field
    is_filled = field.null or field.many_to_many or field.has_db_default()
    if isinstance(operation, migrations.AddField) and not is_filled:
        yield f"adds {operation.model_name}.{operation.name}, which older code does not fill in"
