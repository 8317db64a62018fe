"""The weekly look at the database's health, and what became slower since the last one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uaip_project.operations.database_care import asking, reports, sizes
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import Outcome

KIND = "review_database"
#: A statement is called slower from this share on, and not by chance alone.
SLOWER, CALLS, MILLISECONDS = 0.25, 100, 1.0


def review() -> Outcome:
    """Sizes, bloat, indexes, statements; what is more than a quarter slower than a week ago."""
    statements: list[dict[str, Any]] = []
    parts: dict[str, Any] = {"sizes": sizes.tables()[:10]}
    if asking.is_postgresql():
        if asking.extension_is_there("pg_stat_statements"):
            statements = [_plain(row) for row in reports.statements()]
        parts |= {
            "bloat": [_plain(row) for row in reports.bloat() if row["is_problem"]],
            "indexes": [_plain(row) for row in reports.indexes()],
        }
    slower = compare(_last_statements(), statements)
    data = {
        "schema": "uaip-database-review/1",
        "bytes": sizes.database_bytes(),
        "statements": statements,
        "slower": slower,
    } | parts
    lines = [f"{len(slower)} statements became slower; {sizes.said(data['bytes'])} in all."]
    has_bloat = bool(parts.get("bloat"))
    return Outcome(data, lines, is_problem=bool(slower) or has_bloat)


def compare(
    before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Statements whose mean time grew by more than a quarter; rare and quick ones are noise."""
    known = {row["id"]: row for row in before}
    found = []
    for row in after:
        past = known.get(row["id"])
        if past is None or min(row["calls"], past["calls"]) < CALLS:
            continue
        then, now = float(past["mean_ms"]), float(row["mean_ms"])
        if now - then >= MILLISECONDS and now > then * (1 + SLOWER):
            change = {"id": row["id"], "statement": row["statement"]}
            found.append(change | {"mean_ms_before": then, "mean_ms": now})
    return found


def _last_statements() -> list[dict[str, Any]]:
    last = OpsRun.objects.of(KIND).ended().exclude(result={}).first()
    found: list[dict[str, Any]] = last.result.get("statements", []) if last else []
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Values that JSON knows."""
    return {
        key: value if isinstance(value, int | str | bool | None) else str(value)
        for key, value in row.items()
    }
