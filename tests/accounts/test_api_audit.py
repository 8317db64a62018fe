"""The record of deeds through the API: found by filter, paged by cursor, taken away as a file."""

from __future__ import annotations

import csv
import json

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.services import audit
from tests.builders.programs import Ask, Program, error_of, with_key
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def deeds(alice: User, bob: User) -> None:
    for number in range(12):
        person = alice if number % 2 else bob
        audit.record(type="thing.made", actor=person, subject=f"thing {number}")
    audit.record(type="house.opened", actor=None, subject="house 1")


def body(reply: object) -> str:
    return b"".join(reply.streaming_content).decode()  # type: ignore[attr-defined]


def test_ada_reads_all_deeds_page_by_page(ask: Ask, ada: User, deeds: None) -> None:
    program = ask(ada)
    first = program.get("/audit?limit=10").json()
    assert set(first) == {"items", "next", "previous"}
    second = program.get(first["next"]).json()
    found = [one["sequence"] for one in first["items"] + second["items"]]
    assert found == sorted(AuditEvent.objects.values_list("pk", flat=True), reverse=True)
    assert second["next"] is None
    assert program.get("/audit?skip=10").status_code == 422


def test_kind_person_subject_and_days_pick(ask: Ask, ada: User, alice: User, deeds: None) -> None:
    program = ask(ada)

    def count(asked: str) -> int:
        return len(program.get(f"/audit?limit=100&{asked}").json()["items"])

    assert count("type=house") == count("type=house.opened") == count("person=system") == 1
    assert count("person=alice") == count(f"person={alice.code}") == 6
    assert count("subject=thing 11") == 1
    assert count("to_date=2000-01-01") == 0
    backwards = program.get("/audit?from_date=2026-11-22&to_date=2026-11-21")
    assert (backwards.status_code, *error_of(backwards)["details"]) == (422, "to_date")
    assert program.get("/audit?from_date=soon").status_code == 422


def test_a_page_of_100_costs_as_many_statements_as_one_of_2(
    ask: Ask, ada: User, deeds: None
) -> None:
    program = ask(ada)
    with statements() as few:
        program.get("/audit?limit=2")
    with statements() as many:
        program.get("/audit?limit=100")
    # The browser session, the person, the page; nothing is counted.
    assert len(few) == len(many) <= 3


def test_an_export_is_a_file_and_a_deed(ask: Ask, ada: User, deeds: None) -> None:
    lines = body(ask(ada).get("/audit/export?format=jsonl&type=thing")).splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["thing.made"] * 12
    exported = AuditEvent.objects.get(type="audit.exported")
    assert exported.actor == audit.person(ada)
    assert exported.detail["filter"] == {"type": "thing"}
    reply = ask(ada).get("/audit/export?format=csv")
    assert reply["Content-Disposition"].endswith('.csv"')
    assert len(list(csv.reader(body(reply).splitlines()))) == 15
    assert ask(ada).get("/audit/export?format=xlsx").status_code == 422


@pytest.mark.parametrize("path", ["/audit", "/audit/export?format=csv"])
def test_nobody_else_reads_the_record(
    ask: Ask, alice: User, rita: User, olga: User, ada: User, path: str, deeds: None
) -> None:
    before = AuditEvent.objects.count()
    for program in (ask(alice), ask(rita), ask(olga)):
        assert program.get(path).status_code == 403
    assert AuditEvent.objects.count() == before
    assert with_key(ada, "user.manage").get(path).status_code == 403
    assert Program(Client()).get(path).status_code == 401
    assert with_key(ada, "audit.view").get(path).status_code == 200
