"""Two people (or two tabs, or two workers) at the same moment: nothing is lost, nothing breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import AuditEvent, Job, User
from accounts.services import jobs
from interviews.models import Answer, Assessment, Attempt, Draft, Finding, InterviewSession
from interviews.refusals import Refusal, StageNotReady
from interviews.services import attempts, drafts, findings, sessions, stages
from interviews.services.reading import read
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 4


def at_once(deed: Callable[[int], Any]) -> list[Any]:
    """What ``COUNT`` threads got back that all began together; refusals and faults as values."""
    outcomes: list[Any] = [None] * COUNT
    ready = threading.Barrier(COUNT, timeout=90)

    def run(number: int) -> None:
        try:
            ready.wait()
            outcomes[number] = deed(number)
        except (Refusal, DatabaseError) as fault:
            outcomes[number] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return outcomes


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in outcomes)


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """A fresh session of alice's."""
    return make_session(alice)


def test_a_job_goes_to_one_worker(session: InterviewSession) -> None:
    answer = submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    job = Job.objects.get(subject_id=answer.current_attempt_id)
    claims = at_once(lambda _: Job.objects.claim(job.pk, lease=timedelta(seconds=15)))
    assert sum(isinstance(one, Job) for one in claims) == 1
    assert claims.count(None) == COUNT - 1


def test_an_attempt_that_everybody_was_rung_for_is_scored_once(session: InterviewSession) -> None:
    answer = submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    job = Job.objects.get(subject_id=answer.current_attempt_id)
    at_once(lambda _: jobs.run_job(job.pk))
    assert Assessment.objects.count() == 1


def test_of_tabs_that_submit_together_one_wins_and_the_others_see_it(
    session: InterviewSession,
) -> None:
    def press(number: int) -> Attempt:
        return attempts.submit_attempt(
            reading=read(session),
            question_key="S1-01",
            value=f"{GOOD_PROBLEM} Case {number}.",
            by=session.owner,
            answer_version=0,
        )

    assert kinds(at_once(press)) == ["AnswerChanged"] * (COUNT - 1) + ["Attempt"]
    assert Attempt.objects.count() == Job.objects.count() == 1


def test_different_questions_can_be_answered_together(session: InterviewSession) -> None:
    keys = ["S1-01", "S1-03", "S1-05", "S1-08"]

    def press(number: int) -> Answer:
        reading = read(session)
        return attempts.mark_unknown(
            reading=reading,
            question_key=keys[number],
            owner="Ben",
            due_date=None,
            by=session.owner,
            answer_version=0,
        )

    assert kinds(at_once(press)) == ["Answer"] * COUNT
    assert session.answers.filter(state="unknown").count() == COUNT


def test_of_drafts_saved_together_the_first_stays(session: InterviewSession) -> None:
    answer = session.answers.select_related("session").get(question_key="S1-01")

    def save(number: int) -> Draft:
        return drafts.save_draft(
            answer=answer, value=f"{number}", draft_version=0, answer_version=0, by=session.owner
        )

    outcomes = at_once(save)
    assert kinds(outcomes) == ["Draft"] + ["DraftChanged"] * (COUNT - 1)
    (kept,) = [one for one in outcomes if isinstance(one, Draft)]
    assert Draft.objects.get().value == kept.value


def test_finishing_a_stage_twice_at_once_breaks_nothing(session: InterviewSession) -> None:
    """A double click: all runs of the rules find the same, and one row of each is kept."""
    submit(session, "S1-01", VAGUE_PROBLEM)
    outcomes = at_once(
        lambda _: stages.close_stage(reading=read(session), stage_number=1, by=session.owner)
    )
    assert kinds(outcomes) == [StageNotReady.__name__] * COUNT
    rules = list(Finding.objects.filter(session=session).values_list("rule_id", flat=True))
    assert rules
    assert len(rules) == len(set(rules))


def test_of_many_who_pause_one_does(session: InterviewSession) -> None:
    outcomes = at_once(
        lambda _: sessions.pause_session(
            session=InterviewSession.objects.get(pk=session.pk), by=session.owner
        )
    )
    assert kinds(outcomes) == ["NoneType"] + ["SessionNotOpen"] * (COUNT - 1)


def make_finding(session: InterviewSession) -> Finding:
    return Finding.objects.create(
        session=session,
        rule_id="X-09",
        severity="BLOCKER",
        stage_a=2,
        stage_b=3,
        message="Data arrives after the moment to act.",
        how_to_fix="Shorten the lag.",
        fingerprint="x",
    )


def test_of_many_who_handle_a_finding_one_is_kept(session: InterviewSession) -> None:
    found = make_finding(session)
    read_rows = [Finding.objects.select_related("session").get(pk=found.pk) for _ in range(COUNT)]

    def carry(number: int) -> Finding:
        return findings.handle_finding(
            finding=read_rows[number], action="carry", reason=f"Reason {number}.", by=session.owner
        )

    outcomes = at_once(carry)
    assert kinds(outcomes) == ["Finding"] + ["FindingMoved"] * (COUNT - 1)
    (kept,) = [one for one in outcomes if isinstance(one, Finding)]
    assert Finding.objects.get(pk=found.pk).reason == kept.reason
    assert AuditEvent.objects.filter(type="finding.carried").count() == 1
