"""The database is tended and reported on; what is wrong with it is found."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import AuditEvent, User
from governance.portfolio.asked import Asked
from governance.services import inventory_search
from interviews.models import InterviewSession
from tests.builders.sessions import make_session
from tests.operations.command import run
from uaip_project.operations.database_care import reports, reviewing, searching, sizes, tuning
from uaip_project.operations.models import OpsRun

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one file and no server to ask"
)
for_real = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@for_real
def test_tending_gives_back_what_deleted_rows_took(alice: User) -> None:
    OpsRun.objects.bulk_create(
        OpsRun(kind="bulk", status="ok", finished_at=timezone.now(), said="x" * 400)
        for _ in range(3_000)
    )
    OpsRun.objects.filter(kind="bulk").delete()
    outcome = run("db", "maintain", "--json")
    assert outcome.code == 0
    assert "ops_runs" in outcome.json["tables"]
    if connection.vendor == "postgresql":
        assert outcome.json["dead_after"] < outcome.json["dead_before"] / 2
    else:
        assert outcome.json["bytes_after"] < outcome.json["bytes_before"]


@for_real
@on_postgresql
def test_writes_go_on_while_the_search_index_is_made_anew(alice: User) -> None:
    made: list[int] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            made.append(make_session(alice, f"Repairs {len(made)}").pk)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    outcome = run("db", "search", "--rebuild")
    stop.set()
    writer.join()
    assert outcome.code == 0
    assert InterviewSession.objects.filter(pk__in=made).count() == len(made) > 0


@for_real
@on_postgresql
def test_a_search_index_that_is_gone_is_named_and_made_equal(alice: User) -> None:
    session = make_session(alice, "Heating-repair triage")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('sessions_by_words'::regclass)")
        before = cursor.fetchone()
        cursor.execute("DROP INDEX sessions_by_words")
    assert run("db", "search").code == 1
    assert list(inventory_search.find(alice, Asked(q="heating"))) == [session]
    assert run("db", "search", "--rebuild").code == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('sessions_by_words'::regclass)")
        assert cursor.fetchone() == before
    assert list(inventory_search.find(alice, Asked(q="repair"))) == [session]


def test_searching_finds_the_same_on_both_databases(alice: User, bob: User) -> None:
    mine = make_session(alice, "Heating-repair triage")
    make_session(alice, "Library loans")
    make_session(bob, "Heating bills")
    assert list(inventory_search.find(alice, Asked(q="heating"))) == [mine]
    assert searching.status().data["is_usable"]


@for_real
@on_postgresql
def test_made_bloat_is_found(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ops_runs SET (autovacuum_enabled = off)")
    OpsRun.objects.bulk_create(OpsRun(kind="bulk", said="x") for _ in range(2_000))
    OpsRun.objects.filter(kind="bulk").delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    found = {row["table"]: row for row in reports.bloat()}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ops_runs RESET (autovacuum_enabled)")
    assert found["ops_runs"]["is_problem"]


@on_postgresql
def test_an_index_that_is_there_twice_is_named(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX again ON sessions (owner_id, last_updated_at DESC)")
    outcome = run("db", "report", "--indexes", "--json")
    twice = [row for row in outcome.json["indexes"] if row["what"] == "there twice"]
    assert any("again" in row["name"] for row in twice)


@pytest.fixture
def sleeper() -> Iterator[Callable[[str], threading.Thread]]:
    """Somebody whose statement runs for long, and how it ended."""
    threads: list[threading.Thread] = []

    def begin(sql: str) -> threading.Thread:
        def sleep() -> None:
            own = connection.copy()
            try:
                with own.cursor() as cursor:
                    cursor.execute(sql)
            except OperationalError:
                ended.append(sql)
            own.close()

        ended: list[str] = []
        thread = threading.Thread(target=sleep)
        thread.ended = ended  # type: ignore[attr-defined]
        thread.start()
        threads.append(thread)
        return thread

    yield begin
    for thread in threads:
        thread.join(20)


def _wait_for(is_so: Callable[[], Any]) -> Any:
    until = time.monotonic() + 90
    while not (found := is_so()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


@for_real
@on_postgresql
def test_a_long_statement_is_named_without_what_was_filled_in(sleeper) -> None:
    sleeper("SELECT pg_sleep(4), 'a secret word'")
    found = _wait_for(lambda: reports.running(0.3))
    assert "pg_sleep" in found[0]["statement"]
    assert "secret" not in found[0]["statement"]


@for_real
@on_postgresql
def test_only_the_long_statement_is_ended_and_a_backup_is_spared(sleeper) -> None:
    target = sleeper("SELECT pg_sleep(60)")
    backup = sleeper("SET application_name = 'pg_dump'; SELECT pg_sleep(3)")
    _wait_for(lambda: len(reports.running(1.2)) == 2)
    assert len(run("db", "kill", "--older-than", "1s", "--dry-run", "--json").json["ended"]) == 1
    assert target.is_alive()
    assert run("db", "kill", "--older-than", "1s").code == 0
    target.join(10)
    backup.join(10)
    assert (len(target.ended), len(backup.ended)) == (1, 0)
    assert AuditEvent.objects.get(type="statement.ended").detail["count"] == 1


@for_real
@on_postgresql
def test_whoever_blocks_others_is_shown(alice: User, sleeper) -> None:
    blocker = connection.copy()
    blocker.set_autocommit(False)
    with blocker.cursor() as cursor:
        cursor.execute("UPDATE users SET name = name")
    waiting = sleeper("UPDATE users SET name = name")
    found = _wait_for(lambda: run("db", "report", "--locks", "--json").json["locks"])
    blocker.rollback()
    blocker.close()
    waiting.join(10)
    assert found[0]["blocker_state"] == "idle in transaction"


@on_postgresql
def test_connections_are_those_of_the_server(db: None) -> None:
    rows = reports.connections()
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        assert rows[-1]["state"] == f"of {cursor.fetchone()[0]}"
    assert rows[-1]["count"] >= sum(row["count"] for row in rows[:-1]) >= 1


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL answers all of them")
def test_sqlite_says_what_it_cannot_tell(db: None) -> None:
    outcome = run("db", "report", "--locks")
    assert (outcome.code, "needs PostgreSQL" in outcome.err) == (2, True)
    assert run("db", "report").code == 0


@pytest.mark.parametrize("ram", ["512MB", "2GB", "8GB", "64GB"])
def test_a_tuned_configuration_is_one_that_the_server_takes(db: None, ram: str) -> None:
    values = run("db", "tune", "--ram", ram, "--cpu", "4", "--json").json
    assert values["shared_buffers"] == f"{tuning.megabytes(ram) // 4}MB"
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s)", [list(values)])
        assert len(cursor.fetchall()) == len(values)
        cursor.execute("SET LOCAL work_mem = %s", [values["work_mem"]])
        cursor.execute("SET LOCAL maintenance_work_mem = %s", [values["maintenance_work_mem"]])


@pytest.mark.parametrize(
    "words", [["--ram", "8"], ["--ram", "100MB"], ["--ram", "8GB", "--cpu", "0"]]
)
def test_a_machine_that_cannot_be_is_refused(db: None, words: list[str]) -> None:
    given = words if "--cpu" in words else [*words, "--cpu", "4"]
    assert run("db", "tune", *given).code == 2


def _noted(sizes_by_day: list[int]) -> None:
    now = timezone.now()
    for days_ago, size in enumerate(reversed(sizes_by_day)):
        when = now - days_ago * DAY
        OpsRun.objects.create(
            kind="note_sizes",
            status="ok",
            started_at=when,
            finished_at=when,
            result={"bytes": size},
        )


def test_steady_growth_leads_to_the_day_when_the_room_is_used_up(db: None) -> None:
    gigabyte = 1024**3
    _noted([day * gigabyte for day in range(1, 11)])
    outcome = run("db", "forecast", "--limit", "50GB", "--json")
    full_at = datetime.fromisoformat(outcome.json["full_at"])
    assert abs(full_at - timezone.now() - 40 * DAY) < DAY
    assert (outcome.code, outcome.json["mean_error_bytes"] < 1024) == (0, True)
    assert run("db", "forecast", "--limit", "20GB").code == 1


def test_a_forecast_of_two_days_or_of_no_growth_is_none(db: None) -> None:
    _noted([100, 200])
    assert run("db", "forecast", "--limit", "1GB").code == 2
    at = datetime(2026, 1, 1, tzinfo=UTC)
    flat = sizes.trend([(at - day * DAY, 500.0) for day in range(9)], at=at)
    assert flat.reaches(1_000, at=at) is None


def test_the_schedule_notes_how_large_the_database_is(db: None) -> None:
    run("maintenance", "schedule", "run", "note_sizes")
    assert OpsRun.objects.get().result["bytes"] > 10_000
    assert len(sizes.noted()) == 1


def test_a_statement_that_became_slower_is_flagged_and_noise_is_not() -> None:
    def row(name: str, mean: float, calls: int = 500) -> dict[str, Any]:
        return {"id": name, "statement": name, "mean_ms": mean, "calls": calls}

    before = [row("slower", 10), row("noise", 10), row("quick", 0.1), row("rare", 10, 5)]
    after = [
        row("slower", 14),
        row("noise", 12),
        row("quick", 0.9),
        row("rare", 90, 5),
        row("new", 9),
    ]
    assert [one["id"] for one in reviewing.compare(before, after)] == ["slower"]


def test_the_weekly_review_is_kept_as_figures(db: None) -> None:
    run("maintenance", "schedule", "run", "review_database")
    kept = OpsRun.objects.get().result
    assert kept["schema"] == "uaip-database-review/1"
    assert {"bytes", "statements", "slower", "sizes"} <= set(kept)


@on_postgresql
def test_the_record_of_sessions_is_read_by_its_index(alice: User) -> None:
    with connection.cursor() as cursor:
        # A table of one row is read whole, or sorted, by whatever is cheapest today.
        for one in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {one} = off")
    plan = InterviewSession.objects.filter(owner=alice).order_by("-last_updated_at").explain()
    assert "sessions_of_owner" in plan
