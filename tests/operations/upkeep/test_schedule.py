"""What the house does by itself: once in each period, whoever is there to do it, or seen as missed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django import Settings

from accounts.models import AuditEvent, Job, User
from accounts.services import jobs
from tests.operations.command import run
from uaip_project.operations import schedule, scheduled
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import CouldNotRun, Outcome

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 22, 3, 5, tzinfo=UTC)
DONE: list[str] = []


def note(run: OpsRun) -> Outcome:
    """Stands for a task in these tests."""
    DONE.append(f"{run.kind} {run.period_start:%Y-%m-%d}" if run.period_start else run.kind)
    return Outcome({"done": len(DONE)}, ["Done."])


def refuse(run: OpsRun) -> Outcome:
    raise CouldNotRun("There is no room.")


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Leaves these tasks of the table, done by ``note``; the house stands since 2020."""
    DONE.clear()
    monkeypatch.setattr(scheduled, "installed_at", lambda: datetime(2020, 1, 1, tzinfo=UTC))

    def choose(*names: str, do: Callable[..., Any] = note) -> None:
        chosen = [one for one in schedule.TABLE if one.name in names]
        path = f"{__name__}.{do.__name__}"
        table = [schedule.replace(one, do=path) for one in chosen]
        monkeypatch.setattr(schedule, "TABLE", tuple(table))

    yield choose


@pytest.mark.parametrize("task", schedule.TABLE, ids=lambda one: one.name)
def test_every_task_of_the_schedule_exists(task: schedule.Task) -> None:
    assert callable(import_string(task.do))


def test_a_due_task_is_done_by_a_worker_once(tasks: Any, work: Callable[[], int]) -> None:
    tasks("verify_record")
    assert scheduled.request_due() == 1
    assert scheduled.request_due() == 0
    work()
    assert len(DONE) == 1
    assert OpsRun.objects.get().status == OpsRun.Status.OK
    assert scheduled.request_due() == 0


@pytest.mark.parametrize("schedulers", [0, 1, 2])
def test_in_ten_days_each_period_is_done_once_or_missed(tasks: Any, schedulers: int) -> None:
    tasks("nightly_prune")
    begin = datetime(2026, 2, 20, tzinfo=UTC)
    for hour in range(240):
        for _ in range(schedulers):
            scheduled.tick(at=begin + timedelta(hours=hour))
    # The first look of all finds the night before it, too.
    assert len(DONE) == len(set(DONE)) == (11 if schedulers else 0)
    missed = scheduled.missed(at=begin + timedelta(days=10))
    assert list(missed) == ([] if schedulers else ["nightly_prune"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_workers_that_ask_at_once_claim_a_period_once(tasks: Any) -> None:
    tasks("verify_record", "nightly_prune")
    together, counts = threading.Barrier(4), []

    def ask() -> None:
        together.wait()
        counts.append(scheduled.request_due())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(counts) == OpsRun.objects.count() == Job.objects.count() == 2


def test_a_worker_that_dies_leaves_the_task_to_another(tasks: Any) -> None:
    tasks("verify_record")
    scheduled.request_due()
    job = Job.objects.get()
    Job.objects.claim(job.pk, lease=timedelta(seconds=-1))
    assert DONE == []
    jobs.run_job(job.pk)
    assert len(DONE) == 1
    assert OpsRun.objects.get().status == OpsRun.Status.OK


def test_a_task_that_cannot_be_done_says_why(tasks: Any, work: Callable[[], int]) -> None:
    tasks("verify_record", do=refuse)
    scheduled.request_due()
    work()
    run_row = OpsRun.objects.get()
    assert (run_row.status, run_row.said) == (OpsRun.Status.FAILED, "There is no room.")
    assert Job.objects.get().status == Job.Status.DONE


def test_a_task_that_is_given_up_ends_its_run(tasks: Any, settings: Settings) -> None:
    tasks("verify_record")
    scheduled.request_due()
    settings.JOB_MAX_ATTEMPTS = 0
    jobs.run_job(Job.objects.get().pk)
    assert OpsRun.objects.get().status == OpsRun.Status.FAILED


def test_heavy_work_is_begun_inside_its_window_alone(tasks: Any) -> None:
    tasks("maintain_database")
    assert scheduled.due(SUNDAY) == {"maintain_database": SUNDAY.replace(minute=0)}
    assert scheduled.due(SUNDAY + timedelta(hours=2)) == {}
    assert scheduled.due(SUNDAY + timedelta(days=1)) == {}
    late = SUNDAY + timedelta(hours=4)
    assert scheduled.missed(at=late) == {"maintain_database": SUNDAY.replace(minute=0)}


def test_nothing_is_due_from_before_the_house_was_built(
    tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks("verify_record")
    monkeypatch.setattr(scheduled, "installed_at", timezone.now)
    assert scheduled.request_due() == 0
    assert scheduled.missed() == {}


def test_a_site_chooses_its_own_times_or_none(settings: Settings) -> None:
    own = {"when": "daily", "at": "23:30", "zone": "Europe/Vienna"}
    chosen = {"nightly_backup": own, "daily_report": {"is_off": True}}
    settings.OPERATIONS = settings.OPERATIONS | {"schedule": chosen}
    assert str(schedule.find("nightly_backup").rhythm) == "Daily, 23:30 Europe/Vienna"
    with pytest.raises(schedule.NoSuchTask):
        schedule.find("daily_report")


def test_a_site_without_workers_of_its_own_uses_cron(tasks: Any, settings: Settings) -> None:
    tasks("verify_record")
    settings.SCHEDULE_ENABLED = False
    assert scheduled.request_due() == 0
    assert "verify_record: Done." in run("maintenance", "schedule", "tick").out
    assert run("maintenance", "schedule", "tick").out.strip() == "Nothing is due."


def test_an_operator_runs_a_task_now_and_sees_the_last_ten(tasks: Any) -> None:
    tasks("verify_record")
    for _ in range(12):
        assert run("maintenance", "schedule", "run", "verify_record").code == 0
    listed = run("maintenance", "schedule", "list", "--json")
    (task,) = listed.json["tasks"]
    assert len(task["results"]) == 10
    assert (listed.code, task["missed_since"]) == (0, None)


def test_a_missed_task_ends_the_list_with_1(tasks: Any) -> None:
    tasks("verify_record")
    listed = run("maintenance", "schedule")
    assert listed.code == 1
    assert "MISSED" in listed.out
    assert run("maintenance", "schedule", "run", "nothing").code == 2


def test_an_admin_has_a_worker_run_a_task(tasks: Any, alice: User, work: Callable[[], int]) -> None:
    tasks("verify_record")
    scheduled.run_soon(name="verify_record", by=alice)
    work()
    assert OpsRun.objects.get().started_by == alice
    assert DONE == ["verify_record"]
    assert AuditEvent.objects.filter(type="schedule.asked").count() == 1


def test_the_house_has_one_statement_for_a_look_when_nothing_is_due(
    tasks: Any, django_assert_num_queries: Any
) -> None:
    tasks("verify_record")
    scheduled.tick()
    with django_assert_num_queries(1):
        assert scheduled.request_due() == 0
