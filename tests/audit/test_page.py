"""The page on which administrators read the record, search it and take it away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, AuditSegment, User
from accounts.permissions import Role
from accounts.request_facts import RequestFacts, during
from accounts.services import audit, audit_export, audit_reading
from interviews.models import InterviewSession
from tests.audit.tampering import ADDRESS, record
from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
PAGE = "/audit/"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


def page(browser: Client, **asked: str) -> str:
    reply = browser.get(PAGE, asked)
    assert reply.status_code == 200
    return str(reply.content.decode())


def numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'data-label="Number">(\d+)<', text)]


def taken(browser: Client, file_format: str, **asked: str) -> str:
    reply = browser.post(reverse("operations:audit-export"), asked | {"format": file_format})
    assert reply.status_code == 200
    return b"".join(reply.streaming_content).decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_does_not_exist_for_others(
    alice: User, rita: User, olga: User, mallory: User, client_of: Browse, method: str
) -> None:
    for person in (alice, rita, olga, mallory):
        browser = client_of(person)
        address = PAGE if method == "get" else reverse("operations:audit-export")
        assert getattr(browser, method)(address, {"format": "csv"}).status_code == 404
    assert not AuditEvent.objects.filter(type="audit.exported").exists()
    assert PAGE not in client_of(alice).get("/").content.decode()


def test_a_superadmin_reads_it_too(client_of: Browse) -> None:
    page(client_of(make_person("sue", role=Role.SUPERADMIN)))


def test_an_empty_record_says_so(ada: User, client_of: Browse) -> None:
    browser = client_of(ada)
    AuditEvent.objects.none()
    if not AuditEvent.objects.exists():
        assert "Nothing has happened yet" in page(browser)
    assert "No such deed" in page(browser, type="nothing.done")


def test_people_are_called_as_they_are_called_today(
    ada: User, session: InterviewSession, client_of: Browse
) -> None:
    text = page(client_of(ada))
    assert 'data-label="Who">Alice' in text
    assert "Session started" in text


def test_an_erased_person_stays_a_code(ada: User, client_of: Browse) -> None:
    ghost = make_person("ghost")
    record(ghost)
    name = audit.person(ghost)
    ghost.delete()
    text = page(client_of(ada))
    assert f"{name[:15]}…" in text
    assert "ghost@example.org" not in text
    assert len(numbers(page(client_of(ada), person=name.split()[1]))) == 1


def test_a_deed_leads_to_what_it_is_about(
    ada: User, session: InterviewSession, client_of: Browse
) -> None:
    link = reverse("interviews:session-detail", args=[session.code])
    assert f'<a href="{link}">Repair triage</a>' in page(client_of(ada))


def test_a_deed_on_something_deleted_has_no_link(
    ada: User, session: InterviewSession, client_of: Browse
) -> None:
    code = session.code
    session.delete()
    text = page(client_of(ada))
    assert f"Session {str(code)[:8]}…" in text
    assert reverse("interviews:session-detail", args=[code]) not in text


@pytest.mark.parametrize("person", ["Alice", "alice@", "ALICE@EXAMPLE.ORG"])
def test_deeds_are_found_by_person(
    ada: User, alice: User, bob: User, client_of: Browse, person: str
) -> None:
    record(alice, 2)
    record(bob)
    record(None)
    assert numbers(page(client_of(ada), person=person)) == [2, 1]


def test_deeds_of_the_system_are_found(ada: User, alice: User, client_of: Browse) -> None:
    record(alice)
    record(None)
    assert 2 in numbers(page(client_of(ada), person="system"))


def test_deeds_are_found_by_kind_subject_and_request(
    ada: User, alice: User, session: InterviewSession, client_of: Browse
) -> None:
    with during(RequestFacts("request-0042")):
        audit.record(type="test.done", actor=alice, subject="session 7 S1-01")
    browser = client_of(ada)
    assert numbers(page(browser, type="test.done")) == [2]
    assert numbers(page(browser, type="session")) == [1]
    assert numbers(page(browser, subject="session 7 S")) == [2]
    assert numbers(page(browser, request_id="request-0042")) == [2]
    assert numbers(page(browser, subject=f"session {session.code}")) == [1]


def test_deeds_are_found_by_day_both_included(ada: User, alice: User, client_of: Browse) -> None:
    record(alice)
    browser, today = client_of(ada), timezone.now().date()
    near = {"type": "test.done"}
    assert numbers(page(browser, from_date=str(today), to_date=str(today), **near)) == [1]
    tomorrow = str(today + timedelta(days=1))
    assert numbers(page(browser, from_date=tomorrow, **near)) == []
    assert numbers(page(browser, to_date=str(today - timedelta(days=1)), **near)) == []


@pytest.mark.parametrize(
    "asked", [{"from_date": "soon"}, {"from_date": "2026-11-22", "to_date": "2026-11-21"}]
)
def test_days_that_make_no_sense_are_refused(
    ada: User, client_of: Browse, asked: dict[str, str]
) -> None:
    reply = client_of(ada).get(PAGE, asked)
    assert reply.status_code == 422
    assert "There is a problem" in reply.content.decode()


def test_pages_follow_each_other_though_deeds_come_in(
    ada: User, alice: User, client_of: Browse
) -> None:
    record(alice, 130)
    browser = client_of(ada)
    first = page(browser, type="test.done")
    assert numbers(first) == list(range(130, 70, -1))
    record(alice, 5)
    second = page(browser, type="test.done", before="71")
    assert numbers(second) == list(range(70, 10, -1))
    assert "before=71" in first
    assert numbers(page(browser, type="test.done", before="11")) == list(range(10, 0, -1))
    assert "no older deeds" in page(browser, type="test.done", before="1")


@pytest.mark.parametrize("place", ["x", "-3", "9" * 40, "²"])
def test_a_place_that_is_none_is_the_beginning(
    ada: User, alice: User, client_of: Browse, place: str
) -> None:
    record(alice)
    assert 1 in numbers(page(client_of(ada), before=place))


def test_a_page_costs_the_same_whatever_is_on_it(ada: User, alice: User, client_of: Browse) -> None:
    browser = client_of(ada)
    make_session(alice)
    page(browser)
    with statements() as few:
        page(browser)
    for number in range(20):
        make_session(make_person(f"person{number}"), f"Project {number}")
    with statements() as many:
        page(browser)
    assert len(few) == len(many) <= 8


def test_what_was_written_into_a_deed_stays_text(ada: User, client_of: Browse) -> None:
    audit.record(
        type="test.done",
        actor=None,
        subject="<b>x</b>",
        detail={"<i>": "<script>alert(1)</script>"},
    )
    text = page(client_of(ada))
    assert "<script>alert" not in text
    assert "<b>x</b>" not in text


def test_sealed_deeds_are_pointed_to(ada: User, client_of: Browse) -> None:
    AuditSegment.objects.create(
        first_sequence=1,
        last_sequence=1200,
        last_hash="0" * 64,
        row_count=1200,
        file_name="segment-1.gz",
        file_hash="0" * 64,
        sealed_at=timezone.now(),
    )
    assert "up to number 1,200" in page(client_of(ada))


# --- as a file -----------------------------------------------------------------------------------


def test_a_table_holds_every_deed_and_the_taking_is_one(
    ada: User, alice: User, client_of: Browse
) -> None:
    record(alice, 3)
    browser = client_of(ada)
    rows = list(csv.DictReader(io.StringIO(taken(browser, "csv", type="test.done"))))
    assert [row["sequence"] for row in rows] == ["1", "2", "3"]
    assert (rows[0]["actor_name"], rows[0]["address"]) == ("Alice", ADDRESS)
    deed = AuditEvent.objects.get(type="audit.exported")
    assert deed.actor == audit.person(ada)
    assert deed.detail == {"format": "csv", "filter": {"type": "test.done"}}


def test_json_lines_hold_what_the_hash_covers(ada: User, alice: User, client_of: Browse) -> None:
    record(alice, 2)
    found = [json.loads(one) for one in taken(client_of(ada), "jsonl").splitlines()]
    event = AuditEvent.objects.get(sequence=2)
    same = next(one for one in found if one["sequence"] == 2)
    assert (same["hash"], same["detail"]) == (event.hash, event.detail)
    assert "audit.exported" not in {one["type"] for one in found}


def test_a_search_for_a_person_is_recorded_by_code(
    ada: User, alice: User, client_of: Browse
) -> None:
    taken(client_of(ada), "csv", person="alice@example.org")
    said = AuditEvent.objects.get(type="audit.exported").detail
    assert said["filter"] == {"person": [audit.person(alice)]}


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(ada: User, client_of: Browse, text: str) -> None:
    audit.record(type="test.done", actor=None, subject=text)
    body = taken(client_of(ada), "csv", type="test.done")
    (row,) = csv.DictReader(io.StringIO(body, newline=""))
    assert row["subject"] == f"'{text}"


@pytest.mark.parametrize("text", ["person 1", "x=1", "", "'=1"])
def test_ordinary_cells_stay_as_they_are(text: str) -> None:
    assert audit_export.inert(text) == text


def test_a_large_export_is_read_in_batches(
    ada: User, alice: User, client_of: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(alice, 7)
    monkeypatch.setattr(audit_export, "BATCH", 3)
    pieces = list(
        audit_export.export(audit_reading.Question(type="test"), file_format="jsonl", by=ada)
    )
    assert [piece.count("\n") for piece in pieces] == [3, 3, 1]


@pytest.mark.parametrize("fields", [{"format": "xls"}, {}])
def test_other_formats_do_not_exist(ada: User, client_of: Browse, fields: dict[str, Any]) -> None:
    assert client_of(ada).post(reverse("operations:audit-export"), fields).status_code == 404


def test_taking_deeds_away_needs_a_button_and_not_a_link(ada: User, client_of: Browse) -> None:
    assert client_of(ada).get(reverse("operations:audit-export")).status_code == 405
