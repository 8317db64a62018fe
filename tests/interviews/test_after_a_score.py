"""After a score the rules are run only where they could speak differently; nobody can tell."""

from __future__ import annotations

import pytest

from accounts.models import User
from interviews.models import Answer, Finding, InterviewSession
from interviews.services import conditions, contradictions, findings, reading
from tests.builders.answers import consistent_values
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]


def _stands_as_after_a_full_run(session: InterviewSession) -> None:
    """Findings, states and checks are what running everything once more would give."""
    now = reading.read(session)
    kept = {row.rule_id: row.state for row in Finding.objects.filter(session=session)}
    assert {row.rule_id: row.state for row in findings.look(reading=now)} == kept
    states = dict(Answer.objects.filter(session=session).values_list("question_key", "state"))
    synced = conditions.sync_conditions(reading=now)
    assert {one.question_key: one.state for one in synced.answers} == states
    assert contradictions.request_checks(now) == 0


@pytest.mark.usefixtures("fake_model")
def test_a_whole_interview_has_after_every_score_the_findings_of_a_full_run(alice: User) -> None:
    session = make_session(alice)
    for key, value in consistent_values().items():
        submit(session, key, value)
        _stands_as_after_a_full_run(session)


@pytest.mark.usefixtures("fake_model")
def test_an_answer_opened_again_in_a_complete_stage_is_followed_in_full(alice: User) -> None:
    session = make_session(alice)
    given = {key: value for key, value in consistent_values().items() if key.startswith("S1")}
    for key, value in given.items():
        submit(session, key, value)
    submit(session, "S1-01", VAGUE_PROBLEM)
    _stands_as_after_a_full_run(session)
    submit(session, "S1-01", given["S1-01"])
    _stands_as_after_a_full_run(session)


def test_without_a_model_too(alice: User) -> None:
    session = make_session(alice)
    for key, value in consistent_values().items():
        submit(session, key, value)
        _stands_as_after_a_full_run(session)


def test_the_session_shows_that_something_happened(alice: User, fake_model: FakeModel) -> None:
    session = make_session(alice)
    before = session.last_updated_at
    submit(session, "S1-01", consistent_values()["S1-01"])
    session.refresh_from_db()
    assert session.last_updated_at > before
    assert len(fake_model.requests) == 1
