"""A backup of a million answers: seconds to take and to verify it, and its size, on PostgreSQL.

`python -m tests.bench.backups [ANSWERS]` fills the database that the settings name, which must be a
scratch one: it is migrated, given the demonstration, and multiplied by SQL.
"""

from __future__ import annotations

import json
import sys
import time

from django.core.management import call_command
from django.db import connection, transaction

from uaip_project.operations.backups import backup_keys, taking, verifying

#: Table -> columns that point at a row of the same copy.
COPIED = {
    "sessions": (),
    "answers": ("session_id", "current_attempt_id", "current_assessment_id"),
    "answer_attempts": ("answer_id",),
    "assessments": ("attempt_id",),
}
#: Between the keys of two copies.
STEP = 1_000
#: What makes a copy's text differ, or all of it would be packed away: 256 characters.
UNLIKE = (
    "(SELECT string_agg(md5(random()::text || k.n || t.id || i), '') FROM generate_series(1, 8) i)"
)


def fill(answers: int) -> int:
    """Copies the interviews that are there until there are so many answers; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Links within a copy are right by construction; checking each would take minutes.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT count(*), max(id) FROM answers")
        there, highest = cursor.fetchone()
        if highest > STEP:
            # Filled by an earlier run.
            return int(there)
        for table, links in COPIED.items():
            cursor.execute(_copying(table, links), [max(0, answers // there - 1)])
        cursor.execute("SELECT count(*) FROM answers")
        return int(cursor.fetchone()[0])


def _copying(table: str, links: tuple[str, ...]) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    names = [column.name for column in found]
    wanted = {name: f"t.{name}" for name in names}
    wanted |= {name: f"t.{name} + k.n * {STEP}" for name in ("id", *links)}
    if table == "sessions":
        wanted["code"] = "gen_random_uuid()"
    if table == "answer_attempts":
        wanted["value"] = f"jsonb_build_object('text', t.value, 'more', {UNLIKE})"
    columns, values = ", ".join(wanted), ", ".join(wanted.values())
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} "
        f"FROM {table} t CROSS JOIN generate_series(1, %s) k(n)"
    )


def measured(answers: int) -> dict[str, float]:
    """Fills, takes and verifies; seconds and megabytes."""
    begun = time.monotonic()
    found: dict[str, float] = {"answers": fill(answers)}
    found["fill_seconds"] = time.monotonic() - begun
    taken = taking.take()
    keys = backup_keys.configured()
    verified = verifying.verify(taken.path, keys)
    assert verified.is_good, verified.problems
    found |= {"rows": verified.row_count, "megabytes": taken.size / 1e6}
    return found | {"take_seconds": taken.seconds, "verify_seconds": verified.seconds}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("seed_demo", verbosity=0)
    print(json.dumps(measured(int(sys.argv[1]) if sys.argv[1:] else 1_000_000), indent=1))  # noqa: T201
