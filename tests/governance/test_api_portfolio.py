"""The portfolio and the import of an inventory through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from governance.models import ImportBatch
from interviews.models import InterviewSession
from tests.builders.portfolio import SMALL, imported, make_case, run, uploaded
from tests.builders.programs import Ask, error_of, with_key
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db(transaction=True)


def test_alice_lists_her_cases_with_their_facts(ask: Ask, alice: User, bob: User) -> None:
    session = make_case(
        alice, "Leak finder", decision="halt", highest=5, severity=5, likelihood=4,
        department="Water", areas=" children hiring ", kept_count=2, data_score=0.5,
    )  # fmt: skip
    make_case(bob, "His")
    page = ask(alice).get("/inventory").json()
    (one,) = page["items"]
    assert page["total"] == 1
    assert one["session"] == str(session.code)
    assert (one["decision"], one["highest_risk"], one["severity"]) == ("HALT", 5, 5)
    assert one["high_risk_areas"] == ["children", "hiring"]
    assert one["promises"] == {"kept": 2, "broken": 0, "pending": 0}
    assert ask(alice).get(f"/inventory/{session.code}").json() == one


def test_the_filters_are_those_of_the_page(ask: Ask, alice: User) -> None:
    make_case(alice, "One", decision="halt", department="Water", score_2=6.5)
    make_case(alice, "Two", decision="revise")
    program = ask(alice)
    for query in ("decision=HALT", "department=Water", "score=2:6", "q=one", "owner=me&q=one"):
        found = program.get(f"/inventory?{query}").json()["items"]
        assert [one["project_name"] for one in found] == ["One"], query
    for query in ("decision=perhaps", "score=9:9", "stage=0", "nothing=1", "batch=x"):
        assert program.get(f"/inventory?{query}").status_code == 422, query


def test_a_list_goes_on_by_cursor_and_costs_the_same_at_any_length(ask: Ask, alice: User) -> None:
    program = ask(alice)
    for number in range(2):
        make_case(alice, f"Case {number}")
    program.get("/inventory")
    with statements() as few:
        program.get("/inventory?limit=50")
    for number in range(12):
        make_case(alice, f"More {number}")
    with statements() as many:
        assert program.get("/inventory?limit=50").json()["total"] == 14
    assert len(few) == len(many) <= 5
    page = program.get("/inventory?limit=10&cursor=").json()
    assert len(program.get(page["next"]).json()["items"]) == 4


def test_a_case_is_described_by_whoever_read_it_last(ask: Ask, alice: User, bob: User) -> None:
    session = make_case(alice)
    program, address = ask(alice), f"/inventory/{session.code}"
    tag = program.get(address)["ETag"]
    assert program.patch(address, {"department": "Water"}).status_code == 428
    changed = program.patch(address, {"department": "Water"}, If_Match=tag)
    assert changed.json()["department"] == "Water"
    assert program.patch(address, {"department": "X"}, If_Match=tag).status_code == 412
    fresh = changed["ETag"]
    assert program.patch(address, {"standing": "approved"}, If_Match=fresh).status_code == 422
    assert (
        program.patch(address, {"reference": "W-1"}, If_Match=fresh).json()["department"] == "Water"
    )
    assert ask(bob).get(address).status_code == 404


def test_a_picture_is_given_as_its_table(ask: Ask, alice: User) -> None:
    make_case(alice, highest=3, severity=4, likelihood=2)
    figure = ask(alice).get("/portfolio/figures/risks").json()
    assert figure["columns"] == ["Severity", "Likelihood", "Cases"]
    assert figure["rows"] == [["4", "2", "1"]]
    assert ask(alice).get("/portfolio/figures/risks?severity=5").json()["rows"] == []
    assert ask(alice).get("/portfolio/figures/secrets").status_code == 404
    assert ask(alice).get("/portfolio/figures/risks?stage=9").status_code == 422


def upload(client: Client, content: str = SMALL) -> Any:
    file = SimpleUploadedFile("cases.csv", content.encode())
    return client.post("/api/v1/imports", {"file": file})


def test_a_program_imports_in_the_four_steps_of_the_pages(
    ask: Ask, alice: User, client_of: Callable[[User], Client]
) -> None:
    program = ask(alice)
    made = upload(client_of(alice))
    assert made.status_code == 201
    one = f"/imports/{made.json()['id']}"
    columns = program.get(f"{one}/columns")
    assert [column["target"] for column in columns.json()["columns"]] == [
        *("title", "department", "S1-01", "S1-09.archetype", "reference")
    ]
    targets = ["title", "", "S1-01", "", "reference"]
    put = program.put(f"{one}/columns", {"targets": targets}, If_Match=columns["ETag"])
    assert put.status_code == 200
    check = program.get(f"{one}/check").json()
    assert (check["ready"], check["duplicates"], check["faulty"]) == (4, 1, 1)
    assert check["lines"][2]["reason"].startswith("It has no name")
    assert program.post(f"{one}/confirm", {}).status_code == 202
    run(ImportBatch.objects.get())
    assert program.get(one).json()["created"] == 4
    assert program.get("/imports").json()["items"][0]["left_out"] == 2
    rows = program.get(f"{one}/rows?limit=50").json()
    assert [row["state"] for row in rows["items"]].count("created") == 4
    assert program.post(f"{one}/undo", {}).status_code == 202
    run(ImportBatch.objects.get())
    assert program.get(one).json()["undone"] == 4
    assert not InterviewSession.objects.exists()


def test_a_step_out_of_turn_is_a_conflict(
    ask: Ask, alice: User, client_of: Callable[[User], Client]
) -> None:
    program = ask(alice)
    one = f"/imports/{upload(client_of(alice)).json()['id']}"
    for address in (f"{one}/confirm", f"{one}/undo"):
        assert program.post(address, {}).status_code == 409
    assert program.get(f"{one}/check").status_code == 409
    tag = program.get(one)["ETag"]
    bad = program.put(f"{one}/columns", {"targets": ["", "", "", "", ""]}, If_Match=tag)
    assert bad.status_code == 422
    assert "names of the cases" in error_of(bad)["details"]["targets"][0]
    assert program.delete(one).status_code == 428
    assert program.delete(one, If_Match=tag).status_code == 204
    assert program.get(f"{one}/columns").status_code == 409


def test_a_file_that_is_no_table_is_named(alice: User, client_of: Callable[[User], Client]) -> None:
    reply = upload(client_of(alice), "Name\n")
    assert reply.status_code == 422
    assert "there is no case" in reply.json()["error"]["details"]["file"][0]
    assert client_of(alice).post("/api/v1/imports", {}).status_code == 422


def test_an_import_is_nobody_elses(ask: Ask, alice: User, bob: User) -> None:
    one = f"/imports/{imported(alice).code}"
    for part in ("", "/columns", "/check", "/rows"):
        assert ask(bob).get(one + part).status_code == 404
    assert ask(bob).get("/imports").json()["total"] == 0


def test_a_list_of_imports_costs_the_same_at_any_length(ask: Ask, alice: User) -> None:
    program = ask(alice)
    uploaded(alice)
    with statements() as few:
        program.get("/imports")
    for _ in range(5):
        uploaded(alice)
    with statements() as many:
        assert program.get("/imports").json()["total"] == 6
    assert len(few) == len(many) <= 4


def test_a_key_that_only_reads_imports_nothing(alice: User) -> None:
    program = with_key(alice, "session.view")
    assert program.get("/inventory").status_code == 200
    assert program.get("/imports").status_code == 403
