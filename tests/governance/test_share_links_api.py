"""Programs share a charter for the people who may, and read who opened what."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import IdempotencyRecord, User
from governance.models import Decision, ShareLink
from tests.builders import cases
from tests.builders.programs import Ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(alice: User) -> Decision:
    return cases.decided(alice)


def links(decision: Decision) -> str:
    return f"/charters/{decision.revision.charter.code}/links"


def test_a_program_shares_follows_and_revokes(ask: Ask, alice: User, decision: Decision) -> None:
    program = ask(alice)
    made = program.post(links(decision), {"hours": 168, "purpose": "Auditor"})
    found = made.json()
    assert made.status_code == 201 and found["profile"] == "external" and found["revision"] == 1
    assert Client().get(found["url"]).status_code == 200
    shown = program.get(made["Location"]).json()
    assert shown["open_count"] == 1 and "url" not in shown
    ended = program.post(f"{links(decision)}/{found['id']}/revoke").json()
    assert ended["is_open"] is False and Client().get(found["url"]).status_code == 410
    assert program.post(f"{links(decision)}/{found['id']}/revoke").status_code == 409
    assert [one["id"] for one in program.get(links(decision)).json()["items"]] == [found["id"]]


def test_the_address_is_not_given_a_second_time(ask: Ask, alice: User, decision: Decision) -> None:
    program = ask(alice)
    first = program.post(links(decision), {"hours": 1}, Idempotency_Key="once-and-only")
    again = program.post(links(decision), {"hours": 1}, Idempotency_Key="once-and-only")
    secret = first.json()["url"].rstrip("/").rpartition("/")[2]
    assert again.status_code == 409 and secret not in again.content.decode()
    assert secret not in str(list(IdempotencyRecord.objects.values()))
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize(
    "wish", [{"hours": 0}, {"hours": 2161}, {"profile": "secret"}, {"purpose": "x" * 101}]
)
def test_what_cannot_be_taken_is_named(
    ask: Ask, alice: User, decision: Decision, wish: dict[str, object]
) -> None:
    reply = ask(alice).post(links(decision), wish)
    assert reply.status_code == 422 and next(iter(wish)) in reply.content.decode()


def test_the_full_charter_is_not_the_authors_to_share(
    ask: Ask, alice: User, decision: Decision
) -> None:
    assert ask(alice).post(links(decision), {"profile": "full"}).status_code == 403


def test_a_revision_that_is_not_there_is_not_shared(
    ask: Ask, alice: User, decision: Decision
) -> None:
    assert ask(alice).post(links(decision), {"revision": 2}).status_code == 404
