"""Issued charters through the API: who finds them, what a revision says, and taking a file away."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.services import members
from charters.models import Charter, Revision
from charters.rendering.json import parse
from governance.models import Decision
from tests.builders.issued import issue
from tests.builders.programs import Ask, error_of, with_key
from tests.builders.sessions import make_session
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decision(alice: User) -> Decision:
    return issue("energy_wizard.json", by=alice)


def at(decision: Decision, *parts: object) -> str:
    return "/".join(["/charters", str(decision.revision.charter.code), *map(str, parts)])


def first_revision(*parts: object) -> tuple[object, ...]:
    return ("revisions", 1, *parts)


def more_charters(decision: Decision, count: int) -> None:
    """Further charters with the same content: only how many there are matters."""
    for number in range(count):
        charter = Charter.objects.create(session=make_session(decision.revision.issued_by))
        kept = Revision.objects.get(pk=decision.revision_id)
        kept.pk, kept.charter, kept._state.adding = None, charter, True
        kept.content_hash = f"{number:064}"
        kept.save()


def test_alice_lists_her_charter_with_its_decision(
    ask: Ask, alice: User, decision: Decision
) -> None:
    (one,) = ask(alice).get("/charters").json()["items"]
    revision = decision.revision
    assert one["id"] == str(revision.charter.code)
    assert one["session"] == str(revision.charter.session.code)
    assert one["owner"] == {"id": str(alice.code), "name": "Alice"}
    assert (one["revision"], one["content_hash"]) == (1, decision.content_hash)
    assert one["decision"] == decision.outcome["decision"]
    assert ask(alice).get(at(decision)).json() == one


def test_interview_and_decision_pick(ask: Ask, alice: User, decision: Decision) -> None:
    program, session = ask(alice), decision.revision.charter.session
    more_charters(decision, 1)
    assert program.get(f"/charters?session={session.code}").json()["total"] == 1
    found = program.get(f"/charters?decision={decision.outcome['decision']}").json()
    assert [one["session"] for one in found["items"]] == [str(session.code)]
    assert program.get("/charters?decision=perhaps").status_code == 422
    assert program.get("/charters?session=7").status_code == 422


def test_a_list_of_12_costs_as_many_statements_as_one_of_2(
    ask: Ask, alice: User, decision: Decision
) -> None:
    program = ask(alice)
    more_charters(decision, 1)
    with statements() as few:
        assert len(program.get("/charters?limit=25").json()["items"]) == 2
    more_charters(decision, 10)
    with statements() as many:
        assert len(program.get("/charters?limit=25").json()["items"]) == 12
    # The browser session, the person, the page, the count, and seven for how they stand.
    assert len(few) == len(many) <= 11
    with statements() as by_cursor:
        page = program.get("/charters?limit=10&cursor=").json()
    assert len(by_cursor) <= 10
    assert len(program.get(page["next"]).json()["items"]) == 2


def test_a_revision_gives_its_content_as_it_was_frozen(
    ask: Ask, alice: User, decision: Decision
) -> None:
    (row,) = ask(alice).get(at(decision, "revisions")).json()["items"]
    whole = ask(alice).get(at(decision, *first_revision())).json()
    assert {name: whole[name] for name in row} == row
    assert whole["content"] == decision.revision.content
    assert whole["issued_by"]["name"] == "Alice"
    assert whole["standing"] in ("in_review", "draft")


def test_the_decision_comes_with_every_rule_and_condition(
    ask: Ask, alice: User, decision: Decision
) -> None:
    said = ask(alice).get(at(decision, *first_revision("decision"))).json()
    assert {name: said[name] for name in decision.outcome} == decision.outcome
    assert said["content_hash"] == decision.content_hash


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("revisions",),
        first_revision(),
        first_revision("decision"),
        ("download",),
        ("download?format=markdown",),
    ],
)
def test_for_strangers_and_operators_there_is_no_charter(
    ask: Ask, decision: Decision, mallory: User, olga: User, parts: tuple[object, ...]
) -> None:
    for person in (mallory, olga):
        reply = ask(person).get(at(decision, *parts))
        assert (reply.status_code, error_of(reply)["code"]) == (404, "NOT_FOUND")
        assert ask(person).get("/charters").json()["total"] == 0


def test_a_reviewer_reads_it_and_that_is_noted(ask: Ask, decision: Decision, rita: User) -> None:
    assert ask(rita).get("/charters").json()["total"] == 1
    assert ask(rita).get(at(decision, *first_revision())).status_code == 200
    seen = AuditEvent.objects.filter(subject=f"charter {decision.revision.charter.code} revision 1")
    assert str(rita.code) in seen.order_by("-sequence")[0].actor


def test_the_json_file_comes_back_whole(ask: Ask, alice: User, decision: Decision) -> None:
    reply = ask(alice).get(at(decision, "download?format=json"))
    assert reply["Content-Type"] == "application/json"
    assert reply["Content-Disposition"].endswith('energy-wizard_charter_v1_20261121.json"')
    assert parse(reply.content).is_intact
    assert json.loads(reply.content)["governance"] == decision.outcome
    assert AuditEvent.objects.get(type="charter.exported").detail["format"] == "json"


def test_the_markdown_file_is_the_pages(
    ask: Ask, alice: User, decision: Decision, client_of: Callable[[User], Client]
) -> None:
    reply = ask(alice).get(at(decision, "download?format=markdown&revision=1"))
    assert reply["Content-Type"] == "text/markdown; charset=utf-8"
    page = f"/charters/{decision.revision.charter.code}/1/markdown"
    assert reply.content == client_of(alice).get(page).content


@pytest.mark.parametrize(
    ("asked", "status"),
    [("profile=secret", 422), ("format=exe", 422), ("revision=0", 422), ("revision=2", 404)],
)
def test_what_there_is_not_is_said(
    ask: Ask, alice: User, decision: Decision, asked: str, status: int
) -> None:
    reply = ask(alice).get(at(decision, f"download?{asked}"))
    assert reply.status_code == status
    said: Any = error_of(reply)
    if asked.startswith("format"):
        assert said["details"]["format"] == [
            "There is no such format. Formats: pdf, docx, html, markdown, json, risks, kpis."
        ]
    assert not AuditEvent.objects.filter(type="charter.exported").exists()


def test_a_charters_id_must_be_a_uuid(ask: Ask, alice: User) -> None:
    reply = ask(alice).get("/charters/seven")
    assert (reply.status_code, error_of(reply)["code"]) == (400, "INVALID_UUID")


def test_a_key_reads_with_its_scope_alone_and_nothing_once_its_holder_left(
    alice: User, decision: Decision, db: None
) -> None:
    reader, starter = with_key(alice, "session.view"), with_key(alice, "session.start")
    assert reader.get(at(decision)).status_code == 200
    assert starter.get(at(decision)).status_code == 403
    members.deactivate_member(user=alice, by=None)
    assert reader.get(at(decision)).status_code == 401
