"""Worker processes: they say that they live, leave in good order, and end when they are deaf."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.services import jobs
from tests.operations.system.conftest import MakeJob
from uaip_project.operations import heartbeats, watchdog, workers
from uaip_project.operations.housekeeping import Housekeeper
from uaip_project.operations.models import WorkerProcess

pytestmark = pytest.mark.django_db

OVERDUE = {"next_attempt_at": Now() - timedelta(minutes=5)}


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> jobs.Sweeper:
    """A worker to which nothing has come for two minutes, and whose rings are taken."""
    monkeypatch.setattr(jobs._at_work, "came_at", time.monotonic() - 120)
    sweeper = jobs.Sweeper(lambda number: True)
    monkeypatch.setattr(jobs, "_sweeper", sweeper)
    return sweeper


def ended() -> bool:
    calls: list[bool] = []
    watchdog.end_if_deaf(lambda: calls.append(True))
    return bool(calls)


def test_a_worker_that_hears_nothing_of_overdue_work_ends(
    idle: jobs.Sweeper, make_job: MakeJob
) -> None:
    make_job(**OVERDUE)
    idle.sweep()
    assert ended()


def test_a_broker_that_takes_no_ring_is_waited_for(
    idle: jobs.Sweeper, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_job(**OVERDUE)
    monkeypatch.setattr(jobs, "_sweeper", jobs.Sweeper(lambda number: False))
    jobs.sweep()
    assert not ended()


def test_a_worker_at_work_is_left_alone(idle: jobs.Sweeper, make_job: MakeJob) -> None:
    make_job(**OVERDUE)
    idle.sweep()
    with jobs._at_work:
        assert not ended()
    assert not ended()


def test_held_work_ends_no_worker(idle: jobs.Sweeper, make_job: MakeJob) -> None:
    from_then = make_job(**OVERDUE)
    idle.sweep()
    type(from_then).objects.update(next_attempt_at=Now())
    assert not ended()


def test_the_watchdog_can_be_switched_off(
    idle: jobs.Sweeper, make_job: MakeJob, settings: Settings
) -> None:
    settings.WORKER_WATCHDOG_SECONDS = 0
    make_job(**OVERDUE)
    idle.sweep()
    assert not ended()


def test_the_housekeeper_beats_for_its_process(make_job: MakeJob) -> None:
    Housekeeper(threading.Event()).tend(time.monotonic())
    (row,) = workers.processes()
    assert (row["name"], row["is_alive"]) == (heartbeats.own_name(), True)
    heartbeats.beat_process()
    assert WorkerProcess.objects.count() == 1


def test_a_process_that_ends_in_good_order_is_not_called_silent(db: None) -> None:
    heartbeats.beat_process()
    heartbeats.leave()
    assert workers.processes() == []


def test_a_silent_process_is_shown_for_an_hour_and_then_forgotten(db: None) -> None:
    heartbeats.beat_process()
    WorkerProcess.objects.update(heard_at=Now() - timedelta(minutes=30))
    assert [one["is_alive"] for one in workers.processes()] == [False]
    assert heartbeats.forget_silent() == 0
    WorkerProcess.objects.update(heard_at=Now() - timedelta(minutes=61))
    assert heartbeats.forget_silent() == 1
