"""Compares the database's schema with the models: what is missing or different, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from accounts.append_only import COMPANIONS, AppendOnly
from uaip_project.operations.database_care import asking, upkeep

#: Triggers and views that migrations make beside what models say.
TRIGGERS = {"audit_logs": ("audit_logs_move_head",)}
VIEWS = ("conversation_history",)


@dataclass(frozen=True)
class Flaw:
    """One thing that is not as this release expects."""

    kind: str
    name: str
    sentence: str


def flaws() -> Iterator[Flaw]:
    """All of them."""
    yield from _migrations()
    with connection.cursor() as cursor:
        there = {one.name for one in connection.introspection.get_table_list(cursor)}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if not model._meta.managed:
            continue
        if table not in there:
            yield Flaw("table", table, f"Table {table} is missing.")
        else:
            yield from _table(model)
    for view in VIEWS:
        if view not in there:
            yield Flaw("view", view, f"View {view} is missing.")
    yield from _triggers(there)
    if asking.is_postgresql():
        yield from _only_on_postgresql()


def _migrations() -> Iterator[Flaw]:
    loader = MigrationLoader(connection)
    applied = loader.applied_migrations
    # Not the executor's plan: it takes for applied whatever comes before an applied one.
    for node in sorted(loader.graph.nodes.keys() - applied.keys()):
        name = ".".join(node)
        if any(child in applied for child in loader.graph.node_map[node].children):
            words = f"Migration {name} is not on record, yet a later one is. Restore a backup."
        else:
            words = f"Migration {name} is not applied. Run `migrate`."
        yield Flaw("migration", name, words)
    known = {str(app.label) for app in apps.get_app_configs()}
    for app, name in applied:
        if app in known and (app, name) not in loader.graph.nodes:
            replaced = any((app, name) in one.replaces for one in _squashed(loader))
            if not replaced:
                words = f"Migration {app}.{name} was applied by a newer release than this one."
                yield Flaw("migration", f"{app}.{name}", words)


def _squashed(loader: MigrationLoader) -> Iterable[Any]:
    return loader.replacements.values()


def _table(model: type[models.Model]) -> Iterator[Flaw]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        columns = {
            one.name: one for one in connection.introspection.get_table_description(cursor, table)
        }
        constraints = connection.introspection.get_constraints(cursor, table)
    for field in model._meta.local_concrete_fields:
        name = f"{table}.{field.column}"
        column = columns.get(field.column)
        if column is None:
            yield Flaw("column", name, f"Column {name} is missing.")
            continue
        if column.null_ok and not field.null and not field.primary_key:
            yield Flaw("not null", name, f"Column {name} takes NULL although it must not.")
        yield from _of_field(field, name, constraints)
    yield from _named(model, constraints)


def _of_field(
    field: models.Field[Any, Any], name: str, constraints: dict[str, Any]
) -> Iterator[Flaw]:
    """What a single column promises: unique, a key into another table, an index."""
    own = [one for one in constraints.values() if one["columns"][:1] == [field.column]]
    alone = [one for one in own if one["columns"] == [field.column]]
    if field.unique and not any(one["unique"] or one["primary_key"] for one in alone):
        yield Flaw("unique", name, f"Column {name} is not unique although it must be.")
    if isinstance(field, models.ForeignKey) and field.db_constraint:
        target = field.related_model._meta.db_table
        if not any((one["foreign_key"] or ("",))[0] == target for one in alone):
            yield Flaw("key", name, f"Column {name} has no key into {target}.")
    if field.db_index and not field.unique and not any(one["index"] for one in own):
        yield Flaw("index", name, f"Column {name} has no index.")


def _named(model: type[models.Model], constraints: dict[str, Any]) -> Iterator[Flaw]:
    for index in model._meta.indexes:
        if index.name not in constraints:
            yield Flaw("index", index.name, f"Index {index.name} is missing.")
    for constraint in model._meta.constraints:
        if constraint.name not in constraints:
            words = f"Constraint {constraint.name} is missing on {model._meta.db_table}."
            yield Flaw("constraint", constraint.name, words)
    for together in model._meta.unique_together:
        columns = [model._meta.get_field(one).column for one in together]
        if not any(one["unique"] and one["columns"] == columns for one in constraints.values()):
            name = f"{model._meta.db_table}.{'+'.join(columns)}"
            yield Flaw("unique", name, f"{name} is not unique although it must be.")


def expected_triggers() -> dict[str, set[str]]:
    """Table -> names of its triggers, as the migrations made them."""
    found: dict[str, set[str]] = {table: set(names) for table, names in TRIGGERS.items()}
    loader = MigrationLoader(None)
    for migration in loader.disk_migrations.values():
        for operation in migration.operations:
            if isinstance(operation, AppendOnly):
                deeds = [*operation.deeds, *_companions(operation.deeds)]
                names = {f"{operation.table}_refuse_{deed}" for deed in deeds}
                found.setdefault(operation.table, set()).update(names)
    return found


def _companions(deeds: Iterable[str]) -> Iterator[str]:
    for deed in deeds:
        companion = COMPANIONS.get((connection.vendor, deed))
        if companion:
            yield companion


def _triggers(tables: set[str]) -> Iterator[Flaw]:
    if asking.is_postgresql():
        sql = (
            "SELECT c.relname AS table, t.tgname AS name, t.tgenabled::text AS enabled "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
    else:
        sql = "SELECT tbl_name AS 'table', name, 'O' AS enabled FROM sqlite_master WHERE type = 'trigger'"
    enabled = {(row["table"], row["name"]) for row in asking.rows(sql) if row["enabled"] != "D"}
    for table, names in sorted(expected_triggers().items()):
        for name in sorted(names):
            if table in tables and (table, name) not in enabled:
                words = (
                    f"Trigger {name} is missing or switched off: rows of {table} can be changed."
                )
                yield Flaw("trigger", name, words)


def _only_on_postgresql() -> Iterator[Flaw]:
    for row in upkeep.invalid_indexes():
        yield Flaw(
            "index", row["name"], f"Index {row['name']} is invalid. `db maintain --reindex`."
        )
    sql = (
        "SELECT conname AS name, conrelid::regclass::text AS table FROM pg_constraint "
        "WHERE NOT convalidated AND connamespace = 'public'::regnamespace"
    )
    for row in asking.rows(sql):
        words = f"Constraint {row['name']} on {row['table']} was never checked on old rows."
        yield Flaw("constraint", row["name"], words)
