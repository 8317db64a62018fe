"""Issuing a charter through the API: what it needs, what it leaves behind, and who may."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, User
from charters.models import Revision
from governance.models import Decision
from interviews.models import Collaborator, InterviewSession
from interviews.services import sessions, sharing, stages
from interviews.services.reading import read
from tests.builders.programs import Ask, at, error_of, with_key
from tests.builders.sessions import make_session
from tests.builders.settled import settled_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(alice: User) -> InterviewSession:
    """Alice's interview with every stage finished."""
    session = settled_session(alice)
    for number in (1, 2, 3, 4, 5):
        stages.close_stage(reading=read(session), stage_number=number, by=alice)
    return session


def generate(session: InterviewSession) -> str:
    return at(session, "charter", "generate")


def test_alice_issues_her_charter(ask: Ask, alice: User, finished: InterviewSession) -> None:
    reply = ask(alice).post(generate(finished))
    assert reply.status_code == 201
    decision = Decision.objects.get()
    body = reply.json()
    assert body["outcome"] == decision.outcome
    assert (body["revision"], body["content_hash"]) == (1, decision.content_hash)
    shown = ask(alice).get(reply["Location"]).json()
    assert shown["content_hash"] == decision.content_hash
    assert AuditEvent.objects.filter(type="revision.issued").count() == 1


def test_the_same_key_issues_once(ask: Ask, alice: User, finished: InterviewSession) -> None:
    first = ask(alice).post(generate(finished), Idempotency_Key="issue-1")
    again = ask(alice).post(generate(finished), Idempotency_Key="issue-1")
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Revision.objects.count() == 1


def test_an_unfinished_interview_is_told_what_each_stage_needs(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    reply = ask(alice).post(generate(session))
    said = error_of(reply)
    assert (reply.status_code, said["code"]) == (422, "INCOMPLETE_WORKFLOW")
    by_stage = {one["stage"]: one for one in said["details"]["stages"]}
    assert set(by_stage) == {1, 2, 3, 4, 5}
    assert "S1-01" in by_stage[1]["missing"]
    assert not Revision.objects.exists()


def test_a_stage_that_only_was_not_finished_says_so(ask: Ask, alice: User) -> None:
    reply = ask(alice).post(generate(settled_session(alice)))
    found = error_of(reply)["details"]["stages"]
    assert [one["is_ready"] for one in found] == [True] * 5


def test_a_finding_that_must_be_fixed_comes_with_its_words(ask: Ask, alice: User) -> None:
    session = settled_session(alice, stages=(1,))
    stages_told = error_of(ask(alice).post(generate(session)))["details"]["stages"]
    for one in stages_told:
        assert {found["rule_id"] for found in one["findings"]} <= set(one["blockers"])
        assert all(found["message"] for found in one["findings"])


def test_issuing_again_without_a_change_is_a_conflict(
    ask: Ask, alice: User, finished: InterviewSession
) -> None:
    ask(alice).post(generate(finished))
    again = ask(alice).post(generate(finished))
    assert again.status_code == 409
    assert Revision.objects.count() == 1


def test_a_paused_interview_is_a_conflict(
    ask: Ask, alice: User, finished: InterviewSession
) -> None:
    sessions.pause_session(session=finished, by=alice)
    assert ask(alice).post(generate(finished)).status_code == 409


def test_only_the_owner_issues(
    ask: Ask, alice: User, bob: User, rita: User, mallory: User, finished: InterviewSession
) -> None:
    sharing.share_session(
        session=finished, email=bob.email, level=Collaborator.Level.EDIT, by=alice
    )
    sessions.release_session(session=finished, by=alice)
    for person, status in ((mallory, 404), (rita, 403), (bob, 403)):
        assert ask(person).post(generate(finished)).status_code == status
    assert ask(alice).post(generate(finished), {"force": True}).status_code == 422
    assert not Revision.objects.exists()


def test_a_key_needs_the_scope_to_issue(alice: User, finished: InterviewSession) -> None:
    assert with_key(alice, "session.view").post(generate(finished)).status_code == 403
    issuer = with_key(alice, "session.view", "charter.issue")
    assert issuer.post(generate(finished)).status_code == 201


def test_the_preview_says_what_would_be_decided_and_stores_nothing(
    ask: Ask, alice: User, finished: InterviewSession
) -> None:
    outcome = ask(alice).get(at(finished, "decision")).json()["outcome"]
    assert not Decision.objects.exists()
    issued = ask(alice).post(generate(finished)).json()["outcome"]
    assert outcome == issued


def test_a_preview_is_open_until_the_risks_are_known_and_none_for_strangers(
    ask: Ask, alice: User, mallory: User
) -> None:
    session = make_session(alice)
    assert ask(alice).get(at(session, "decision")).json() == {"outcome": None}
    assert ask(mallory).get(at(session, "decision")).status_code == 404
