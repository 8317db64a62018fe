"""Ends statements that run for too long; never a replica, a backup, or a statement of the server."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.database_care import asking
from uaip_project.operations.runs import Outcome

#: Programs whose statements are long on purpose.
SPARED = ("pg_dump", "pg_basebackup", "pg_receivewal", "walreceiver", "uaip-backup")

LONG = (
    "SELECT pid, usename AS role, application_name AS application, state, "
    "round(extract(epoch FROM clock_timestamp() - coalesce(query_start, xact_start))::numeric) "
    "AS seconds FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend' "
    "AND (state IN ('active', 'fastpath function call') OR state LIKE 'idle in transaction%%') "
    "AND clock_timestamp() - coalesce(query_start, xact_start) > make_interval(secs => %s) "
    "AND NOT (application_name = ANY(%s)) AND query NOT ILIKE 'copy %%' "
    "ORDER BY 5 DESC"
)


def end_long(*, seconds: float, by: User | None, is_rehearsal: bool) -> Outcome:
    """Ends what runs for longer; with a rehearsal only says it. Raises CouldNotRun."""
    asking.require_postgresql()
    found = asking.rows(LONG, [seconds, list(SPARED)])
    if not is_rehearsal:
        for row in found:
            asking.rows("SELECT pg_terminate_backend(%s) AS is_ended", [row["pid"]])
        _record(found, seconds, by)
    word = "would be ended" if is_rehearsal else "ended"
    lines = [f"{len(found)} statements longer than {seconds:g} seconds {word}."]
    lines += [f"  {row['application'] or row['role']}, {row['seconds']} s" for row in found]
    return Outcome({"ended": found, "is_rehearsal": is_rehearsal}, lines)


@transaction.atomic
def _record(found: list[asking.Row], seconds: float, by: User | None) -> None:
    if found:
        detail = {"count": len(found), "older_than_seconds": seconds}
        audit.record(type="statement.ended", actor=by, subject="database", detail=detail)
