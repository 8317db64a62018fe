"""Kinds of work that somebody holds back: nobody takes them up, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts import job_kinds
from accounts.models import AuditEvent, HeldKind, Job, User
from accounts.services import job_holds, jobs
from tests.operations.system.conftest import MakeJob

LEASE = timedelta(seconds=15)


def test_held_work_stays_as_it_is_until_it_is_released(
    make_job: MakeJob, olga: User, work: Callable[[], int]
) -> None:
    job = make_job()
    assert job_holds.hold(["note"], why="The other side moves house.", by=olga) == ["note"]
    assert work() == 0
    assert jobs.run_job(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("pending", 0)
    assert job_holds.release(["note"], by=olga) == ["note"]
    assert work() == 1


def test_only_the_kind_that_is_held_waits(
    make_job: MakeJob, olga: User, work: Callable[[], int]
) -> None:
    held, free = make_job(), make_job(kind="stumble")
    job_holds.hold(["note"], why="Wait.", by=olga)
    work()
    held.refresh_from_db(), free.refresh_from_db()
    assert (held.attempts, free.attempts) == (0, 1)


def test_held_work_of_a_worker_that_died_is_not_taken_over(make_job: MakeJob, olga: User) -> None:
    job = make_job()
    assert Job.objects.claim(job.pk, lease=LEASE)
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    job_holds.hold(["note"], why="Wait.", by=olga)
    assert Job.objects.claim(job.pk, lease=LEASE) is None
    job_holds.release(["note"], by=olga)
    assert Job.objects.claim(job.pk, lease=LEASE)


def test_what_is_being_done_is_finished(make_job: MakeJob, olga: User) -> None:
    job = Job.objects.claim(make_job().pk, lease=LEASE)
    assert job
    job_holds.hold(["note"], why="Wait.", by=olga)
    jobs.finish(job)
    job.refresh_from_db()
    assert job.status == "done"


def test_the_sweeper_does_not_ring_for_held_work(make_job: MakeJob, olga: User) -> None:
    make_job(next_attempt_at=Now() - timedelta(minutes=1))
    rung: list[int] = []
    job_holds.hold(["note"], why="Wait.", by=olga)
    jobs.Sweeper(lambda number: bool(rung.append(number))).sweep()
    assert rung == []
    job_holds.release(["note"], by=olga)
    jobs.Sweeper(lambda number: bool(rung.append(number))).sweep()
    assert len(rung) == 1


def test_holding_costs_a_claim_no_statement_more(make_job: MakeJob, olga: User) -> None:
    def statements(number: int) -> int:
        job = make_job(number)
        with CaptureQueriesContext(connection) as seen:
            jobs.run_job(job.pk)
        return len(seen)

    before = statements(1)
    job_holds.hold(["score"], why="Wait.", by=olga)
    assert statements(2) == before


def test_each_hold_and_release_is_a_deed_once(make_job: MakeJob, olga: User) -> None:
    for _ in range(2):
        job_holds.hold(["note", "score"], why="Wait.", by=olga)
    job_holds.hold(["note"], why="Another reason.", by=None)
    assert HeldKind.objects.get(kind="note").why == "Wait."
    for _ in range(2):
        job_holds.release(["note", "score"], by=olga)
    deeds = AuditEvent.objects.filter(type__startswith="jobs.").values_list("type", "detail")
    kinds = {"kinds": ["note", "score"]}
    assert list(deeds.order_by("pk")) == [("jobs.held", kinds), ("jobs.released", kinds)]


def test_work_that_there_is_not_cannot_be_held(make_job: MakeJob, olga: User) -> None:
    with pytest.raises(job_holds.NoSuchKind, match="no work called scoer"):
        job_holds.hold(["note", "scoer"], why="Wait.", by=olga)
    assert not HeldKind.objects.exists()


def test_what_leaves_the_house_is_known() -> None:
    inside = {"export", "inventory", "audit_seal", "audit_anchor", "import_cases", "undo_import"}
    assert {"score", "webhook", "invitation", "reminder_mail"} <= job_kinds.OUTBOUND
    assert not inside & job_kinds.OUTBOUND
    assert set(job_kinds.HANDLERS) >= job_kinds.OUTBOUND
