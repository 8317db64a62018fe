"""Work is a row: done once, freed when its worker falls silent, and never waited for in vain."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import job_kinds
from accounts.models import Job, User
from accounts.services import jobs
from accounts.tasks import run_job_task
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Escalation, InterviewSession
from interviews.services import sessions
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=15)
DONE: list[int] = []


def note(job: Job) -> None:
    """A handler that does nothing but finish."""
    DONE.append(job.pk)
    jobs.finish(job)


def mourn(job: Job) -> None:
    """Nobody waits for a noted job."""


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job:
    """One waiting job of a kind of its own."""
    DONE.clear()
    monkeypatch.setitem(job_kinds.HANDLERS, "note", f"{__name__}.note")
    monkeypatch.setitem(job_kinds.MOURNERS, "note", f"{__name__}.mourn")
    return jobs.enqueue(kind="note", subject_id=7, unique_key="note:7")


def claim(job: Job) -> Job | None:
    return Job.objects.claim(job.pk, lease=LEASE)


def let_lease_run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_claimed_once(job: Job) -> None:
    first, second = claim(job), claim(job)
    assert first is not None
    assert (first.status, first.attempts, first.lease_token) == ("running", 1, 1)
    assert second is None


def test_a_silent_worker_loses_its_job(job: Job) -> None:
    slow = claim(job)
    let_lease_run_out(job)
    fast = claim(job)
    assert slow and fast
    assert (fast.attempts, fast.lease_token) == (2, 2)
    assert not Job.objects.held(slow).exists()
    assert Job.objects.held(fast).exists()


def test_a_late_finisher_stores_nothing(job: Job, alice: User) -> None:
    slow = claim(job)
    let_lease_run_out(job)
    fast = claim(job)
    assert slow and fast
    with pytest.raises(jobs.LostClaim), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(name="Stored too late")
        jobs.finish(slow)
    jobs.finish(fast)
    alice.refresh_from_db()
    assert alice.name == "Alice"
    assert fresh(job).status == Job.Status.DONE


def test_a_worker_that_finishes_late_ends_quietly(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(taken: Job) -> None:
        let_lease_run_out(taken)
        claim(taken)
        jobs.finish(taken)

    monkeypatch.setattr(f"{__name__}.note", late)
    assert jobs.run_job(job.pk) is not None
    assert fresh(job).status == Job.Status.RUNNING


def test_done_work_is_not_done_again(job: Job) -> None:
    run_job_task(job.pk)
    run_job_task(job.pk)
    assert [job.pk] == DONE
    assert jobs.run_job(job.pk) is None


def test_a_job_that_is_not_there_is_no_fault() -> None:
    assert jobs.run_job(10**9) is None


def test_the_same_work_cannot_be_asked_for_twice(job: Job) -> None:
    with pytest.raises(Exception, match="(?i)unique"), transaction.atomic():
        jobs.enqueue(kind="note", subject_id=7, unique_key="note:7")


def test_a_lease_that_is_renewed_does_not_run_out(job: Job) -> None:
    taken = claim(job)
    assert taken
    with jobs._holding(taken):
        Job.objects.filter(pk=job.pk).update(lease_until=Now())
        assert jobs.renew_leases() == 1
        assert claim(job) is None
    assert jobs.renew_leases() == 0


def test_a_lost_lease_is_not_renewed(job: Job) -> None:
    taken = claim(job)
    assert taken
    let_lease_run_out(job)
    claim(job)
    with jobs._holding(taken):
        assert jobs.renew_leases() == 0


def test_the_sweep_finds_what_nobody_rang_for(job: Job) -> None:
    silent = jobs.enqueue(kind="note", subject_id=8, unique_key="note:8")
    claim(silent)
    let_lease_run_out(silent)
    at_work = jobs.enqueue(kind="note", subject_id=9, unique_key="note:9")
    claim(at_work)
    later = jobs.enqueue(kind="note", subject_id=10, unique_key="note:10")
    Job.objects.filter(pk=later.pk).update(next_attempt_at=Now() + LEASE)
    rung: list[int] = []
    assert _sweeper(rung).sweep() == 2
    assert sorted(rung) == sorted([job.pk, silent.pk])


def _sweeper(rung: list[int]) -> jobs.Sweeper:
    return jobs.Sweeper(lambda job_id: rung.append(job_id) is None)


def test_a_sweeper_does_not_ring_twice_for_a_job_that_waits_in_the_queue(job: Job) -> None:
    rung: list[int] = []
    sweeper = _sweeper(rung)
    sweeper.sweep()
    sweeper.sweep()
    assert rung == [job.pk]


def test_a_ring_that_was_not_answered_is_repeated_after_a_while(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    sweeper = _sweeper(rung)
    sweeper.sweep()
    monkeypatch.setattr(jobs, "RING_AGAIN_SECONDS", 0.0)
    sweeper.sweep()
    assert rung == [job.pk, job.pk]


def test_a_job_that_was_put_back_is_rung_for_again_at_once(job: Job) -> None:
    rung: list[int] = []
    sweeper = _sweeper(rung)
    sweeper.sweep()
    taken = claim(job)
    assert taken
    jobs.postpone(taken, wait=timedelta(), why="later")
    sweeper.sweep()
    assert rung == [job.pk, job.pk]


def test_a_ring_that_the_broker_did_not_take_is_repeated_by_the_next_sweep(job: Job) -> None:
    sweeper = jobs.Sweeper(lambda job_id: False)
    assert [sweeper.sweep(), sweeper.sweep()] == [1, 1]


def test_a_worker_with_its_hands_full_sweeps_but_once_in_a_while(
    job: Job, settings: Settings
) -> None:
    settings.CELERY_WORKER_CONCURRENCY = 1
    waiting = jobs.enqueue(kind="note", subject_id=8, unique_key="note:8")
    rung: list[int] = []
    sweeper = _sweeper(rung)
    assert claim(job)
    sweeper.sweep()
    with jobs._at_work:
        other = jobs.enqueue(kind="note", subject_id=9, unique_key="note:9")
        assert sweeper.sweep() == 0
    sweeper.sweep()
    assert rung == [waiting.pk, other.pk]


# --- The doorbell ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [OperationalError("gone"), ConnectionRefusedError()])
def test_a_dead_broker_is_no_fault_of_the_person(job: Job, fault: Exception) -> None:
    with patch.object(current_app, "send_task", side_effect=fault):
        assert jobs._Doorbell().ring(job.pk) is False


def test_after_three_faults_the_broker_is_left_alone_for_a_while(job: Job) -> None:
    bell = jobs._Doorbell()
    with patch.object(current_app, "send_task", side_effect=OperationalError) as send:
        for _ in range(10):
            bell.ring(job.pk)
    assert send.call_count == jobs.RING_FAULTS_BEFORE_PAUSE
    bell._quiet_until = 0.0
    with patch.object(current_app, "send_task") as send:
        assert bell.ring(job.pk) is True
    send.assert_called_once()


def test_one_success_forgets_earlier_faults(job: Job) -> None:
    bell = jobs._Doorbell()
    answers = [OperationalError, OperationalError, None, OperationalError, OperationalError]
    with patch.object(current_app, "send_task", side_effect=answers) as send:
        for _ in answers:
            bell.ring(job.pk)
    assert send.call_count == len(answers)


def test_the_bell_rings_after_the_commit_only(
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(jobs._doorbell, "ring", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        waiting = jobs.enqueue(kind="note", subject_id=1, unique_key="note:1")
        assert rung == []
    assert rung == [waiting.pk]


def test_a_command_does_its_jobs_itself(
    job: Job, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with jobs.in_this_process(), django_capture_on_commit_callbacks(execute=True):
        mine = jobs.enqueue(kind="note", subject_id=1, unique_key="note:1")
    assert [mine.pk] == DONE
    with django_capture_on_commit_callbacks(execute=True):
        jobs.enqueue(kind="note", subject_id=2, unique_key="note:2")
    assert [mine.pk] == DONE


# --- Scoring, the one kind of work there is -----------------------------------------------------


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """A session of alice's."""
    return make_session(alice)


def scoring_of(answer: Answer) -> Job:
    return Job.objects.get(kind="score", subject_id=answer.current_attempt_id)


def test_scoring_twice_yields_one_assessment(session: InterviewSession) -> None:
    job = scoring_of(submit(session, "S1-01", GOOD_PROBLEM))
    run_job_task(job.pk)
    assert Assessment.objects.count() == 1


def test_a_late_scorer_leaves_no_second_assessment(
    session: InterviewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = scoring_of(submit(session, "S1-01", GOOD_PROBLEM, scored=False))
    from_slow, judge = claim(job), job_kinds.HANDLERS["score"]
    assert from_slow
    let_lease_run_out(job)
    jobs.run_job(job.pk)
    with pytest.raises(jobs.LostClaim):
        jobs.import_string(judge)(from_slow)
    assert Assessment.objects.count() == 1


def test_an_answer_that_cannot_be_assessed_waits_for_a_person(
    session: InterviewSession, settings: Settings
) -> None:
    answer = submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    job = scoring_of(answer)
    Job.objects.filter(pk=job.pk).update(attempts=settings.JOB_MAX_ATTEMPTS)
    jobs.run_job(job.pk)
    answer.refresh_from_db()
    assert fresh(job).status == Job.Status.DEAD
    assert answer.state == AnswerState.ESCALATED
    assert answer.escalations.get().reason == Escalation.Reason.NOT_ASSESSED
    assert answer.value == GOOD_PROBLEM


def test_a_fault_nobody_expected_is_noted_and_tried_again_later(
    session: InterviewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    job = scoring_of(submit(session, "S1-01", GOOD_PROBLEM, scored=False))
    with monkeypatch.context() as patched:
        patched.setattr("interviews.scoring.offline.judge", fail)
        jobs.run_job(job.pk)
    assert (fresh(job).status, fresh(job).last_fault) == ("pending", "RuntimeError: a bug")
    assert jobs.run_job(job.pk) is None  # not due yet
    Job.objects.filter(pk=job.pk).update(next_attempt_at=Now())
    jobs.run_job(job.pk)
    assert fresh(job).status == Job.Status.DONE


def test_work_that_fails_every_time_ends_with_a_person(
    session: InterviewSession, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("interviews.scoring.offline.judge", fail)
    answer = submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    job = scoring_of(answer)
    for _ in range(settings.JOB_MAX_ATTEMPTS):
        Job.objects.filter(pk=job.pk).update(next_attempt_at=Now())
        jobs.run_job(job.pk)
    assert (fresh(job).status, fresh(job).last_fault) == ("dead", "RuntimeError: a bug")
    assert Escalation.objects.get().reason == Escalation.Reason.NOT_ASSESSED


def test_scoring_of_a_deleted_session_ends_quietly(session: InterviewSession, alice: User) -> None:
    job = scoring_of(submit(session, "S1-01", VAGUE_PROBLEM, scored=False))
    sessions.delete_session(session=session, by=alice)
    jobs.run_job(job.pk)
    assert fresh(job).status == Job.Status.DONE


def test_giving_up_on_a_deleted_session_ends_quietly(
    session: InterviewSession, alice: User, settings: Settings
) -> None:
    job = scoring_of(submit(session, "S1-01", VAGUE_PROBLEM, scored=False))
    sessions.delete_session(session=session, by=alice)
    Job.objects.filter(pk=job.pk).update(attempts=settings.JOB_MAX_ATTEMPTS)
    jobs.run_job(job.pk)
    assert fresh(job).status == Job.Status.DEAD


def test_a_worker_that_lost_its_claim_does_not_give_the_work_up(job: Job) -> None:
    late = claim(job)
    let_lease_run_out(job)
    assert claim(job) is not None
    with pytest.raises(jobs.LostClaim):
        jobs.give_up(late, "It took too long.")
    assert fresh(job).status == Job.Status.RUNNING
