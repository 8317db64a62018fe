"""`queue`: what operators see of background work at a terminal, and do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import AuditEvent, Job, User
from accounts.services import job_holds
from interviews.models import Answer, Assessment, Escalation
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.operations.system.commands import run, run_json
from tests.operations.system.conftest import MakeJob
from uaip_project.operations import heartbeats, queue_care
from uaip_project.operations.models import OpsRun
from uaip_project.operations.queue_tail import Tail

LONG_AGO = {"next_attempt_at": Now() - timedelta(minutes=5)}


def dead(make_job: MakeJob, number: int = 1, kind: str = "note", fault: str = "Broke.") -> Job:
    ended = {"status": "dead", "finished_at": Now(), "attempts": 8, "last_fault": fault}
    return make_job(number, kind, **ended)


def test_it_counts_what_waits_works_and_died(make_job: MakeJob, olga: User) -> None:
    make_job(1), make_job(2, "stumble", **LONG_AGO), dead(make_job, 3)
    Job.objects.claim(make_job(4).pk, lease=timedelta(seconds=15))
    job_holds.hold(["note"], why="Wait.", by=olga)
    code, said = run_json("queue", "stats")
    counted = {name: said[name] for name in queue_care.COUNTED}
    assert counted == {"pending": 2, "running": 1, "dead": 1, "due": 1, "held": 2}
    assert said["oldest_due_seconds"] >= 300
    assert [one["kind"] for one in said["kinds"]] == ["note", "stumble"]
    assert code == 1


def test_a_queue_in_order_exits_with_0(make_job: MakeJob) -> None:
    make_job()
    code, said = run("queue", "stats")
    assert code == 0
    assert said.startswith("1 waiting (1 due, 0 held back), 0 being done, 0 given up; the longest")


def test_dead_work_is_listed_with_a_reason_that_gives_nothing_away(
    make_job: MakeJob, work: Callable[[], int], settings: Settings
) -> None:
    settings.JOB_MAX_ATTEMPTS = 1
    job = make_job(7, "stumble")
    work()
    code, said = run_json("queue", "dead")
    (row,) = said["dead"]
    assert (code, row["number"], row["reason"]) == (1, job.pk, "ValueError: cannot read …")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("Timeout: no answer in 30 s", "Timeout: no answer in 30 s"),
        ("DataError: too long\nDETAIL: Failing row (1, My secret plan)", "DataError: too long"),
        ("Refused: {'alice@example.org': (550, b'no')}", "Refused: …"),
        ("No mailbox alice@example.org", "No mailbox …"),
        ("", "No reason was noted."),
    ],
)
def test_a_fault_is_told_without_what_people_wrote(fault: str, told: str) -> None:
    assert queue_care.told(fault) == told


def test_one_some_or_all_are_tried_again_and_only_once(
    make_job: MakeJob, olga: User, work: Callable[[], int]
) -> None:
    first, *_ = [dead(make_job, number) for number in range(1, 4)]
    dead(make_job, 9, "stumble")
    assert run_json("queue", "retry", str(first.pk))[1] == {"retried": [first.pk]}
    assert run_json("queue", "retry", str(first.pk))[1] == {"retried": []}
    first.refresh_from_db()
    assert (first.status, first.attempts) == ("pending", 0)
    code, said = run_json("queue", "retry", "--kind", "note", "--by", olga.email)
    assert (code, len(said["retried"])) == (0, 2)
    assert len(run_json("queue", "retry", "--all")[1]["retried"]) == 1
    assert work() == 4
    deed = AuditEvent.objects.filter(type="jobs.retried").order_by("pk")[1]
    assert (deed.actor, deed.detail["count"]) == (f"person {olga.code}", 2)


def test_without_a_choice_nothing_is_tried_again(make_job: MakeJob) -> None:
    dead(make_job)
    code, said = run("queue", "retry")
    assert (code, "--all" in said) == (2, True)
    assert Job.objects.get().status == "dead"


def test_a_dead_score_that_is_tried_again_still_counts(
    alice: User, work: Callable[[], int]
) -> None:
    """The person was told that nobody could assess it; a later score is there for who looks."""
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    run("queue", "cancel", "--all", "--why", "The model hangs.")
    assert Escalation.objects.count() == 1
    run("queue", "retry", "--all")
    assert work() >= 1
    assert Assessment.objects.count() == 1
    assert session.answers.get(question_key="S1-01").current_assessment is not None


def test_a_cancelled_answer_waits_for_a_person_and_its_worker_stores_nothing(
    alice: User,
) -> None:
    submit(make_session(alice), "S1-01", GOOD_PROBLEM, scored=False)
    job = Job.objects.claim(Job.objects.get(kind="score").pk, lease=timedelta(seconds=15))
    assert job
    code, said = run_json("queue", "cancel", str(job.pk), "--why", "It hangs.")
    assert (code, said) == (0, {"cancelled": [job.pk]})
    assert not Job.objects.held(job).exists()
    assert Answer.objects.get(question_key="S1-01").state == "escalated"
    assert run_json("queue", "cancel", str(job.pk), "--why", "Again.")[1] == {"cancelled": []}
    assert Job.objects.get(pk=job.pk).last_fault == "Cancelled: It hangs."


def test_kinds_are_paused_and_resumed(make_job: MakeJob, work: Callable[[], int]) -> None:
    make_job()
    assert run_json("queue", "pause", "note", "--why", "Moving.")[1]["now_held"] == ["note"]
    assert work() == 0
    assert run_json("queue", "resume")[1] == {"released": ["note"], "now_held": []}
    assert work() == 1
    code, said = run("queue", "pause", "nothing")
    assert (code, "no work called nothing" in said) == (2, True)


def test_deeds_leave_a_row_and_looks_do_not(make_job: MakeJob) -> None:
    for words in (["stats"], ["dead"], ["workers"], ["stuck"], ["tail", "--for", "0"]):
        run("queue", *words)
    assert not OpsRun.objects.exists()
    run("queue", "pause", "note")
    assert OpsRun.objects.get().kind == "queue pause"


def test_a_hanging_answer_is_found_with_its_cause(alice: User) -> None:
    session = make_session(alice, "Secret plan")
    submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    Job.objects.claim(Job.objects.get(kind="score").pk, lease=timedelta(minutes=15))
    code, said = run_json("queue", "stuck", "--older-than", "0")
    (row,) = [one for one in said["stuck"] if one["kind"] == "score"]
    assert (code, row["question"], row["session"]) == (1, "S1-01", str(session.code))
    assert "what it asks does not answer" in row["cause"]
    assert "Secret plan" not in str(said)


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({}, "No worker is alive. Start one."),
        ({"next_attempt_at": Now() + timedelta(hours=1), "last_fault": "Lost."}, "time: Lost."),
        (
            {
                "status": "running",
                "lease_until": Now() - timedelta(hours=1),
                "claimed_by": "0" * 32,
            },
            "fell silent",
        ),
    ],
)
def test_each_cause_is_named(make_job: MakeJob, fields: dict[str, object], cause: str) -> None:
    make_job(**fields)
    _, said = run_json("queue", "stuck", "--older-than", "0")
    assert cause in said["stuck"][0]["cause"]


def test_held_work_names_who_wonders_the_reason(make_job: MakeJob, olga: User) -> None:
    make_job()
    job_holds.hold(["note"], why="We move house.", by=olga)
    _, said = run_json("queue", "stuck", "--older-than", "0")
    assert said["stuck"][0]["cause"].endswith("We move house.")


def test_an_answer_whose_work_was_lost_is_found(alice: User) -> None:
    submit(make_session(alice), "S1-01", GOOD_PROBLEM, scored=False)
    Job.objects.all().delete()
    _, said = run_json("queue", "stuck", "--older-than", "0")
    assert [(one["question"], one["status"]) for one in said["stuck"]] == [("S1-01", "lost")]


def test_nothing_hangs_exits_with_0(db: None) -> None:
    assert run("queue", "stuck") == (0, "Nothing hangs.\n")


def test_living_workers_are_told_from_none(db: None) -> None:
    assert run("queue", "workers")[0] == 1
    heartbeats.beat_process()
    code, said = run_json("queue", "workers")
    (row,) = said["workers"]
    assert (code, row["name"], row["is_alive"]) == (0, heartbeats.own_name(), True)
    assert row["memory_bytes"] > 10_000_000


def test_a_broker_that_is_away_is_said_to_be_away(settings: Settings, db: None) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    with patch("celery.current_app.connection_for_write", side_effect=OSError("away")):
        code, said = run_json("queue", "ping")
    assert (code, said["broker"], said["is_reachable"]) == (1, "redis", False)


def test_changes_are_seen_as_they_happen(make_job: MakeJob, work: Callable[[], int]) -> None:
    old = make_job(1)
    tail = Tail()
    assert tail.look() == []
    new = make_job(2)
    assert [(one["number"], one["status"]) for one in tail.look()] == [(new.pk, "pending")]
    work()
    seen = [(one["number"], one["status"]) for one in tail.look()]
    assert seen == [(old.pk, "done"), (new.pk, "done")]
    assert tail.look() == []
