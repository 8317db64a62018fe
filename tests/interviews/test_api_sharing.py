"""Working together through the API: letting in, showing out, handing over, asking a colleague."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from interviews.models import Collaborator, ColleagueRequest, Draft, InterviewSession
from interviews.services import colleagues, sessions, sharing
from tests.builders.people import make_person
from tests.builders.programs import Ask, at, error_of, with_key
from tests.builders.sessions import make_session
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

REPLY = "About 310 mails a week; the dispatch log of 2025 counts them."
WISH = {"question": "S1-01", "email": "carla@example.net", "note": "You count them."}


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


def let_in(session: InterviewSession, person: User, level: str) -> Collaborator:
    return sharing.share_session(session=session, email=person.email, level=level, by=session.owner)


# --- Collaborators --------------------------------------------------------------------------------


def test_alice_lets_bob_in_and_both_see_it(
    ask: Ask, alice: User, bob: User, session: InterviewSession
) -> None:
    reply = ask(alice).post(
        at(session, "collaborators"), {"email": "BOB@example.org", "level": "edit"}
    )
    assert reply.status_code == 201
    assert reply.json()["person"] == {"id": str(bob.code), "name": "Bob"}
    assert reply["Location"].endswith(f"/collaborators/{bob.code}")
    assert ask(bob).get(reply["Location"]).json() == reply.json()
    assert ask(bob).get(at(session, "collaborators")).json()["items"] == [reply.json()]
    assert AuditEvent.objects.get(type="session.shared").detail["after"] == "edit"


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"email": "nobody@example.org", "level": "edit"}, 422, "email"),
        ({"email": "alice@example.org", "level": "edit"}, 422, "email"),
        ({"email": "bob@example.org", "level": "own"}, 422, "level"),
        ({"email": "bob", "level": "edit"}, 422, "email"),
        ({"email": "rita@example.org", "level": "edit"}, 409, ""),
    ],
)
def test_who_cannot_be_let_in_is_refused(
    ask: Ask,
    alice: User,
    bob: User,
    rita: User,
    session: InterviewSession,
    sent: Any,
    status: int,
    field: str,
) -> None:
    let_in(session, rita, "comment")
    reply = ask(alice).post(at(session, "collaborators"), sent)
    assert reply.status_code == status
    assert not field or field in error_of(reply)["details"]
    assert [one.user for one in session.collaborators.all()] == [rita]


def test_a_level_is_changed_over_the_one_that_was_read(
    ask: Ask, alice: User, bob: User, session: InterviewSession
) -> None:
    let_in(session, bob, "edit")
    program, place = ask(alice), at(session, "collaborators", bob.code)
    tag = program.get(place)["ETag"]
    assert program.patch(place, {"level": "comment"}).status_code == 428
    changed = program.patch(place, {"level": "comment"}, If_Match=tag)
    assert (changed.status_code, changed.json()["level"]) == (200, "comment")
    late = program.patch(place, {"level": "edit"}, If_Match=tag)
    assert (late.status_code, error_of(late)["details"]["theirs"]) == (412, {"level": "comment"})
    assert program.delete(place, If_Match=tag).status_code == 412
    assert program.delete(place, If_Match=changed["ETag"]).status_code == 204
    assert program.get(place).status_code == 404
    assert ask(bob).get(at(session)).status_code == 404


def test_only_the_owner_shares(
    ask: Ask, alice: User, bob: User, rita: User, mallory: User, session: InterviewSession
) -> None:
    let_in(session, bob, "edit")
    sessions.release_session(session=session, by=alice)
    place = at(session, "collaborators", bob.code)
    tag = ask(alice).get(place)["ETag"]
    wish = {"email": "mallory@example.org", "level": "edit"}
    for person, status in ((bob, 403), (rita, 403), (mallory, 404)):
        program = ask(person)
        assert program.post(at(session, "collaborators"), wish).status_code == status
        assert program.patch(place, {"level": "comment"}, If_Match=tag).status_code == status
        assert program.delete(place, If_Match=tag).status_code == status
        moved = program.post(at(session, "hand-over"), {"email": "mallory@example.org"})
        assert moved.status_code == status
    assert ask(mallory).get(at(session, "collaborators")).status_code == 404
    assert (
        with_key(alice, "session.view").post(at(session, "collaborators"), wish).status_code == 403
    )
    assert Collaborator.objects.get().level == "edit"


def test_handing_over_makes_bob_the_owner_and_alice_an_editor(
    ask: Ask, alice: User, bob: User, session: InterviewSession
) -> None:
    wish = {"email": bob.email}
    reply = ask(alice).post(at(session, "hand-over"), wish, Idempotency_Key="over")
    assert reply.json()["owner"]["name"] == "Bob"
    again = ask(alice).post(at(session, "hand-over"), wish, Idempotency_Key="over")
    assert again["Idempotency-Replayed"] == "true"
    assert Collaborator.objects.get().user == alice
    assert ask(alice).post(at(session, "hand-over"), {"email": alice.email}).status_code == 403
    assert ask(bob).post(at(session, "hand-over"), {"email": bob.email}).status_code == 422


def test_for_one_who_left_an_administrator_hands_over(
    ask: Ask, alice: User, bob: User, session: InterviewSession
) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert ask(ada).post(at(session, "hand-over"), {"email": bob.email}).status_code == 200
    assert ask(bob).get(at(session)).json()["owner"]["name"] == "Bob"
    assert not Collaborator.objects.exists()


def test_a_list_of_12_costs_as_many_statements_as_one_of_2(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    program = ask(alice)
    for number in range(12):
        let_in(session, make_person(f"person{number}"), "comment")
        if number == 1:
            with statements() as few:
                program.get(at(session, "collaborators?limit=25"))
    with statements() as many:
        assert len(program.get(at(session, "collaborators?limit=25")).json()["items"]) == 12
    # The browser session, the person, the interview, the page, the count.
    assert len(few) == len(many) <= 5


# --- Colleagues without an account ----------------------------------------------------------------


def replied(session: InterviewSession, by: User) -> ColleagueRequest:
    asked = colleagues.ask_colleague(
        session=session, question_key="S1-01", email="carla@example.net", note="", by=by
    )
    colleagues.take_in_reply(request=asked, reply=REPLY)
    return asked


def test_alice_asks_carla_once(ask: Ask, alice: User, session: InterviewSession) -> None:
    program = ask(alice)
    reply = program.post(at(session, "colleague-requests"), WISH, Idempotency_Key="carla")
    assert (reply.status_code, reply.json()["state"]) == (201, "open")
    program.post(at(session, "colleague-requests"), WISH, Idempotency_Key="carla")
    assert ColleagueRequest.objects.count() == 1
    assert program.get(reply["Location"]).json() == reply.json()
    listed = program.get(at(session, "colleague-requests?question=S1-01")).json()
    assert listed["items"] == [reply.json()]
    assert program.get(at(session, "colleague-requests?question=S1-02")).json()["total"] == 0
    # The link lets anybody reply: it goes to Carla alone.
    asked = ColleagueRequest.objects.get()
    assert colleagues.token_of(asked) not in reply.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": "S9-99"}, "question"),
        ({"email": "carla"}, "email"),
        ({"note": "x" * 501}, "note"),
        ({"reply": "Mine"}, "reply"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    ask: Ask, alice: User, session: InterviewSession, changes: Any, field: str
) -> None:
    reply = ask(alice).post(at(session, "colleague-requests"), WISH | changes)
    assert reply.status_code == 422
    assert field in error_of(reply)["details"]
    assert not ColleagueRequest.objects.exists()


def test_a_reply_is_taken_into_the_draft_once(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    place = at(session, "colleague-requests", replied(session, alice).code)
    assert ask(alice).get(place).json()["reply"] == REPLY
    taken = ask(alice).post(f"{place}/take")
    assert taken.status_code == 200
    assert REPLY in taken.json()["value"]
    draft = ask(alice).get(at(session, "items", "S1-01", "draft"))
    assert (draft.json(), draft["ETag"]) == (taken.json(), taken["ETag"])
    assert ask(alice).get(place).json()["state"] == "taken"
    assert ask(alice).post(f"{place}/take").status_code == 409
    assert ask(alice).post(f"{place}/close").status_code == 409


def test_nothing_is_taken_before_it_came(ask: Ask, alice: User, session: InterviewSession) -> None:
    reply = ask(alice).post(at(session, "colleague-requests"), WISH)
    assert ask(alice).post(f"{reply['Location']}/take").status_code == 409
    assert ask(alice).post(f"{reply['Location']}/close").json()["state"] == "closed"
    assert not Draft.objects.exists()


def test_too_many_questions_at_once_and_a_paused_interview_are_conflicts(
    ask: Ask, alice: User, session: InterviewSession
) -> None:
    program = ask(alice)
    for _ in range(colleagues.MOST_OPEN):
        assert program.post(at(session, "colleague-requests"), WISH).status_code == 201
    assert program.post(at(session, "colleague-requests"), WISH).status_code == 409
    sessions.pause_session(session=session, by=alice)
    assert program.post(at(session, "colleague-requests"), WISH).status_code == 409


def test_who_may_not_answer_asks_nobody_and_reads_no_reply(
    ask: Ask, alice: User, bob: User, rita: User, mallory: User, session: InterviewSession
) -> None:
    let_in(session, bob, "comment")
    sessions.release_session(session=session, by=alice)
    place = at(session, "colleague-requests", replied(session, alice).code)
    for person, status in ((bob, 403), (rita, 403), (mallory, 404)):
        program = ask(person)
        assert program.get(at(session, "colleague-requests")).status_code == status
        assert program.post(at(session, "colleague-requests"), WISH).status_code == status
        assert program.get(place).status_code == status
        for deed in ("take", "close"):
            assert program.post(f"{place}/{deed}").status_code == status
    other = at(make_session(alice), "colleague-requests", place.rpartition("/")[2])
    assert ask(alice).get(other).status_code == 404
