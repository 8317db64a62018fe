"""What the schedule does by itself: rows, files and people that served their time, and no others."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings
from redis import Redis

from accounts.models import AuditEvent, Job, User
from accounts.permissions import Role
from tests.builders.people import make_person
from tests.operations.command import run
from uaip_project.operations import runs, upkeep
from uaip_project.operations.models import Heartbeat, OpsRun
from uaip_project.operationsconfig import load_operations

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _do(name: str) -> OpsRun:
    run("maintenance", "schedule", "run", name)
    return OpsRun.objects.of(name).first()


def _old_run(kind: str, days: float, status: str = "ok") -> OpsRun:
    then = timezone.now() - days * DAY
    finished = None if status == "running" else then
    return OpsRun.objects.create(kind=kind, status=status, started_at=then, finished_at=finished)


def test_sessions_that_ran_out_go_and_live_ones_stay(db: None) -> None:
    now = timezone.now()
    for key, end in (("out", now - DAY), ("live", now + DAY)):
        Session.objects.create(session_key=key, session_data="", expire_date=end)
    assert _do("clear_sessions").result == {"deleted": 1}
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]


def test_rows_of_operation_go_when_they_served_their_time(db: None) -> None:
    kept = [_old_run("backup", 399), _old_run("look_at_health", 1), _old_run("x", 500, "running")]
    kept.append(_old_run("look_at_health", 30, "problem"))
    gone = [_old_run("backup", 401), _old_run("look_at_health", 3)]
    _do("forget_old_rows")
    left = set(OpsRun.objects.values_list("pk", flat=True))
    assert {one.pk for one in kept} <= left
    assert not {one.pk for one in gone} & left


def test_jobs_of_the_schedule_go_a_week_after_they_ended(db: None) -> None:
    long_ago = timezone.now() - 8 * DAY
    for number, (kind, status) in enumerate(
        [("scheduled", "done"), ("scheduled", "dead"), ("score", "done")]
    ):
        Job.objects.create(
            kind=kind, subject_id=1, unique_key=f"{number}", status=status, finished_at=long_ago
        )
    _do("forget_old_rows")
    left = set(Job.objects.values_list("kind", "status"))
    assert left == {("scheduled", "dead"), ("score", "done")}


def test_a_run_whose_process_is_gone_is_interrupted(db: None) -> None:
    silent, busy = _old_run("db maintain", 1, "running"), _old_run("db kill", 0.1, "running")
    assert runs.LONGEST_RUN > 0.1 * DAY
    _do("close_silent_runs")
    silent.refresh_from_db()
    busy.refresh_from_db()
    assert (silent.status, busy.status) == (OpsRun.Status.INTERRUPTED, OpsRun.Status.RUNNING)


def test_only_old_temporary_files_of_ours_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    then = time.time() - 25 * 3600
    for name in ("uaip-old", "uaip-young", "other-old", "uaip-in-use/inside"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        if name.endswith("old"):
            os.utime(path, (then, then))
    os.utime(tmp_path / "uaip-in-use", (then, then))
    assert _do("clean_tmp").result["deleted"] == ["uaip-old"]
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "other-old",
        "uaip-in-use",
        "uaip-young",
    ]


@pytest.fixture
def unseen(db: None) -> list[User]:
    """A SuperAdmin and a requester whom nobody has seen for a year, and somebody of yesterday."""
    long_ago = timezone.now() - 365 * DAY
    people = [make_person("carla", role=Role.SUPERADMIN), make_person("ulf"), make_person("yves")]
    User.objects.update(last_login=long_ago)
    User.objects.filter(pk=people[2].pk).update(last_login=timezone.now() - DAY)
    return people


def test_people_whom_nobody_has_seen_are_deactivated_but_never_the_last_superadmin(
    unseen: list[User], settings: Settings
) -> None:
    settings.INACTIVE_DAYS = 180
    result = _do("inactive_people").result
    assert (len(result["deactivated"]), len(result["kept"])) == (1, 1)
    assert [User.objects.get(pk=one.pk).is_active for one in unseen] == [True, False, True]
    assert AuditEvent.objects.get(type="user.deactivated").detail["why"] == "inactive"


def test_nobody_is_deactivated_unless_the_site_says_after_how_long(unseen: list[User]) -> None:
    assert _do("inactive_people").result["deactivated"] == []
    assert User.objects.active().count() == 3


def test_the_look_at_health_names_what_is_wrong(db: None) -> None:
    assert _do("look_at_health").status == OpsRun.Status.OK
    Job.objects.create(
        kind="score", subject_id=1, unique_key="x", status="dead", finished_at=timezone.now()
    )
    Heartbeat.objects.create(name="worker", heard_at=timezone.now() - DAY)
    found = _do("look_at_health")
    assert found.status == OpsRun.Status.PROBLEM
    assert len(found.result["problems"]) == 2


def test_the_record_of_deeds_is_verified(alice: User) -> None:
    run("maintenance", "start")
    assert upkeep.verify_record(OpsRun()).is_problem is False
    assert _do("verify_record").result["ok"]


@pytest.fixture
def beside(settings: Settings) -> Iterator[Redis]:
    """A server that holds the cache and a ring of the queue; nobody else empties it meanwhile."""
    settings.CACHE_URL = configured.CACHE_URL.rpartition("/")[0] + "/13"
    with Redis.from_url(settings.CACHE_URL) as server:
        server.set(cache.make_key("one"), 1)
        server.lpush("celery", "ring")
        yield server
        server.flushdb()


@pytest.mark.skipif(not configured.CACHE_URL, reason="there is no shared cache")
def test_clearing_the_cache_leaves_the_queue_beside_it(db: None, beside: Redis) -> None:
    key = cache.make_key("one")
    assert run("maintenance", "cache", "--json").json["keys"] == 1
    assert run("maintenance", "cache", "clear", "--dry-run", "--json").json["deleted"] == 1
    assert beside.exists(key)
    assert run("maintenance", "cache", "clear", "--json").json["deleted"] == 1
    assert (beside.exists(key), beside.lrange("celery", 0, -1)) == (0, [b"ring"])
    assert AuditEvent.objects.filter(type="cache.cleared").count() == 1


@pytest.mark.skipif(bool(configured.CACHE_URL), reason="there is a shared cache")
def test_a_cache_of_each_process_is_said_to_be_one(db: None) -> None:
    assert run("maintenance", "cache", "clear", "--json").json["is_shared"] is False


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ('  daily: {when: daily, at: "02:00", minutes: 30}', "windows.daily.when"),
        ('at: "03:00", minutes: 120', "windows.weekly.at"),
        ('weekday: sunday, at: "04:00"', "windows.monthly.weekday"),
        ("archive_after_days: 365", "retention.archive_after_days"),
        ("archives: false", "retention.archives"),
        ("name: errors,", "task_lists.daily[4]"),
    ],
)
def test_a_fault_in_operations_yaml_names_its_place(
    tmp_path: Path, change: str, named: str
) -> None:
    shipped = (configured.BASE_DIR / "uaip_project/config/operations.yaml").read_text()
    wrong = {
        "windows.daily.when": "",
        "windows.weekly.at": 'at: "25:00", minutes: 120',
        "windows.monthly.weekday": 'weekday: sontag, at: "04:00"',
        "retention.archive_after_days": "archive_after_days: 3",
        "retention.archives": "archives: perhaps",
        "task_lists.daily[4]": "",
    }[named]
    assert change in shipped
    (tmp_path / "operations.yaml").write_text(shipped.replace(change, wrong, 1))
    with pytest.raises(ImproperlyConfigured) as fault:
        load_operations(tmp_path)
    assert named in str(fault.value)


def test_a_site_without_the_file_has_the_shipped_one(tmp_path: Path) -> None:
    assert load_operations(tmp_path)["windows"]["daily"]["minutes"] == 30
