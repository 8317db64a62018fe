"""The ends of stages, findings and the charter in a terminal interview."""

from __future__ import annotations

import io

import pytest

from accounts.models import User
from governance.models import Decision
from interviews.answerset import AnswerState
from interviews.models import Finding, InterviewSession
from interviews.services import sessions
from interviews.services.reading import read
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.operations.command import sample, uaip_with
from tests.operations.terminal import answer, only_session, resume
from tests.operations.typist import Typist
from uaip_project.operations.conduct import answer_from_file
from uaip_project.operations.demo import catalog, read_sample

pytestmark = pytest.mark.django_db(transaction=True)


def answered(alice: User, name: str, *, leave: tuple[str, ...] = ()) -> InterviewSession:
    """A session answered from a sample, but for some questions; no stage is closed."""
    entry = next(one for one in catalog() if one["file"] == f"{name}.json")
    run = read_sample(entry)
    session = sessions.start_session(
        project_name=run.project_name, by=alice, as_of_date=run.as_of, provenance=run.provenance
    )
    keys = tuple(one.key for one in read(session).protocol.questions if one.key not in leave)
    answer_from_file(session, run, by=alice, keys=keys)
    return session


def test_a_whole_interview_is_typed_and_decided(alice: User) -> None:
    entry = next(one for one in catalog() if one["expected_decision"] == "HALT")
    out = io.StringIO()
    typist = Typist(read_sample(entry), alice, out)
    done = uaip_with(typist, "start", "--project-name", "Voice mood marks", out=out)
    assert done.code == 0
    assert "Decision: HALT" in done.out
    assert "F-1 (HALT)" in done.out
    assert set(only_session().checkpoints.values_list("stage_number", flat=True)) == {1, 2, 3, 4, 5}


def test_the_last_answer_closes_the_stages_and_issues_the_charter(alice: User) -> None:
    session = answered(alice, "energy_wizard", leave=("S1-01",))
    problem = sample("energy_wizard")["answers"]["S1-01"]["attempts"][-1]
    done = resume(session, problem, "", "yes")
    assert [f"Stage {number} is closed" in done.out for number in range(1, 6)] == [True] * 5
    decision = Decision.objects.get()
    assert f"Decision: {decision.get_value_display()}" in done.out
    session.refresh_from_db()
    assert session.status == InterviewSession.Status.COMPLETED


def test_an_unanswered_question_keeps_the_stage_open(alice: User) -> None:
    session = answered(alice, "energy_wizard", leave=("S1-01",))
    done = resume(session, "s", "", "q")
    assert "Stage 1 cannot be closed yet." in done.out
    assert "Still to be answered: S1-01." in done.out
    assert done.out.count("S1-01 - Business problem") == 2
    assert not session.checkpoints.exists()


def test_a_stage_left_open_does_not_keep_from_the_next(alice: User) -> None:
    session = answered(alice, "energy_wizard", leave=("S1-01",))
    done = resume(session, "s", "n")
    assert "Stage 2 is closed" in done.out
    assert "Stage 1 is still open." in done.out
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("letter", "state"), [("c", "carried"), ("d", "disputed")])
def test_a_finding_is_handled_with_a_reason(alice: User, letter: str, state: str) -> None:
    session = answered(alice, "invented_halt", leave=("S2-09",))
    timing = sample("invented_halt")["answers"]["S2-09"]
    window = ["1 h", "1 day", "6 h", "2 day", "1 day", timing["reason"]]
    done = resume(session, *window, letter, "Tried in March: it works out.", "q")
    assert "G2-6 BLOCKER" in done.out
    finding = Finding.objects.get(rule_id="G2-6")
    assert (finding.state, finding.reason) == (state, "Tried in March: it works out.")


def test_fixing_a_finding_leads_to_its_answer(alice: User) -> None:
    session = answered(alice, "invented_halt")
    submit(session, "S2-09", read(session).by_key["S2-09"].value | {"action_window": ONE_HOUR})
    done = resume(session, "f", "7 day", *[""] * 5, "q")
    assert "S2-09 - " in done.out
    assert Finding.objects.get(rule_id="G2-6").state == Finding.State.FIXED


ONE_HOUR = {"value": 1, "unit": "h"}


def test_a_paused_interview_is_resumed(alice: User) -> None:
    session = make_session(alice)
    sessions.pause_session(session=session, by=alice)
    assert resume(session, "q").code == 0
    session.refresh_from_db()
    assert session.status == InterviewSession.Status.IN_PROGRESS


def test_an_answer_that_no_worker_scored_is_scored_on_resuming(alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    resume(session, "q")
    assert answer("S1-01").state == AnswerState.ACCEPTED
