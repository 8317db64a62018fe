"""Interviews through the API: the list, starting, pausing, deleting, and who may what."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import AuditEvent, User
from interviews.models import InterviewSession
from interviews.services import sessions
from tests.builders.programs import Ask, at, error_of
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db


def test_alice_starts_an_interview_and_owns_it(ask: Ask, alice: User) -> None:
    reply = ask(alice).post("/sessions", {"project_name": "  Repair   triage "})
    assert reply.status_code == 201
    made = InterviewSession.objects.get()
    assert made.owner == alice
    assert reply.json()["project_name"] == made.project_name == "Repair triage"
    assert reply["Location"] == f"/api/v1/sessions/{made.code}"
    assert ask(alice).get(reply["Location"]).json() == reply.json()
    assert reply["ETag"].startswith('"')


def test_nobody_starts_an_interview_for_somebody_else(ask: Ask, alice: User, bob: User) -> None:
    reply = ask(alice).post("/sessions", {"project_name": "P", "owner": str(bob.code)})
    assert reply.status_code == 422
    assert "owner" in error_of(reply)["details"]
    assert not InterviewSession.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "project_name"),
        ({"project_name": " "}, "project_name"),
        ({"project_name": "x" * 201}, "project_name"),
        ({"project_name": "a\u0000b"}, "project_name"),
        ({"project_name": "a\ud800b"}, "project_name"),
        ({"project_name": ["a"]}, "project_name"),
        ({"project_name": "P", "keep_from_model": "perhaps"}, "keep_from_model"),
    ],
)
def test_a_name_that_cannot_be_is_named(ask: Ask, alice: User, body: Any, field: str) -> None:
    reply = ask(alice).post("/sessions", body)
    assert reply.status_code == 422
    said = error_of(reply)
    assert said["code"] == "VALIDATION_FAILED"
    assert field in said["details"]


def test_the_guides_list_works_without_a_version(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    reply = ask(alice).get("/api/sessions?skip=0&limit=10")
    assert reply.status_code == 200
    body = reply.json()
    assert (body["total"], body["skip"], body["limit"]) == (1, 0, 10)
    assert body["items"][0]["id"] == str(session.code)
    made = ask(alice).post("/api/sessions", {"project_name": "P"})
    assert made["Location"].startswith("/api/sessions/")


def test_everybody_sees_their_own(ask: Ask, alice: User, bob: User, rita: User) -> None:
    hers = make_session(alice, "Hers")
    make_session(bob, "His")
    assert [one["project_name"] for one in ask(alice).get("/sessions").json()["items"]] == ["Hers"]
    assert ask(rita).get("/sessions").json()["total"] == 0
    sessions.release_session(session=hers, by=alice)
    assert ask(rita).get("/sessions").json()["total"] == 1


def test_a_status_picks(ask: Ask, alice: User) -> None:
    paused = make_session(alice, "Later")
    make_session(alice, "Now")
    sessions.pause_session(session=paused, by=alice)
    found = ask(alice).get("/sessions?status=paused").json()
    assert [one["project_name"] for one in found["items"]] == ["Later"]
    assert found["total"] == 1
    assert ask(alice).get("/sessions?status=sleepy").status_code == 422


def test_a_list_of_25_costs_as_many_statements_as_one_of_2(ask: Ask, alice: User) -> None:
    for _ in range(2):
        make_session(alice)
    program = ask(alice)
    with statements() as few:
        assert len(program.get("/sessions?limit=25").json()["items"]) == 2
    for _ in range(23):
        make_session(alice)
    with statements() as many:
        assert len(program.get("/sessions?limit=25").json()["items"]) == 25
    # The browser session, the person, the count, the page.
    assert len(few) == len(many) <= 4
    with statements() as by_cursor:
        assert len(program.get("/sessions?limit=25&cursor=").json()["items"]) == 25
    assert len(by_cursor) <= 3
    assert not [sql for sql in by_cursor if "COUNT(*) AS" in sql and "OFFSET" in sql]


def test_strangers_find_nothing_and_reviewers_change_nothing(
    ask: Ask, alice: User, rita: User, mallory: User
) -> None:
    session = make_session(alice)
    sessions.release_session(session=session, by=alice)
    deeds = [
        ("PATCH", at(session), {"is_kept_from_model": True}),
        ("DELETE", at(session), None),
        ("POST", at(session, "pause"), None),
        ("POST", at(session, "resume"), None),
    ]
    assert ask(rita).get(at(session)).status_code == 200
    for method, path, body in deeds:
        assert ask(mallory).send(method, path, body, If_Match='"x"').status_code == 404
        reply = ask(rita).send(method, path, body, If_Match='"x"')
        assert reply.status_code == 403, path
        assert error_of(reply)["code"] == "FORBIDDEN"


def test_an_id_that_is_none_cannot_be_read(ask: Ask, alice: User) -> None:
    reply = ask(alice).get("/sessions/not-a-uuid")
    assert reply.status_code == 400
    assert error_of(reply)["code"] == "INVALID_UUID"
    assert ask(alice).get(f"/sessions/{uuid.uuid4()}").status_code == 404


def test_pausing_and_resuming(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    program = ask(alice)
    assert program.post(at(session, "pause")).json()["status"] == "paused"
    reply = program.post(at(session, "pause"))
    assert reply.status_code == 409
    assert error_of(reply)["code"] == "CONFLICT"
    assert program.post(at(session, "resume")).json()["status"] == "in_progress"


def test_deleting_names_the_version_it_deletes(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    program = ask(alice)
    tag = program.get(at(session))["ETag"]
    assert program.delete(at(session)).status_code == 428
    program.post(at(session, "pause"))
    reply = program.delete(at(session), If_Match=tag)
    assert reply.status_code == 412
    tag = program.get(at(session))["ETag"]
    assert reply["ETag"] == error_of(reply)["details"]["etag"] == tag
    assert program.delete(at(session), If_Match=tag).status_code == 204
    assert not InterviewSession.objects.exists()
    assert program.delete(at(session), If_Match=tag).status_code == 404
    assert AuditEvent.objects.filter(type="session.deleted").count() == 1


def test_what_a_charter_rests_on_is_not_deleted(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    sessions.release_session(session=session, by=alice)
    program = ask(alice)
    reply = program.delete(at(session), If_Match=program.get(at(session))["ETag"])
    assert reply.status_code == 409
    assert "kept" in error_of(reply)["message"]


def test_an_interview_is_kept_away_from_models(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    program = ask(alice)
    tag = program.get(at(session))["ETag"]
    assert program.patch(at(session), {"is_kept_from_model": True}).status_code == 428
    reply = program.patch(at(session), {"is_kept_from_model": True}, If_Match=tag)
    assert reply.json()["is_kept_from_model"] is True
    assert reply["ETag"] != tag
    stale = program.patch(at(session), {"is_kept_from_model": False}, If_Match=tag)
    assert stale.status_code == 412
    details = error_of(stale)["details"]
    assert details["yours"] == {"is_kept_from_model": False}
    assert details["theirs"] == {"is_kept_from_model": True}


def test_an_interview_of_another_question_set_says_so(ask: Ask, alice: User) -> None:
    session = make_session(alice)
    InterviewSession.objects.update(protocol_version="uaip/0")
    program = ask(alice)
    assert program.get(at(session)).status_code == 200
    for part in ("progress", "items", "stages", "consistency", "stream", "events"):
        reply = program.get(at(session, part))
        assert reply.status_code == 409, part
        assert "question set" in error_of(reply)["message"]
