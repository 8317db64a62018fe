"""API keys and service accounts through the API: secrets shown once, and no more given than had."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiKey, IdempotencyRecord, User
from accounts.services import keys
from tests.builders.programs import Ask, Program, error_of, with_key
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

TO_READ = {"name": "Report", "scopes": ["session.view"], "days": 90}


def make(person: User, *scopes: str) -> ApiKey:
    return keys.issue_key(user=person, name="Old", scopes=scopes or ["session.view"], by=person).key


def test_the_secret_is_shown_once_and_opens_the_door(ask: Ask, alice: User) -> None:
    reply = ask(alice).post("/keys", TO_READ)
    assert (reply.status_code, reply["Cache-Control"]) == (201, "no-store")
    body = reply.json()
    secret = body.pop("secret")
    assert secret.startswith(f"uaip_{body['prefix']}_")
    assert Program(Client(headers={"X-API-Key": secret})).get("/me").status_code == 200
    shown = ask(alice).get(reply["Location"])
    assert shown.json() | {"last_used_at": None} == body
    assert secret not in ask(alice).get("/keys").content.decode()


def test_no_secret_is_ever_replayed(ask: Ask, alice: User) -> None:
    program = ask(alice)
    first = program.post("/keys", TO_READ, Idempotency_Key="once")
    again = program.post("/keys", TO_READ, Idempotency_Key="once")
    assert again.status_code == 409
    assert error_of(again)["details"]["location"] == first["Location"]
    assert first.json()["secret"] not in again.content.decode()
    assert IdempotencyRecord.objects.get().body is None
    assert ApiKey.objects.count() == 1
    renewed = program.post(f"{first['Location']}/rotate", Idempotency_Key="twice")
    once_more = program.post(f"{first['Location']}/rotate", Idempotency_Key="twice")
    assert (renewed.status_code, once_more.status_code) == (201, 409)
    assert not IdempotencyRecord.objects.exclude(body=None).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["session.fly"]}, "scopes"),
        ({"scopes": ["user.manage"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 100_000}, "days"),
        ({"networks": ["here"]}, "networks"),
        ({"name": " "}, "name"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_field(
    ask: Ask, alice: User, changes: dict[str, Any], field: str
) -> None:
    reply = ask(alice).post("/keys", TO_READ | changes)
    assert reply.status_code == 422
    assert field in error_of(reply)["details"]
    assert not ApiKey.objects.exists()


def test_a_key_makes_none_that_may_more_than_itself(alice: User) -> None:
    narrow = with_key(alice, "key.issue", "session.view")
    assert narrow.post("/keys", TO_READ).status_code == 201
    assert narrow.post("/keys", TO_READ | {"scopes": ["session.start"]}).status_code == 422
    blind = with_key(alice, "session.view")
    for method, path in (("GET", "/keys"), ("POST", "/keys"), ("GET", "/service-accounts")):
        assert blind.send(method, path, TO_READ).status_code == 403


def test_nobody_makes_a_key_for_another_person(ask: Ask, alice: User, ada: User) -> None:
    for person, holder in ((alice, ada), (ada, alice)):
        reply = ask(person).post("/keys", TO_READ | {"holder": str(holder.code)})
        assert reply.status_code == 422
        assert "holder" in error_of(reply)["details"]
    assert not ApiKey.objects.exists()


def test_everybody_lists_their_own_and_administrators_all(
    ask: Ask, alice: User, bob: User, ada: User
) -> None:
    hers, his = make(alice), make(bob)
    listed = [one["prefix"] for one in ask(alice).get("/keys").json()["items"]]
    assert listed == [hers.prefix]
    assert ask(alice).get("/keys?whose=all").status_code == 403
    everybody = ask(ada).get("/keys?whose=all").json()
    assert [one["prefix"] for one in everybody["items"]] == [his.prefix, hers.prefix]
    picked = ask(ada).get(f"/keys?whose=all&holder={bob.code}").json()
    assert [one["prefix"] for one in picked["items"]] == [his.prefix]


def test_a_list_of_25_keys_costs_as_many_statements_as_one_of_2(ask: Ask, alice: User) -> None:
    program = ask(alice)
    for _ in range(2):
        make(alice)
    with statements() as few:
        program.get("/keys?limit=25")
    for _ in range(23):
        make(alice)
    with statements() as many:
        assert len(program.get("/keys?limit=25").json()["items"]) == 25
    assert len(few) == len(many) <= 4


def test_renewing_is_the_holders_and_ends_what_it_should(ask: Ask, alice: User, ada: User) -> None:
    old = make(alice)
    assert ask(ada).post(f"/keys/{old.prefix}/rotate").status_code == 403
    made = ask(alice).post(f"/keys/{old.prefix}/rotate", {"overlap_days": 0})
    assert (made.status_code, made.json()["replaces"]) == (201, old.prefix)
    assert ask(alice).get(f"/keys/{old.prefix}").json()["state"] == "revoked"
    assert ask(alice).post(f"/keys/{old.prefix}/rotate").status_code == 409


def test_revoking_counts_at_once_and_twice_is_no_harm(ask: Ask, alice: User, ada: User) -> None:
    program = with_key(alice, "session.view")
    (key,) = ApiKey.objects.all()
    assert ask(ada).post(f"/keys/{key.prefix}/revoke", {"why": "Seen"}).json()["state"] == "revoked"
    assert program.get("/me").status_code == 401
    assert ask(alice).post(f"/keys/{key.prefix}/revoke").status_code == 200


def test_for_others_a_key_does_not_exist(ask: Ask, alice: User, mallory: User, rita: User) -> None:
    key = make(alice)
    for person in (mallory, rita):
        assert ask(person).get(f"/keys/{key.prefix}").status_code == 404
        for deed in ("rotate", "revoke"):
            assert ask(person).post(f"/keys/{key.prefix}/{deed}").status_code == 404
    assert ApiKey.objects.usable().count() == 1


def test_a_program_gets_an_account_an_owner_and_a_key(ask: Ask, ada: User, alice: User) -> None:
    program = ask(ada)
    made = program.post("/service-accounts", {"name": "Report", "owner": str(alice.code)})
    assert (made.status_code, made.json()["owner"]["name"]) == (201, "Alice")
    key = ask(alice).post("/keys", TO_READ | {"holder": made.json()["id"]})
    assert key.json()["holder"]["name"] == "Report"
    assert program.get(made["Location"]).json()["key_count"] == 1
    mine = ask(alice).get("/keys").json()["items"]
    assert [one["prefix"] for one in mine] == [key.json()["prefix"]]
    given = program.post(f"{made['Location']}/hand-over", {"owner": str(ada.code)})
    assert given.json()["owner"]["name"] == "Ada"
    assert ask(alice).get("/keys").json()["total"] == 0


def test_service_accounts_are_the_administrators(
    ask: Ask, ada: User, alice: User, olga: User
) -> None:
    for person in (alice, olga):
        assert ask(person).get("/service-accounts").status_code == 403
        assert ask(person).post("/service-accounts", {"name": "Mine"}).status_code == 403
    program = ask(ada)
    for wish, field in (
        ({"name": "R", "role": "superadmin"}, "role"),
        ({"name": "R", "owner": "0b0b4a3e-6a0e-4c0e-9a53-1f7f0f2f6f11"}, "owner"),
        ({}, "name"),
    ):
        reply = program.post("/service-accounts", wish)
        assert reply.status_code == 422
        assert field in error_of(reply)["details"]
    assert not User.objects.filter(kind=User.Kind.SERVICE).exists()
