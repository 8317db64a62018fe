"""Disputed scores for programs: the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.permissions import Permission, Role
from accounts.services import audit, keys
from interviews.models import InterviewSession, ScoreDispute
from interviews.services import sessions
from tests.builders.people import make_person
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.interviews.test_score_disputes import KEY, RULING, WHY, disputed, ruled

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """An interview with one answer that needs more detail."""
    session = make_session(alice)
    submit(session, KEY, VAGUE_PROBLEM)
    return session


def place(session: InterviewSession, *more: str) -> str:
    return "/".join([f"/api/v1/sessions/{session.code}/items/{KEY}/disputes", *more])


def send(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def test_a_program_disputes_a_score_and_reads_how_it_stands(
    session: InterviewSession, alice: User, rita: User, client_of: Browser
) -> None:
    client = client_of(alice)
    made = send(client, place(session), reason=WHY)
    assert made.status_code == 201
    assert made.json()["state"] == "open"
    assert made.json()["reason"] == WHY
    where = made.headers["Location"]
    assert client.get(where).json() == made.json()
    ruled(ScoreDispute.objects.get(), rita, "7.8")
    assert client.get(where).json()["corrected_score"] == 7.8
    assert [one["state"] for one in client.get(place(session)).json()["items"]] == ["corrected"]
    (attempt,) = client.get(f"/api/v1/sessions/{session.code}/items/{KEY}/attempts").json()["items"]
    assert attempt["assessment"]["scored_by"] == "person"
    assert attempt["assessment"]["score"] == 7.8


def test_a_dispute_without_grounds_or_out_of_time_is_refused_with_the_reason(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    client = client_of(alice)
    assert send(client, place(session), reason="Wrong.").status_code == 422
    disputed(session)
    again = send(client, place(session), reason=WHY)
    assert again.status_code == 409
    assert "disputed already" in again.json()["error"]["message"]
    sessions.pause_session(session=session, by=alice)
    paused = send(client, place(session), reason=WHY)
    assert paused.status_code == 409
    assert "Resume it" in paused.json()["error"]["message"]


def test_a_reviewer_finds_it_and_rules_once(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made, client = disputed(session), client_of(rita)
    (waiting,) = client.get("/api/v1/score-disputes").json()["items"]
    assert (waiting["id"], waiting["session"]) == (str(made.code), str(session.code))
    ruling = place(session, str(made.code), "ruling")
    assert send(client, ruling, reason="Too short.").status_code == 422
    assert send(client, ruling, reason=RULING, corrected_score=7.85).status_code == 422
    same = send(client, ruling, reason=RULING, corrected_score=float(made.assessment.score))
    assert same.status_code == 422
    done = send(client, ruling, reason=RULING, corrected_score=7.8)
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["corrected_score"]) == ("corrected", 7.8)
    second = send(client, ruling, reason=RULING)
    assert second.status_code == 409
    assert "Somebody ruled on this score" in second.json()["error"]["message"]
    assert client.get("/api/v1/score-disputes").json()["items"] == []


def test_without_a_score_it_is_kept(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    done = send(client_of(rita), place(session, str(made.code), "ruling"), reason=RULING)
    assert done.json()["state"] == "kept"


def test_a_stranger_finds_none_and_nobody_rules_on_or_withdraws_what_is_not_theirs(
    session: InterviewSession, alice: User, rita: User, mallory: User, client_of: Browser
) -> None:
    made = disputed(session)
    one, ruling = place(session, str(made.code)), place(session, str(made.code), "ruling")
    stranger = client_of(mallory)
    assert stranger.get(place(session)).status_code == 404
    assert stranger.get(one).status_code == 404
    assert send(stranger, place(session), reason=WHY).status_code == 404
    assert send(client_of(alice), ruling, reason=RULING).status_code == 403
    assert client_of(alice).get("/api/v1/score-disputes").status_code == 403
    # A reviewer sees this one answer, and no more of an interview without a charter.
    assert client_of(rita).get(one).status_code == 200
    assert client_of(rita).get(place(session)).status_code == 404
    assert send(client_of(rita), place(session, str(made.code), "withdraw")).status_code == 404


def test_an_owner_with_a_vote_does_not_rule_either(client_of: Browser) -> None:
    owner = make_person("owner", role=Role.REVIEWER)
    session = make_session(owner)
    submit(session, KEY, VAGUE_PROBLEM)
    made = disputed(session)
    reply = send(client_of(owner), place(session, str(made.code), "ruling"), reason=RULING)
    assert reply.status_code == 403
    assert "has no part in the interview" in reply.json()["error"]["message"]


def test_no_key_rules(session: InterviewSession, rita: User) -> None:
    made = disputed(session)
    scopes = [Permission.SESSION_VIEW, Permission.SESSION_VIEW_RELEASED]
    key = keys.issue_key(user=rita, name="Script", scopes=scopes, by=rita)
    client = Client(headers={"X-API-Key": key.secret})
    assert send(client, place(session, str(made.code), "ruling"), reason=RULING).status_code == 403
    assert client.get(place(session, str(made.code))).status_code == 404


def test_it_is_withdrawn_once(session: InterviewSession, alice: User, client_of: Browser) -> None:
    made, client = disputed(session), client_of(alice)
    withdraw = place(session, str(made.code), "withdraw")
    assert send(client, withdraw).json()["withdrawn_because"] == "taken_back"
    assert send(client, withdraw).status_code == 409


def test_what_ended_without_a_ruling_quotes_no_answer_to_a_reviewer(
    session: InterviewSession, alice: User, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    one = place(session, str(made.code))
    assert client_of(rita).get(one).json()["reason"] == WHY
    send(client_of(alice), f"{one}/withdraw")
    assert client_of(rita).get(one).json()["reason"] == ""
    assert client_of(alice).get(one).json()["reason"] == WHY


def test_reading_why_a_score_is_held_for_wrong_stands_in_the_record(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made, client = disputed(session), client_of(rita)
    looks = AuditEvent.objects.filter(type="charter.viewed", actor=audit.person(rita))
    listed = client.get("/api/v1/score-disputes")
    assert WHY not in listed.content.decode()
    assert not looks.exists()
    assert client.get(place(session, str(made.code))).json()["reason"] == WHY
    assert looks.get().subject == f"session {session.code} {KEY}"
