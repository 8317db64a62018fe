"""The database and the folders: connections, pool, sizes, slow statements."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from uaip_project.operations.database_care import asking, reports, sizes

#: From this share on of the pool or of the server's connections, somebody should look.
FULL_SHARE = 0.8
TABLES_SHOWN = 10
SLOW_SHOWN = 10
#: Files of a folder that are added up at most: a page must not walk a disk.
MOST_FILES = 20_000


def statistics() -> dict[str, Any]:
    """Pool and connections in figures; ``is_problem`` from 80 % on."""
    pool, server = pool_use(), connections()
    shares = [one["share"] for one in (pool, server) if one]
    return {
        "vendor": connection.vendor,
        "pool": pool,
        "connections": server,
        "limits": limits(),
        "is_problem": any(share >= FULL_SHARE for share in shares),
    }


def pool_use() -> dict[str, Any] | None:
    """This process's pool; None where it has none."""
    pool = getattr(connection, "pool", None)
    if pool is None:
        return None
    found = pool.get_stats()
    most = int(found.get("pool_max", 0)) or 1
    used = int(found.get("pool_size", 0)) - int(found.get("pool_available", 0))
    return {
        "used": used,
        "open": int(found.get("pool_size", 0)),
        "most": most,
        "waiting": int(found.get("requests_waiting", 0)),
        "waited_too_long": int(found.get("requests_errors", 0)),
        "share": round(used / most, 3),
    }


def connections() -> dict[str, Any] | None:
    """Connections of the whole server against what it lets in; None on SQLite."""
    if not asking.is_postgresql():
        return None
    (found,) = asking.rows(
        "SELECT count(*) AS used, current_setting('max_connections')::int AS most "
        "FROM pg_stat_activity WHERE backend_type = 'client backend'"
    )
    return found | {"share": round(found["used"] / found["most"], 3)}


def limits() -> dict[str, Any]:
    """What was set: sizes of the pool, how long somebody waits, how long a connection lives."""
    pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool") or {}
    known = ("min_size", "max_size", "timeout", "max_lifetime")
    return {name: pool[name] for name in known if name in pool}


def database() -> dict[str, Any]:
    """Its size, and its largest tables."""
    return {"bytes": sizes.database_bytes(), "tables": sizes.tables()[:TABLES_SHOWN]}


def slow_statements() -> list[dict[str, Any]] | None:
    """Those that took most time in all, without values; None where nobody counts them."""
    if not asking.is_postgresql():
        return None
    try:
        if not asking.extension_is_there("pg_stat_statements"):
            return None
        return reports.statements(SLOW_SHOWN)
    except DatabaseError:
        return None


def folders() -> list[dict[str, Any]]:
    """What our folders take; of a very large one what its first files take."""
    named = {"data": settings.DATA_DIR, "audit": settings.AUDIT_DIR, "backups": settings.BACKUP_DIR}
    return [{"name": name, **_measured(Path(path))} for name, path in named.items()]


def _measured(folder: Path) -> dict[str, Any]:
    taken, count = 0, 0
    for place, _, names in os.walk(folder):
        for name in names:
            count += 1
            if count > MOST_FILES:
                return {"bytes": taken, "is_whole": False}
            taken += _size(Path(place) / name)
    return {"bytes": taken, "is_whole": True}


def _size(file: Path) -> int:
    """0 for a file that went meanwhile."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
