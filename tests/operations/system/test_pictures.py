"""The system page's pictures: drawn from rows, said in words too."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import metrics
from tests.operations.system.conftest import MakeJob
from uaip_project.operations.models import OpsRun
from uaip_project.operations.sight import capacity, days, pictures, samples

TODAY = date(2026, 11, 22)
SINCE = datetime(2026, 11, 21, 12, tzinfo=UTC)


def bars(svg: str) -> list[str]:
    """The tone of each bar."""
    return re.findall(r'<rect class="([a-z-]+)"', svg)


def test_a_long_wait_is_drawn_in_another_tone() -> None:
    ages = [None, 0.5, 61.0, 601.0]
    svg = pictures.queue_age(SINCE, ages)
    assert bars(svg) == ["tone-ok", "tone-warn", "tone-bad"]
    assert "at most 601.0 seconds" in svg


def test_nothing_asked_for_is_said() -> None:
    assert "No background work in the last 24 hours" in pictures.queue_age(SINCE, [None] * 4)


def test_no_request_no_picture() -> None:
    assert pictures.latency([(0.1, 0), (float("inf"), 0)]) is None
    svg = pictures.latency([(0.1, 7), (2.5, 2), (float("inf"), 1)])
    assert svg is not None
    assert bars(svg) == ["tone-ok", "tone-warn", "tone-bad"]
    assert "10 requests since the start by duration; 3 took longer than a second" in svg


@pytest.mark.django_db
def test_ages_come_from_the_jobs_themselves(make_job: MakeJob) -> None:
    now = timezone.now()
    make_job(
        1,
        status="done",
        created_at=now - timedelta(hours=13),
        finished_at=now - timedelta(hours=12),
    )
    make_job(
        2, status="done", created_at=now - timedelta(hours=3), finished_at=now - timedelta(days=3)
    )
    make_job(3, created_at=now - timedelta(minutes=5))
    _, ages = samples.queue_ages(at=now)
    assert [round(one) for one in ages if one is not None] == [3600, 300]
    assert ages[-1] is not None


def test_requests_are_counted_between_the_edges() -> None:
    before = dict(samples.latencies())
    metrics.http_durations.labels("GET", "/system-picture/").observe(0.02)
    after = dict(samples.latencies())
    grown = {edge: count - before.get(edge, 0) for edge, count in after.items()}
    assert sum(grown.values()) == 1


@pytest.mark.django_db
def test_the_worst_of_a_day_is_shown() -> None:
    at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    for status in ("ok", "failed", "ok"):
        OpsRun.objects.create(kind="verify_db", status=status, started_at=at, finished_at=at)
    (row,) = days.rows(today=TODAY)
    assert row.days[-2:] == [(date(2026, 11, 21), "failed"), (TODAY, "")]
    assert len(row.days) == days.DAYS
    assert bars(pictures.strip(row.days))[-2:] == ["tone-bad", "tone-none"]


@pytest.mark.django_db
def test_backups_are_drawn_by_day_and_size() -> None:
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    OpsRun.objects.create(
        kind="backup", status="ok", started_at=at, finished_at=at, result={"size": 1234}
    )
    found = days.backups(today=TODAY)
    assert (len(found), found[-3]) == (days.BACKUP_DAYS, (date(2026, 11, 20), "ok", 1234))
    svg = pictures.backups(found)
    assert "1 of the last 30 days have a good backup" in svg
    assert "1,234 bytes" in svg


@pytest.mark.parametrize(
    ("percent", "state"), [(69.9, "ok"), (70.0, "warn"), (84.9, "warn"), (85.0, "bad")]
)
def test_capacity_is_judged_by_its_thresholds(percent: float, state: str) -> None:
    assert capacity.Gauge("cpu", "Processor", percent, 70.0, 85.0).state == state


def test_processor_memory_and_disks_are_measured() -> None:
    found = {one.name: (one.warn, one.bad) for one in capacity.gauges()}
    assert found["cpu"] == (70.0, 85.0)
    assert found["memory"] == (75.0, 90.0)
    assert found["disk_data"] == (80.0, 95.0)
