"""People through the API: who they are, what they may, and how they come and go."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AuditEvent, Invitation, User
from accounts.permissions import Role
from accounts.services import members
from tests.builders.people import make_person
from tests.builders.programs import Ask, Program, error_of, with_key
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db


def of(person: User, *parts: str) -> str:
    return "/".join(["/users", str(person.code), *parts])


def change(program: Program, person: User, **wish: Any) -> Any:
    """A PATCH over the version that is there."""
    tag = program.get(of(person))["ETag"]
    return program.patch(of(person), wish, If_Match=tag)


# --- Oneself --------------------------------------------------------------------------------------


def test_everybody_learns_who_they_are(ask: Ask, alice: User, olga: User) -> None:
    me = ask(alice).get("/me").json()
    assert (me["id"], me["name"], me["role"]) == (str(alice.code), "Alice", "user")
    assert "session.start" in me["permissions"]
    assert "model.view" in ask(olga).get("/me").json()["permissions"]
    assert Client().get("/api/v1/me").status_code == 401


def test_a_key_learns_what_it_may_and_changes_nothing(alice: User) -> None:
    program = with_key(alice, "session.view")
    me = program.get("/me")
    assert me.json()["permissions"] == ["session.view"]
    reply = program.patch("/me", {"name": "Mallory"}, If_Match=me["ETag"])
    assert reply.status_code == 403
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_alice_changes_her_name_over_the_version_she_read(ask: Ask, alice: User) -> None:
    program = ask(alice)
    assert program.patch("/me", {"name": "Alice F."}).status_code == 428
    tag = program.get("/me")["ETag"]
    assert program.patch("/me", {"name": "Alice F."}, If_Match=tag).json()["name"] == "Alice F."
    late = program.patch("/me", {"name": "Alice G."}, If_Match=tag)
    assert late.status_code == 412
    assert error_of(late)["details"]["theirs"] == {"name": "Alice F."}
    assert AuditEvent.objects.get(type="user.changed").detail == {"fields": ["name"]}


@pytest.mark.parametrize("sent", [{}, {"name": " "}, {"name": "x" * 201}, {"role": "admin"}])
def test_a_name_alone_can_be_changed_to_one_that_can_be(ask: Ask, alice: User, sent: Any) -> None:
    tag = ask(alice).get("/me")["ETag"]
    assert ask(alice).patch("/me", sent, If_Match=tag).status_code == 422


# --- For those who manage people ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users"),
        ("GET", "/users/{0}"),
        ("PATCH", "/users/{0}"),
        ("POST", "/users/{0}/deactivate"),
        ("POST", "/users/{0}/reactivate"),
        ("POST", "/users/{0}/sign-out"),
        ("GET", "/invitations"),
        ("POST", "/invitations"),
    ],
)
def test_nobody_else_manages_people(
    ask: Ask, alice: User, rita: User, olga: User, ada: User, method: str, path: str
) -> None:
    programs = [ask(alice), ask(rita), ask(olga), with_key(ada, "audit.view")]
    for program in programs:
        reply = program.send(method, path.format(alice.code))
        assert (reply.status_code, error_of(reply)["code"]) == (403, "FORBIDDEN")
    reply = Program(Client()).send(method, path.format(alice.code))
    assert reply.status_code == 401


def test_ada_finds_people_by_name_role_and_state(
    ask: Ask, ada: User, alice: User, bob: User, rita: User
) -> None:
    program = ask(ada)
    members.deactivate_member(user=bob, by=None)

    def names(asked: str) -> list[str]:
        return [one["name"] for one in program.get(f"/users?{asked}").json()["items"]]

    assert names("") == ["Rita", "Bob", "Alice", "Ada"]
    assert names("q=ALICE@") == ["Alice"]
    assert names("role=reviewer") == ["Rita"]
    assert names("state=deactivated") == ["Bob"]
    assert program.get("/users?role=king").status_code == 422


def test_a_list_of_25_costs_as_many_statements_as_one_of_2(ask: Ask, ada: User, bob: User) -> None:
    program = ask(ada)
    with statements() as few:
        assert len(program.get("/users?limit=25").json()["items"]) == 2
    for number in range(23):
        make_person(f"person{number}")
    with statements() as many:
        assert len(program.get("/users?limit=25").json()["items"]) == 25
    # The browser session, the person, the page, the count.
    assert len(few) == len(many) <= 4


def test_ada_makes_alice_a_reviewer(ask: Ask, ada: User, alice: User) -> None:
    reply = change(ask(ada), alice, role="reviewer")
    assert (reply.status_code, reply.json()["role"]) == (200, "reviewer")
    assert reply["ETag"] == ask(ada).get(of(alice))["ETag"]
    assert AuditEvent.objects.get(type="user.role_changed").subject.endswith(str(alice.code))


def test_a_role_is_changed_over_the_version_that_was_read(ask: Ask, ada: User, alice: User) -> None:
    program = ask(ada)
    assert program.patch(of(alice), {"role": "reviewer"}).status_code == 428
    tag = program.get(of(alice))["ETag"]
    members.change_role(user=alice, role=Role.REVIEWER, is_operator=False, by=None)
    late = program.patch(of(alice), {"role": "user"}, If_Match=tag)
    assert late.status_code == 412
    assert error_of(late)["details"]["theirs"]["role"] == "reviewer"


@pytest.mark.parametrize("wish", [{"role": "admin"}, {"role": "superadmin"}, {"is_operator": True}])
def test_an_admin_gives_no_more_than_is_his_to_give(
    ask: Ask, ada: User, alice: User, wish: Any
) -> None:
    assert change(ask(ada), alice, **wish).status_code == 403
    alice.refresh_from_db()
    assert (alice.role, alice.is_operator) == (Role.USER, False)


def test_nobody_changes_himself_or_an_administrator_as_one(ask: Ask, ada: User, sue: User) -> None:
    for person in (ada, sue):
        assert change(ask(ada), person, role="user").status_code == 403
        assert ask(ada).post(of(person, "deactivate")).status_code == 403
    assert change(ask(sue), ada, role="superadmin").status_code == 409
    assert change(ask(sue), ada, role="user").status_code == 200


def test_deactivating_ends_everything_at_once(
    ask: Ask, ada: User, alice: User, client_of: Callable[[User], Client]
) -> None:
    program, browser = with_key(alice, "session.view"), Program(client_of(alice))
    reply = ask(ada).post(of(alice, "deactivate"), {"why": "Left"})
    assert (reply.status_code, reply.json()["is_active"]) == (200, False)
    assert program.get("/me").status_code == browser.get("/me").status_code == 401
    assert AuditEvent.objects.get(type="user.deactivated").detail == {"why": "Left"}
    assert ask(ada).post(of(alice, "reactivate")).json()["is_active"] is True
    assert program.get("/me").status_code == 401


def test_signing_out_ends_what_is_open_and_no_more(ask: Ask, ada: User, alice: User) -> None:
    program = with_key(alice, "session.view")
    assert ask(ada).post(of(alice, "sign-out")).json()["is_active"] is True
    assert program.get("/me").status_code == 401


def test_there_is_no_person_where_there_is_none(ask: Ask, ada: User) -> None:
    assert ask(ada).get(f"/users/{uuid.uuid4()}").status_code == 404
    assert error_of(ask(ada).get("/users/ada"))["code"] == "INVALID_UUID"


# --- Invitations ----------------------------------------------------------------------------------


def test_ada_invites_ben_once(ask: Ask, ada: User, work: Callable[[], int]) -> None:
    program = ask(ada)
    wish = {"email": "Ben@example.org", "role": "reviewer"}
    reply = program.post("/invitations", wish, Idempotency_Key="ben")
    assert (reply.status_code, reply.json()["state"]) == (201, "open")
    again = program.post("/invitations", wish, Idempotency_Key="ben")
    assert (again.json(), again["Idempotency-Replayed"]) == (reply.json(), "true")
    assert program.get(reply["Location"]).json() == reply.json()
    work()
    assert [one.to for one in mail.outbox] == [["ben@example.org"]]
    assert program.post("/invitations", wish).status_code == 409
    assert Invitation.objects.count() == 1


def test_what_cannot_be_invited_is_refused(ask: Ask, ada: User, alice: User) -> None:
    program = ask(ada)
    for wish, status in (
        ({"email": alice.email}, 409),
        ({"email": "ben@example.org", "role": "admin"}, 403),
        ({"email": "ben"}, 422),
        ({"email": "ben@example.org", "name": "Ben"}, 422),
    ):
        assert program.post("/invitations", wish).status_code == status
    assert not Invitation.objects.exists()


def test_a_new_link_takes_the_place_of_the_one_before(
    ask: Ask, ada: User, alice: User, work: Callable[[], int]
) -> None:
    program = ask(ada)
    first = program.post("/invitations", {"email": "ben@example.org"})
    second = program.post(f"{first['Location']}/resend")
    assert second.status_code == 201
    assert program.get(first["Location"]).status_code == 404
    ended = program.post(f"{second['Location']}/withdraw")
    assert ended.json()["state"] == "withdrawn"
    assert program.post(f"{second['Location']}/withdraw").status_code == 409
    assert program.post(f"{second['Location']}/resend").status_code == 409
    assert program.get("/invitations?state=open").json()["total"] == 0
    assert program.get("/invitations?state=withdrawn").json()["total"] == 1
