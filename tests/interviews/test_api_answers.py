"""Answering through the API: drafts, attempts, scores, and two people on one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from interviews.models import Answer, Attempt, Draft, InterviewSession
from interviews.services import drafts, sessions
from tests.builders.answers import consistent_values
from tests.builders.programs import Program, at, error_of
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def program(alice: User, client_of: Browse) -> Program:
    """Alice's."""
    return Program(client_of(alice))


def item(session: InterviewSession, *parts: object, key: str = "S1-01") -> str:
    return at(session, "items", key, *parts)


def test_the_catalogue_tells_every_question(program: Program) -> None:
    body = program.get("/questions").json()
    assert len(body["items"]) == 58
    assert body["protocol_version"] == "uaip/1"
    first = body["items"][0]
    assert first == program.get("/questions/S1-01").json()
    assert first["fields"][0]["kind"] == "long_text"
    assert sum(one["weight"] for one in first["rubric"]) == 10
    assert {one["stage"] for one in program.get("/questions?stage=3").json()["items"]} == {3}
    assert program.get("/questions/S9-99").status_code == 404
    assert program.get("/questions?stage=6").status_code == 422


def test_an_answer_is_taken_at_once_and_scored_later(
    program: Program, session: InterviewSession, work: Callable[[], int]
) -> None:
    reply = program.post(item(session, "attempts"), {"value": GOOD_PROBLEM})
    assert reply.status_code == 202
    assert reply.json()["status"] == "scoring"
    assert reply.json()["assessment"] is None
    where = reply["Location"]
    assert program.get(where).json()["status"] == "scoring"
    work()
    scored = program.get(where).json()
    assert scored["status"] == "assessed"
    assert scored["assessment"]["is_accepted"] is True
    assert scored["assessment"]["scored_by"] == "embedded"
    shown = program.get(item(session)).json()
    assert (shown["state"], shown["version"]) == ("accepted", 1)
    assert shown["score"] == scored["assessment"]["score"] >= 7
    assert shown["value"] == GOOD_PROBLEM


def test_nobody_brings_a_score_along(program: Program, session: InterviewSession) -> None:
    reply = program.post(item(session, "attempts"), {"value": GOOD_PROBLEM, "score": 10})
    assert reply.status_code == 422
    assert "score" in error_of(reply)["details"]
    assert not Attempt.objects.exists()


def test_the_guides_way_to_answer_is_the_same(
    program: Program, session: InterviewSession, work: Callable[[], int]
) -> None:
    body = {"question_id": "S1-01", "answer": GOOD_PROBLEM}
    reply = program.post(f"/api/sessions/{session.code}/answer", body)
    assert reply.status_code == 202
    assert reply["Location"] == f"/api/sessions/{session.code}/items/S1-01/attempts/1"
    work()
    assert Answer.objects.get(session=session, question_key="S1-01").state == "accepted"
    unknown = program.post(at(session, "answer"), {"question_id": "S9-01", "answer": "?"})
    assert unknown.status_code == 404


def test_forms_come_in_their_own_shape(program: Program, session: InterviewSession) -> None:
    value = {"driver": "Cost", "value_at_stake": 250000, "currency": "EUR", "text": "It matters."}
    reply = program.post(item(session, "attempts", key="S1-02"), {"value": value})
    assert reply.status_code == 202
    assert reply.json()["value"]["driver"] == "cost"
    wrong = program.post(item(session, "attempts", key="S1-02"), {"value": {"driver": "luck"}})
    assert wrong.status_code == 422
    assert {"driver", "text"} <= set(error_of(wrong)["details"])


@pytest.mark.parametrize(
    "value", ["", None, "too short", "a\u0000b" * 20, "\ud800" * 60, 1e400, [[[[[[[[[["x"]]]]]]]]]]]
)
def test_what_is_no_answer_is_refused(
    program: Program, session: InterviewSession, value: Any
) -> None:
    reply = program.post(item(session, "attempts"), {"value": value})
    assert reply.status_code in (400, 422)
    assert error_of(reply)["details"] is not None
    assert not Attempt.objects.exists()


def test_a_weak_answer_is_asked_back(program: Program, session: InterviewSession) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    shown = program.get(item(session)).json()
    assert shown["state"] == "needs_work"
    assert shown["follow_up"]
    assert shown["attempts_left"] == 2
    assert any(one["verdict"] == "absent" for one in shown["elements"])
    same = program.post(item(session, "attempts"), {"value": VAGUE_PROBLEM})
    assert same.status_code == 422
    assert program.post(item(session, "escalate")).json()["state"] == "escalated"
    assert program.post(item(session, "escalate")).status_code == 409


def test_who_was_late_gets_both_texts(program: Program, session: InterviewSession) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    mine = GOOD_PROBLEM + " It began in 2023."
    reply = program.post(item(session, "attempts"), {"value": mine, "answer_version": 0})
    assert reply.status_code == 409
    details = error_of(reply)["details"]
    assert details["yours"] == mine
    assert details["theirs"] == {"value": GOOD_PROBLEM, "version": 1}
    assert Attempt.objects.count() == 1


def test_not_known_yet(program: Program, session: InterviewSession) -> None:
    body = {"owner": "Head of repairs", "due": "2099-01-31"}
    shown = program.post(item(session, "unknown"), body).json()
    assert shown["state"] == "unknown"
    assert shown["unknown"] == {**body, "note": ""}
    past = program.post(item(session, "unknown"), {"owner": "X", "due": "2001-01-01"})
    assert past.status_code == 422
    assert "due" in error_of(past)["details"]
    hidden = program.post(item(session, "unknown", key="S5-01"), body)
    assert hidden.status_code == 422
    assert "hide a risk" in error_of(hidden)["message"]


def test_the_first_draft_is_put_with_the_tag_of_none(
    program: Program, session: InterviewSession
) -> None:
    none = program.get(item(session, "draft"))
    assert none.status_code == 404
    assert program.put(item(session, "draft"), {"value": "Half"}).status_code == 428
    first = program.put(item(session, "draft"), {"value": "Half"}, If_Match=none["ETag"])
    assert first.status_code == 200
    assert first.json()["version"] == 1
    again = program.get(item(session, "draft"))
    assert again["ETag"] == first["ETag"] != none["ETag"]
    assert again.json()["value"] == "Half"
    assert program.get(item(session)).json()["draft"]["value"] == "Half"


def test_of_two_people_on_one_draft_the_later_one_sees_both_texts(
    program: Program, session: InterviewSession, alice: User, client_of: Browse
) -> None:
    tab = Program(client_of(alice))
    tag = tab.get(item(session, "draft"))["ETag"]
    assert program.put(item(session, "draft"), {"value": "First"}, If_Match=tag).status_code == 200
    late = tab.put(item(session, "draft"), {"value": "Second"}, If_Match=tag)
    assert late.status_code == 412
    details = error_of(late)["details"]
    assert (details["yours"], details["theirs"]) == ("Second", "First")
    assert Draft.objects.get().value == "First"
    now = tab.put(item(session, "draft"), {"value": "Both"}, If_Match=late["ETag"])
    assert now.json()["version"] == 2


def test_a_draft_does_not_outlive_its_answer(program: Program, session: InterviewSession) -> None:
    tag = program.get(item(session, "draft"))["ETag"]
    submit(session, "S1-01", GOOD_PROBLEM)
    late = program.put(item(session, "draft"), {"value": "Mine"}, If_Match=tag)
    assert late.status_code == 412
    assert error_of(late)["details"]["theirs"] == GOOD_PROBLEM


@pytest.mark.parametrize("tag", ["*", 'W/"abc"', "abc", '""'])
def test_no_tag_overwrites_what_nobody_read(
    program: Program, session: InterviewSession, alice: User, tag: str
) -> None:
    answer = Answer.objects.get(session=session, question_key="S1-01")
    drafts.save_draft(answer=answer, value="Hers", draft_version=0, answer_version=0, by=alice)
    reply = program.put(item(session, "draft"), {"value": "Mine"}, If_Match=tag)
    assert reply.status_code in (412, 428)
    assert Draft.objects.get().value == "Hers"


def test_a_draft_is_thrown_away(program: Program, session: InterviewSession) -> None:
    tag = program.get(item(session, "draft"))["ETag"]
    saved = program.put(item(session, "draft"), {"value": {"text": "x"}}, If_Match=tag)
    assert program.delete(item(session, "draft"), If_Match=tag).status_code == 412
    assert program.delete(item(session, "draft"), If_Match=saved["ETag"]).status_code == 204
    assert not Draft.objects.exists()


def test_an_answer_is_kept_away_from_models(program: Program, session: InterviewSession) -> None:
    tag = program.get(item(session))["ETag"]
    reply = program.patch(item(session), {"is_kept_from_model": True}, If_Match=tag)
    assert reply.json()["is_kept_from_model"] is True
    stale = program.patch(item(session), {"is_kept_from_model": False}, If_Match=tag)
    assert stale.status_code == 412
    assert AuditEvent.objects.filter(type="answer.kept_from_model").count() == 1


def test_the_list_of_items_picks(program: Program, session: InterviewSession) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    everything = program.get(at(session, "items")).json()["items"]
    assert everything[0]["key"] == "S1-01"
    stage_2 = program.get(at(session, "items?stage=2")).json()["items"]
    assert {one["stage"] for one in stage_2} == {2}
    waiting = program.get(at(session, "items?state=needs_work")).json()["items"]
    assert [one["key"] for one in waiting] == ["S1-01"]
    assert program.get(at(session, "items?state=great")).status_code == 422


def test_an_item_costs_the_same_however_much_was_answered(
    program: Program, session: InterviewSession
) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    with statements() as few:
        program.get(item(session))
    submit(session, "S1-01", VAGUE_PROBLEM + " And we mean it.")
    submit(session, "S1-03", consistent_values()["S1-03"])
    with statements() as many:
        program.get(item(session))
    assert len(few) == len(many) <= 8


def test_reviewers_read_and_write_nothing_strangers_find_nothing(
    session: InterviewSession, alice: User, rita: User, mallory: User, client_of: Browse
) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    sessions.release_session(session=session, by=alice)
    reader, stranger = Program(client_of(rita)), Program(client_of(mallory))
    reads = ["", "attempts", "attempts/1"]
    for part in reads:
        assert reader.get(item(session, part).rstrip("/")).status_code == 200, part
        assert stranger.get(item(session, part).rstrip("/")).status_code == 404, part
    deeds: list[tuple[str, str, Any]] = [
        ("POST", item(session, "attempts"), {"value": GOOD_PROBLEM}),
        ("POST", at(session, "answer"), {"question_id": "S1-01", "answer": GOOD_PROBLEM}),
        ("POST", item(session, "unknown"), {"owner": "X", "due": "2099-01-01"}),
        ("POST", item(session, "escalate"), {}),
        ("POST", item(session, "coachings"), {"value": "x"}),
        ("PUT", item(session, "draft"), {"value": "x"}),
        ("DELETE", item(session, "draft"), {}),
        ("PATCH", item(session), {"is_kept_from_model": True}),
    ]
    for method, path, body in deeds:
        assert reader.send(method, path, body, If_Match='"x"').status_code == 403, path
        assert stranger.send(method, path, body, If_Match='"x"').status_code == 404, path
    assert Attempt.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_paused_interview_takes_nothing(
    program: Program, session: InterviewSession, alice: User
) -> None:
    sessions.pause_session(session=session, by=alice)
    reply = program.post(item(session, "attempts"), {"value": GOOD_PROBLEM})
    assert reply.status_code == 409
    assert "paused" in error_of(reply)["message"]
    tag = program.get(item(session, "draft"))["ETag"]
    assert program.put(item(session, "draft"), {"value": "x"}, If_Match=tag).status_code == 409


def test_a_coaching_becomes_the_draft_and_goes_again(
    program: Program, session: InterviewSession
) -> None:
    asked = program.post(item(session, "coachings"), {"value": VAGUE_PROBLEM})
    assert asked.status_code == 202
    made = program.get(asked["Location"]).json()
    assert (made["status"], made["is_taken"]) == ("ready", False)
    assert program.post(f"{asked['Location']}/undo").status_code == 409
    draft = program.post(f"{asked['Location']}/take").json()
    assert draft["value"] == made["text"]
    assert program.get(asked["Location"]).json()["is_taken"] is True
    back = program.post(f"{asked['Location']}/undo")
    assert back.json()["value"] == VAGUE_PROBLEM
    assert back["ETag"] == program.get(item(session, "draft"))["ETag"]
