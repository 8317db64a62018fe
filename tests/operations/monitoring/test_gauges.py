"""Known rows give exact figures; a source that is away costs its own figures alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.core import Metric
from pytest_django import Settings

from accounts.models import Job, User
from interviews.models import Finding, InterviewSession, ModelSpend
from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.operations.monitoring.certificates import certificate
from tests.operations.monitoring.figures import figure, gained, read_figures
from uaip_project.operations import gauges, heartbeats
from uaip_project.operations.backups.scratch import as_default
from uaip_project.operations.models import Heartbeat, MaintenanceMode, OpsRun, WorkerProcess

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
DAY = 86_400.0


def a_job(kind: str, number: int, **more: object) -> None:
    Job.objects.create(kind=kind, subject_id=number, unique_key=f"{kind} {number}", **more)


def test_jobs_are_told_by_kind_and_state() -> None:
    ago = timezone.now() - timedelta(seconds=90)
    a_job("score", 1, next_attempt_at=ago)
    a_job("score", 2, next_attempt_at=timezone.now() + timedelta(hours=1))
    a_job("webhook", 3, status=Job.Status.DEAD, finished_at=ago)
    a_job("webhook", 4, status=Job.Status.DONE, finished_at=ago)
    assert figure("uaip_jobs", kind="score", status="pending") == 2
    assert figure("uaip_jobs", kind="webhook", status="dead") == 1
    assert figure("uaip_jobs", kind="coach", status="dead") == 0
    waited = figure("uaip_jobs_oldest_due_seconds", kind="score")
    assert waited == pytest.approx(90, abs=20)
    assert figure("uaip_jobs_oldest_due_seconds", kind="webhook") == 0


def test_open_and_left_interviews_are_told(alice: User) -> None:
    for status in ("in_progress", "paused", "abandoned"):
        session = make_session(alice)
        InterviewSession.objects.filter(pk=session.pk).update(status=status)
    old = timezone.now() - timedelta(days=15)
    InterviewSession.objects.filter(status="in_progress").update(last_updated_at=old)
    assert figure("uaip_sessions_active") == 2
    assert figure("uaip_sessions_idle") == 1
    assert figure("uaip_sessions", status="abandoned") == 1
    assert figure("uaip_sessions", status="completed") == 0


def test_contradictions_are_told_by_what_people_did_about_them(alice: User) -> None:
    session = make_session(alice)
    shared = {"session": session, "severity": "MAJOR", "stage_a": 1, "stage_b": 2, "reason": "So."}
    now = {"handled_at": timezone.now(), "handled_by": alice}
    Finding.objects.create(**shared, rule_id="X-01", state="open")
    Finding.objects.create(**shared, **now, rule_id="X-02", state="disputed")
    Finding.objects.create(**shared, **now, rule_id="X-03", state="disputed")
    assert figure("uaip_findings", severity="MAJOR", state="disputed") == 2
    assert figure("uaip_findings", severity="MAJOR", state="open") == 1
    assert figure("uaip_findings", severity="BLOCKER", state="open") == 0


def test_who_signs_in_and_out_is_counted(client: Client, alice: User) -> None:
    alice.set_password("a long enough secret")
    alice.save()
    assert figure("uaip_people_signed_in") == 0
    client.post("/accounts/login/", {"login": alice.email, "password": "a long enough secret"})
    assert figure("uaip_people_signed_in") == 1
    client.post("/accounts/logout/")
    assert figure("uaip_people_signed_in") == 0


def test_a_worker_that_was_never_heard_of_is_silent_for_ever() -> None:
    assert figure("uaip_heartbeat_age_seconds", sort="worker") == float("inf")
    heartbeats.beat("worker")
    assert figure("uaip_heartbeat_age_seconds", sort="worker") == pytest.approx(0, abs=20)
    Heartbeat.objects.create(name="worker one:7", heard_at=timezone.now() - timedelta(hours=1))
    assert figure("uaip_heartbeat_age_seconds", sort="worker") == pytest.approx(0, abs=20)


def test_memory_and_threads_of_living_workers_are_told() -> None:
    now, facts = timezone.now(), {"thread_count": 9, "job_count": 2, "seat_count": 4}
    for number, heard_at in enumerate((now, now, now - timedelta(minutes=5))):
        WorkerProcess.objects.create(
            name=f"w{number}", started_at=now, heard_at=heard_at, memory_bytes=1000, **facts
        )
    names = ("processes", "memory_bytes", "busy", "threads")
    assert [figure(f"uaip_worker_{name}") for name in names] == [2, 2000, 4, 8]


@pytest.fixture(autouse=True)
def _backups_lie_elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "elsewhere"


def a_run(kind: str, status: str, *, days: float) -> None:
    at = timezone.now() - timedelta(days=days)
    result = {"is_verified": True, "archive": "a", "taken_at": at.isoformat()}
    result |= {"size": 77, "seconds": 3.5}
    is_good = status == OpsRun.Status.OK
    OpsRun.objects.create(
        kind=kind, status=status, finished_at=at, result=result if is_good else {}
    )


def test_size_and_time_of_the_last_backup_are_told() -> None:
    assert figure("uaip_backup_size_bytes") is None
    a_run("nightly_backup", OpsRun.Status.OK, days=0)
    assert (figure("uaip_backup_size_bytes"), figure("uaip_backup_seconds")) == (77, 3.5)


@pytest.mark.parametrize(
    ("kind", "age", "failed"),
    [
        ("verify_backup", "uaip_backup_age_seconds", "uaip_backup_failed"),
        ("restore_drill", "uaip_restore_drill_age_seconds", "uaip_restore_drill_failed"),
        ("verify_audit", "uaip_audit_verified_age_seconds", "uaip_audit_broken"),
    ],
)
def test_the_last_good_run_counts_and_the_last_bad_one_is_told(
    kind: str, age: str, failed: str
) -> None:
    assert (figure(age), figure(failed)) == (float("inf"), 0)
    a_run(kind, OpsRun.Status.OK, days=3)
    assert figure(age) == pytest.approx(3 * DAY, abs=20)
    a_run(kind, OpsRun.Status.PROBLEM, days=1)
    assert figure(age) == pytest.approx(3 * DAY, abs=20)
    assert figure(failed) == 1
    a_run(kind, OpsRun.Status.OK, days=0)
    assert (figure(age), figure(failed)) == (pytest.approx(0, abs=20), 0)


def test_runs_of_a_day_are_told_by_outcome() -> None:
    a_run("backup", OpsRun.Status.OK, days=0.5)
    a_run("backup", OpsRun.Status.OK, days=2)
    a_run("backup", OpsRun.Status.FAILED, days=0.1)
    assert figure("uaip_ops_runs", kind="backup", status="ok") == 1
    assert figure("uaip_ops_runs", kind="backup", status="failed") == 1


def test_money_and_its_limit_are_told(settings: Settings) -> None:
    settings.LLM = settings.LLM | {"budget": {**settings.LLM["budget"], "daily": 5}}
    ModelSpend.objects.create(
        day=timezone.localdate(), provider="custom", cost=Decimal("1.25"), tokens=1
    )
    assert figure("uaip_llm_spent", span="day") == 1.25
    assert figure("uaip_llm_budget", span="day") == 5


def test_the_mode_of_maintenance_is_told() -> None:
    assert figure("uaip_maintenance_mode", mode="off") == 1
    MaintenanceMode.objects.create(pk=1, mode="readonly", set_at=timezone.now())
    assert figure("uaip_maintenance_mode", mode="readonly") == 1
    assert figure("uaip_maintenance_mode", mode="off") == 0


@pytest.mark.parametrize("days", [31, 29, 1, -1])
def test_days_of_a_certificate_are_told(days: int, tmp_path: Path, settings: Settings) -> None:
    path = str(certificate(tmp_path, days=days))
    settings.CERTIFICATES = [path]
    assert figure("uaip_certificate_days", certificate=path) == pytest.approx(days, abs=0.01)
    assert figure("uaip_certificate_readable", certificate=path) == 1


def test_a_certificate_that_nobody_can_read_is_told(tmp_path: Path, settings: Settings) -> None:
    path = str(tmp_path / "none.pem")
    settings.CERTIFICATES = [path, "localhost:1"]
    assert figure("uaip_certificate_readable", certificate=path) == 0
    assert figure("uaip_certificate_readable", certificate="localhost:1") == 0
    assert figure("uaip_certificate_days", certificate=path) is None


def test_machine_and_disk_are_told() -> None:
    names = {name for name, _ in read_figures()}
    assert {"uaip_host_cpu_seconds_total", "uaip_host_memory_bytes", "uaip_disk_bytes"} <= names
    assert (figure("uaip_database_size_bytes") or 0) > 0


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server")
def test_the_connections_of_the_server_are_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        assert figure("uaip_postgres_connections_max") == float(cursor.fetchone()[0])
    assert (figure("uaip_postgres_connections", state="active") or 0) >= 1


def test_a_known_pattern_of_looks_gives_the_ratio_of_the_cache() -> None:
    """Others may look into the same Redis meanwhile: at least what we did."""
    if not site.CACHE_URL:
        pytest.skip("There is no Redis that caches.")
    with gained() as counted:
        cache.set("monitoring", 1)
        for _ in range(30):
            cache.get("monitoring")
        for _ in range(10):
            cache.get("monitoring-not-there")
    assert counted("uaip_cache_lookups_total", outcome="hit") >= 30
    assert counted("uaip_cache_lookups_total", outcome="miss") >= 10
    assert (figure("uaip_cache_memory_bytes") or 0) > 0


def test_a_source_that_is_away_costs_its_own_figures_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> list[Metric]:
        raise DatabaseError("gone")

    monkeypatch.setitem(gauges.SOURCES, "queue", away)
    assert figure("uaip_metrics_source_up", source="queue") == 0
    assert figure("uaip_metrics_source_up", source="sessions") == 1
    assert figure("uaip_jobs", kind="score", status="pending") is None
    assert figure("uaip_sessions_active") == 0


def test_what_needs_no_database_is_told_while_every_connection_is_taken() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no pool.")
    narrow = connection.copy()
    narrow.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 60}
    try:
        narrow.ensure_connection()
        waiting = narrow.copy()
        with as_default(waiting):
            assert figure("uaip_metrics_source_up", source="sessions") == 0
            assert figure("uaip_metrics_source_up", source="build") == 1
            assert figure("uaip_sessions_active") is None
        narrow.close()
        with as_default(waiting):
            assert figure("uaip_metrics_source_up", source="sessions") == 1
            waiting.close()
    finally:
        narrow.close_pool()


#: Every label of every metric; each holds values of a closed set.
LABELS = frozenset(
    re.findall(
        r"\w+",
        """user_id project_name reason stage_number stage question_number decision provider model
    error_type type operation method path status kind outcome level pool sort span mode folder
    state source version engine protocol severity certificate purpose currency le generation
    implementation major minor patchlevel""",
    )
)


def test_no_label_grows_with_people_or_projects(client_of: Browse) -> None:
    """Ten people with an interview each leave as many series as one."""

    def visit(name: str) -> None:
        person = make_person(name)
        session = make_session(person, f"Project of {name}")
        browser = client_of(person)
        for path in ("/", f"/sessions/{session.code}/", "/no/such/page", f"/static/{name}.css"):
            browser.get(path)

    visit("first")
    before = set(read_figures())
    for number in range(10):
        visit(f"person-{number}")
    after = read_figures()
    assert set(after) - before == set()
    assert {label for _, labels in after for label, _ in labels} <= LABELS
    assert not any("person-" in value or "Project" in value for _, ls in after for _, value in ls)
