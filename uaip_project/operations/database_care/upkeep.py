"""Vacuums, analyses and reindexes; writes go on meanwhile on PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from uaip_project.operations.database_care import asking, sizes
from uaip_project.operations.runs import CouldNotRun, Outcome

#: VACUUM of SQLite writes the whole file anew beside itself, and the journal as well.
ROOM_NEEDED = 2.2


def tables() -> list[str]:
    """Every table of ours that is there, by name."""
    there = set(connection.introspection.table_names())
    ours = {one._meta.db_table for one in apps.get_models(include_auto_created=True)}
    return sorted(ours & there)


def maintain(*, is_reindexing: bool = False) -> Outcome:
    """Gives back what deleted rows took and refreshes what the planner knows. Raises CouldNotRun."""
    before = sizes.database_bytes()
    detail = _postgresql(is_reindexing) if asking.is_postgresql() else _sqlite()
    after = sizes.database_bytes()
    data = {"bytes_before": before, "bytes_after": after} | detail
    lines = [
        f"Tended {len(detail['tables'])} tables: {sizes.said(before)} before, {sizes.said(after)} now."
    ]
    if asking.is_postgresql():
        lines.append(f"Dead rows: {detail['dead_before']:,} before, {detail['dead_after']:,} now.")
    if detail.get("invalid"):
        lines.append(f"Invalid indexes: {', '.join(detail['invalid'])}. Run it with --reindex.")
    return Outcome(data, lines, is_problem=bool(detail.get("invalid")))


def _postgresql(is_reindexing: bool) -> dict[str, Any]:
    chosen = tables()
    with asking.patient() as own:
        before = _dead(own)
        with own.cursor() as cursor:
            for table in chosen:
                name = own.ops.quote_name(table)
                cursor.execute(f"VACUUM (ANALYZE) {name}")
                if is_reindexing:
                    # What an earlier run left half-done would be rebuilt with the rest.
                    _drop_halves(own, table)
                    cursor.execute(f"REINDEX TABLE CONCURRENTLY {name}")
        return {
            "tables": chosen,
            "is_reindexed": is_reindexing,
            "dead_before": before,
            "dead_after": _dead(own),
            "invalid": [row["name"] for row in invalid_indexes()],
        }


def _dead(own: Any) -> int:
    if own.pg_version >= 150000:
        asking.rows("SELECT pg_stat_force_next_flush()", on=own)
    sql = "SELECT coalesce(sum(n_dead_tup), 0)::bigint AS dead FROM pg_stat_user_tables"
    return int(asking.rows(sql, on=own)[0]["dead"])


def _drop_halves(own: Any, table: str) -> None:
    """Indexes that REINDEX CONCURRENTLY left when it was stopped; nothing uses them."""
    for row in invalid_indexes(table):
        if "_ccnew" in row["name"] or "_ccold" in row["name"]:
            with own.cursor() as cursor:
                name = own.ops.quote_name(row["name"])
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def invalid_indexes(table: str = "") -> list[asking.Row]:
    """Indexes of PostgreSQL that no statement may use."""
    sql = (
        "SELECT i.relname AS name, t.relname AS table FROM pg_index x "
        "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
        "WHERE NOT x.indisvalid AND pg_table_is_visible(t.oid) AND t.relname LIKE %s ORDER BY 1"
    )
    return asking.rows(sql, [table or "%"])


def _sqlite() -> dict[str, Any]:
    path = Path(connection.settings_dict["NAME"])
    needed = sizes.database_bytes() * ROOM_NEEDED
    if path.exists() and shutil.disk_usage(path.parent).free < needed:
        room = sizes.said(int(needed))
        raise CouldNotRun(
            f"VACUUM needs {room} free beside {path.name}. Make room, then try again."
        )
    with asking.patient() as own, own.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {30_000 if settings.IS_PRODUCTION else 5_000}")
        cursor.execute("REINDEX")
        cursor.execute("ANALYZE")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"tables": tables(), "is_reindexed": True}
