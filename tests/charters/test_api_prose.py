"""The charter's words through the API: read, written over a version, drafted, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEvent, User
from charters.models import Prose
from interviews.models import InterviewSession
from interviews.services import sessions
from tests.builders.programs import Ask, Program, at, error_of, with_key
from tests.builders.settled import settled_session

pytestmark = pytest.mark.django_db

TRUE = "Heron Street lends 2,900 tools each month, and 46 go out again with a defect."
INVENTED = "The library saves EUR 999,000 with a tool each month."
SUMMARY = "executive_summary"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return settled_session(alice)


def words(program: Program, session: InterviewSession) -> Any:
    return program.get(at(session, "prose"))


def passage(reply: Any, key: str = SUMMARY) -> Any:
    return next(one for one in reply.json()["passages"] if one["key"] == key)


def test_alice_writes_her_own_words(ask: Ask, alice: User, session: InterviewSession) -> None:
    program = ask(alice)
    before = words(program, session)
    assert before.json()["status"] == "none"
    assert passage(before) == {"key": SUMMARY, "draft": None, "edit": None, "text": ""}
    saved = program.put(at(session, "prose"), {SUMMARY: TRUE}, If_Match=before["ETag"])
    assert saved.status_code == 200
    assert passage(saved)["edit"] == passage(saved)["text"] == TRUE
    assert saved["ETag"] != before["ETag"]
    assert words(program, session)["ETag"] == saved["ETag"]
    assert AuditEvent.objects.get(type="prose.edited").detail == {"passages": [SUMMARY]}


def test_without_a_version_nothing_is_written(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    program = ask(alice)
    assert program.put(at(session, "prose"), {SUMMARY: TRUE}).status_code == 428
    first = words(program, session)["ETag"]
    program.put(at(session, "prose"), {SUMMARY: TRUE}, If_Match=first)
    late = program.put(at(session, "prose"), {SUMMARY: "Mine."}, If_Match=first)
    assert late.status_code == 412
    details = error_of(late)["details"]
    assert details["theirs"] == {SUMMARY: TRUE}
    assert details["yours"] == {SUMMARY: "Mine."}
    assert Prose.objects.get().edits == {SUMMARY: TRUE}
    again = program.put(at(session, "prose"), {SUMMARY: "Mine."}, If_Match=details["etag"])
    assert passage(again)["edit"] == "Mine."


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({SUMMARY: "word " * 301}, SUMMARY),
        ({SUMMARY: "x" * 3001}, SUMMARY),
        ({SUMMARY: "a\u0000b"}, SUMMARY),
        ({SUMMARY: 7.5, "strategic_alignment": ["a"]}, "strategic_alignment"),
        ({"conclusion": "Mine."}, "conclusion"),
    ],
)
def test_words_that_cannot_be_are_named(
    ask: Ask, alice: User, session: InterviewSession, sent: Any, field: str
) -> None:
    program = ask(alice)
    tag = words(program, session)["ETag"]
    reply = program.put(at(session, "prose"), sent, If_Match=tag)
    assert reply.status_code == 422
    assert field in error_of(reply)["details"]
    assert not Prose.objects.exists()


def test_a_draft_is_asked_for_once_and_holds_what_the_record_says(
    ask: Ask, alice: User, session: InterviewSession, fake_model: Any, work: Callable[[], int]
) -> None:
    fake_model.default = lambda seen: {"p": [{"s": SUMMARY, "t": f"{TRUE} {INVENTED}"}]}
    program = ask(alice)
    asked = program.post(at(session, "prose", "draft"))
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting")
    assert program.post(at(session, "prose", "draft")).status_code == 202
    work()
    ready = program.get(asked["Location"])
    assert ready.json()["status"] == "drafted"
    assert passage(ready)["draft"] == passage(ready)["text"] == TRUE
    assert ready["ETag"] != words(program, session)["ETag"] or ready.json()["version"] == 1
    assert len(fake_model.requests) == 1


def test_without_a_model_a_draft_is_a_conflict(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    assert words(ask(alice), session).json()["can_draft"] is False
    assert ask(alice).post(at(session, "prose", "draft")).status_code == 409


def test_taking_back_needs_the_version_too(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    program = ask(alice)
    tag = words(program, session)["ETag"]
    saved = program.put(at(session, "prose"), {SUMMARY: TRUE}, If_Match=tag)
    assert program.post(at(session, "prose", "discard")).status_code == 428
    assert program.post(at(session, "prose", "discard"), If_Match=tag).status_code == 412
    done = program.post(at(session, "prose", "discard"), If_Match=saved["ETag"])
    assert passage(done)["edit"] is None
    assert Prose.objects.get().edits == {}


def test_a_paused_interview_keeps_its_words(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    tag = words(ask(alice), session)["ETag"]
    sessions.pause_session(session=session, by=alice)
    reply = ask(alice).put(at(session, "prose"), {SUMMARY: TRUE}, If_Match=tag)
    assert reply.status_code == 409


def test_strangers_find_nothing_and_reviewers_change_nothing(
    ask: Ask, alice: User, rita: User, mallory: User, session: InterviewSession
) -> None:
    sessions.release_session(session=session, by=alice)
    tag = words(ask(alice), session)["ETag"]
    for person, status in ((mallory, 404), (rita, 403)):
        program = ask(person)
        assert words(program, session).status_code == status
        done = program.put(at(session, "prose"), {SUMMARY: "Mine."}, If_Match=tag)
        assert done.status_code == status
        assert program.post(at(session, "prose", "draft")).status_code == status
        assert program.post(at(session, "prose", "discard"), If_Match=tag).status_code == status
    assert not Prose.objects.exists()


def test_a_key_that_only_reads_writes_nothing(alice: User, session: InterviewSession) -> None:
    reader = with_key(alice, "session.view")
    tag = words(reader, session)["ETag"]
    assert reader.put(at(session, "prose"), {SUMMARY: TRUE}, If_Match=tag).status_code == 403
    writer = with_key(alice, "session.view", "session.answer")
    assert writer.put(at(session, "prose"), {SUMMARY: TRUE}, If_Match=tag).status_code == 200
