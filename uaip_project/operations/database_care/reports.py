"""What PostgreSQL knows about itself: bloat, indexes, slow statements, connections, locks."""

from __future__ import annotations

from collections.abc import Callable

from uaip_project.operations.database_care import asking, sizes, upkeep
from uaip_project.operations.database_care.asking import Row
from uaip_project.operations.runs import Outcome

#: A table with at least so many dead rows, and this share of all, wants a vacuum.
DEAD_ROWS, DEAD_SHARE = 1_000, 0.2
#: An index this large that nobody asked for costs every write something.
UNUSED_BYTES = 1024 * 1024
#: A table that was read from end to end so often, with so many rows, may want an index.
SCANS, SCANNED_ROWS = 100, 10_000
#: A statement that runs for so long is slow.
SLOW_SECONDS = 1.0
SHOWN = 200


def bloat() -> list[Row]:
    """Tables with many dead rows."""
    found = asking.rows(
        "SELECT relname AS table, n_live_tup AS live, n_dead_tup AS dead, "
        "pg_total_relation_size(relid) AS bytes, last_autovacuum, last_vacuum "
        "FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 30"
    )
    for row in found:
        share = row["dead"] / max(row["dead"] + row["live"], 1)
        row["share"] = round(share, 3)
        row["is_problem"] = row["dead"] >= DEAD_ROWS and share >= DEAD_SHARE
    return found


def indexes() -> list[Row]:
    """Indexes that are invalid, unused, or there twice; tables that may want one."""
    unused = asking.rows(
        "SELECT s.indexrelname AS name, s.relname AS table, "
        "pg_relation_size(s.indexrelid) AS bytes, 'unused' AS what FROM pg_stat_user_indexes s "
        "JOIN pg_index x ON x.indexrelid = s.indexrelid WHERE s.idx_scan = 0 "
        "AND NOT x.indisunique AND pg_relation_size(s.indexrelid) >= %s ORDER BY 3 DESC",
        [UNUSED_BYTES],
    )
    twice = asking.rows(
        "SELECT string_agg(i.relname, ', ' ORDER BY i.relname) AS name, t.relname AS table, "
        "min(pg_relation_size(i.oid)) AS bytes, 'there twice' AS what FROM pg_index x "
        "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
        "WHERE pg_table_is_visible(t.oid) AND t.relnamespace = 'public'::regnamespace "
        "GROUP BY t.relname, x.indrelid, x.indkey::text, x.indclass::text, x.indisunique, "
        "coalesce(pg_get_expr(x.indexprs, x.indrelid), ''), "
        "coalesce(pg_get_expr(x.indpred, x.indrelid), '') HAVING count(*) > 1"
    )
    wanted = asking.rows(
        "SELECT '' AS name, relname AS table, seq_scan AS scans, n_live_tup AS rows, "
        "'read from end to end' AS what FROM pg_stat_user_tables "
        "WHERE seq_scan >= %s AND n_live_tup >= %s AND seq_scan > coalesce(idx_scan, 0) "
        "ORDER BY seq_tup_read DESC LIMIT 20",
        [SCANS, SCANNED_ROWS],
    )
    invalid = [row | {"what": "invalid", "is_problem": True} for row in upkeep.invalid_indexes()]
    return invalid + unused + twice + wanted


def slow() -> list[Row]:
    """Statements under way for long, and, with pg_stat_statements, those that took most time."""
    found = running(SLOW_SECONDS)
    if asking.extension_is_there("pg_stat_statements"):
        found += statements()
    return found


def running(seconds: float) -> list[Row]:
    """Statements of this database that run for longer; without what was filled in."""
    return asking.rows(
        "SELECT pid, usename AS role, application_name AS application, "
        "round(extract(epoch FROM clock_timestamp() - query_start)::numeric, 1) AS seconds, "
        "left(regexp_replace(query, '''[^'']*''', '?', 'g'), %s) AS statement "
        "FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle' "
        "AND clock_timestamp() - query_start > make_interval(secs => %s) ORDER BY 4 DESC",
        [SHOWN, seconds],
    )


def statements(most: int = 20) -> list[Row]:
    """Normalised statements by the time they took in all, from pg_stat_statements."""
    return asking.rows(
        "SELECT queryid::text AS id, calls, round(mean_exec_time::numeric, 2) AS mean_ms, "
        "round(total_exec_time::numeric) AS total_ms, left(query, %s) AS statement "
        "FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database "
        "WHERE datname = current_database()) ORDER BY total_exec_time DESC LIMIT %s",
        [SHOWN, most],
    )


def connections() -> list[Row]:
    """Connections by role, application and state, with what the server lets in."""
    most = int(asking.rows("SELECT current_setting('max_connections') AS most")[0]["most"])
    found = asking.rows(
        "SELECT usename AS role, application_name AS application, coalesce(state, '-') AS state, "
        "count(*) AS count FROM pg_stat_activity WHERE datname = current_database() "
        "GROUP BY 1, 2, 3 ORDER BY 4 DESC"
    )
    total = int(asking.rows("SELECT count(*) AS count FROM pg_stat_activity")[0]["count"])
    whole = {"role": "(all)", "application": "", "state": f"of {most}", "count": total}
    return [*found, whole | {"is_problem": total >= 0.8 * most}]


def locks() -> list[Row]:
    """Who waits for whom."""
    return [
        row | {"is_problem": True}
        for row in asking.rows(
            "SELECT w.pid AS waiting, b.pid AS blocking, w.application_name AS application, "
            "round(extract(epoch FROM clock_timestamp() - w.query_start)::numeric, 1) AS seconds, "
            "left(regexp_replace(w.query, '''[^'']*''', '?', 'g'), 200) AS statement, "
            "b.state AS blocker_state FROM pg_stat_activity w "
            "CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocker(pid) "
            "JOIN pg_stat_activity b ON b.pid = blocker.pid "
            "WHERE w.datname = current_database() ORDER BY 4 DESC"
        )
    ]


#: What can be asked for -> what answers it.
PARTS: dict[str, Callable[[], list[Row]]] = {
    "bloat": bloat,
    "indexes": indexes,
    "slow": slow,
    "connections": connections,
    "locks": locks,
    "sizes": sizes.tables,
}


def report(chosen: list[str]) -> Outcome:
    """The chosen parts; all of them where none is. Raises CouldNotRun."""
    if not chosen and not asking.is_postgresql():
        chosen = ["sizes"]
    if chosen != ["sizes"]:
        asking.require_postgresql()
    found = {name: part() for name, part in PARTS.items() if not chosen or name in chosen}
    is_problem = any(row.get("is_problem") for rows in found.values() for row in rows)
    lines = [line for name, rows in found.items() for line in _lines(name, rows)]
    return Outcome(found, lines, is_problem=is_problem)


def _lines(name: str, rows: list[Row]) -> list[str]:
    title = f"{name}: {len(rows) or 'nothing'}"
    return [title, *("  " + _line(row) for row in rows)]


def _line(row: Row) -> str:
    mark = "! " if row.get("is_problem") else ""
    shown = (
        f"{key} {sizes.said(value) if key.endswith('bytes') else value}"
        for key, value in row.items()
        if key != "is_problem" and value not in ("", None)
    )
    return mark + ", ".join(shown)
