"""The portfolio: who sees which cases, what filters leave, and what is taken away as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from governance.models import SavedView
from governance.services import inventory
from interviews.models import InterviewSession
from interviews.services import sharing
from tests.builders.people import make_person
from tests.builders.portfolio import days_ago, entry_of, make_case
from tests.interviews.counting import statements

Browse = Callable[[User], Client]

pytestmark = pytest.mark.django_db

LIST = "/portfolio/"


@pytest.fixture
def browser(alice: User, client_of: Browse) -> Client:
    return client_of(alice)


def names(browser: Client, query: str = "") -> list[str]:
    """What the cases are called that the list shows, in its order."""
    page = browser.get(f"{LIST}?{query}")
    assert page.status_code == 200, page.content.decode()
    return [row["session"].project_name for row in page.context.get("rows", [])]


def test_everybody_sees_the_cases_that_they_see_elsewhere(
    alice: User, bob: User, rita: User, olga: User, client_of: Browse
) -> None:
    make_case(alice, "Hers")
    shared = make_case(alice, "Shared")
    make_case(bob, "His")
    InterviewSession.objects.filter(pk=make_case(bob, "Released").pk).update(
        released_at=timezone.now()
    )
    sharing.share_session(session=shared, email=bob.email, level="comment", by=alice)
    admin = make_person("ada", role=Role.ADMIN)
    seen = {
        person.name: sorted(names(client_of(person))) for person in (alice, bob, rita, olga, admin)
    }
    assert seen == {
        "Alice": ["Hers", "Shared"],
        "Bob": ["His", "Released", "Shared"],
        "Rita": ["Released"],
        "Olga": [],
        "Ada": ["Hers", "His", "Released", "Shared"],
    }


FILTERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("decision=halt", {"decision": "halt"}, {"decision": "revise"}),
    ("standing=stale", {"standing": "stale"}, {"standing": "approved"}),
    ("standing=not_submitted", {}, {"standing": "decided"}),
    ("lane=committee", {"lane": "committee"}, {"lane": "one_reviewer"}),
    ("archetype=regression", {"archetype": "regression"}, {"archetype": "clustering"}),
    ("area=hiring", {"areas": " children hiring "}, {"areas": " children "}),
    ("department=Water", {"department": "Water"}, {"department": "Waterways"}),
    ("department=-", {}, {"department": "Water"}),
    ("severity=4&likelihood=2", {"severity": 4, "likelihood": 2}, {"severity": 4, "likelihood": 3}),
    ("highest=5", {"highest": 5}, {"highest": 4}),
    ("score=3:6", {"score_3": 6.9}, {"score_3": 7.0}),
    ("score=3:0", {"score_3": 4.9}, {"score_3": 5.0}),
    ("score=3:9", {"score_3": 10.0}, {"score_3": 8.9}),
    ("promises=broken", {"broken_count": 1}, {"kept_count": 1}),
    ("age=8", {"review_opened_at": days_ago(9)}, {"review_opened_at": days_ago(16)}),
    ("age=61", {"review_opened_at": days_ago(400)}, {"review_opened_at": days_ago(30)}),
    (
        "overdue=yes",
        {"next_review_date": timezone.localdate() - timedelta(days=1)},
        {"next_review_date": timezone.localdate()},
    ),
    (
        f"from_date={(days_ago(9)).date()}&to_date={(days_ago(5)).date()}",
        {"submitted_at": days_ago(7)},
        {"submitted_at": days_ago(20)},
    ),
]


@pytest.mark.parametrize(("query", "fits", "not_quite"), FILTERS, ids=[one[0] for one in FILTERS])
def test_a_filter_leaves_the_cases_that_it_names(
    alice: User, browser: Client, query: str, fits: dict[str, Any], not_quite: dict[str, Any]
) -> None:
    make_case(alice, "Fits", **fits)
    make_case(alice, "Not quite", **not_quite)
    assert names(browser, query) == ["Fits"]


def test_a_review_is_overdue_by_its_own_date_whatever_the_next_one_is(
    alice: User, browser: Client
) -> None:
    today = timezone.localdate()
    late = {"review_opened_at": days_ago(20), "review_due_date": today - timedelta(days=1)}
    make_case(alice, "Late", **late, next_review_date=today + timedelta(days=50))
    in_time = {"review_opened_at": days_ago(2), "review_due_date": today}
    make_case(alice, "In time", **in_time, next_review_date=today - timedelta(days=1))
    assert names(browser, "overdue=yes") == ["Late"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("leak", ["Leak-finder, phase 2"]),
        ("finder leak", ["Leak-finder, phase 2"]),
        ("LEA", ["Leak-finder, phase 2"]),
        ("leak nothing", []),
        ("hou-12", ["Benefit letters"]),
        ("&|!:*()'", []),
        ("%", []),
    ],
)
def test_words_of_the_name_find_a_case(
    alice: User, browser: Client, words: str, found: list[str]
) -> None:
    make_case(alice, "Leak-finder, phase 2")
    make_case(alice, "Benefit letters", reference="HOU-12")
    page = browser.get(LIST, {"q": words})
    assert [row["session"].project_name for row in page.context.get("rows", [])] == found


def test_owners_are_found_by_a_part_of_their_name_and_oneself_by_me(
    alice: User, bob: User, client_of: Browse
) -> None:
    make_case(alice, "Hers")
    make_case(bob, "His")
    browser = client_of(make_person("ada", role=Role.ADMIN))
    assert names(browser, "owner=ali") == ["Hers"]
    assert names(browser, "owner=bob@example.org") == ["His"]
    assert names(browser, "owner=me") == []


@pytest.mark.parametrize(
    ("order", "first"),
    [("title", "A"), ("-highest", "B"), ("data", "C"), ("due", "A"), ("-cost", "B"), ("", "C")],
)
def test_the_list_is_in_the_order_asked_for(
    alice: User, browser: Client, order: str, first: str
) -> None:
    today = timezone.localdate()
    make_case(alice, "B", highest=5, data_score=0.9, model_cost=2, review_due_date=None)
    make_case(alice, "A", highest=2, data_score=None, model_cost=1, review_due_date=today)
    make_case(alice, "C", highest=None, data_score=0.1, model_cost=0, review_due_date=None)
    assert names(browser, f"order={order}" if order else "")[0] == first


def test_fifty_a_page_with_the_exact_number(alice: User, browser: Client) -> None:
    for number in range(52):
        make_case(alice, f"Case {number:02}")
    page = browser.get(f"{LIST}?order=title")
    assert page.context["total"] == 52
    assert len(page.context["rows"]) == 50
    assert "<strong>52</strong> cases, page 1 of 2" in page.content.decode()
    rest = browser.get(LIST + page.context["next_url"])
    assert [row["session"].project_name for row in rest.context["rows"]] == ["Case 50", "Case 51"]
    assert browser.get(f"{LIST}?page=9999").context["page"].number == 2
    assert browser.get(f"{LIST}?page=x").status_code == 200


def test_two_cases_cost_as_many_statements_as_thirty(alice: User, browser: Client) -> None:
    for number in range(2):
        make_case(alice, f"Case {number}", department=f"Unit {number}")
    browser.get(LIST)
    with statements() as few:
        assert len(names(browser)) == 2
    for number in range(28):
        make_case(alice, f"More {number}", department=f"Team {number}")
    with statements() as many:
        assert len(names(browser)) == 30
    assert len(few) == len(many) <= 9


@pytest.mark.parametrize(
    "query",
    ["decision=perhaps", "stage=9", "severity=x", "score=7:1", "from_date=soon", "batch=none"],
)
def test_a_filter_that_cannot_be_read_says_so(browser: Client, query: str) -> None:
    assert browser.get(f"{LIST}?{query}").status_code == 422
    assert browser.get(f"/portfolio/inventory.csv?{query}").status_code == 422


def test_dates_that_leave_nothing_are_named(browser: Client) -> None:
    page = browser.get(f"{LIST}?from_date=2026-11-21&to_date=2026-11-01")
    assert page.status_code == 422
    assert "This is before the first day" in page.content.decode()


def test_a_filter_that_is_set_can_be_taken_away(alice: User, browser: Client) -> None:
    make_case(alice, severity=4, likelihood=2)
    page = browser.get(f"{LIST}?severity=4&likelihood=2&order=title")
    assert [chip["words"] for chip in page.context["chips"]] == ["Severity 4", "Likelihood 2"]
    assert page.context["chips"][0]["url"] == "?likelihood=2&order=title"
    text = page.content.decode()
    assert '<input type="hidden" name="severity" value="4">' in text


def test_the_file_has_every_case_and_no_formula(alice: User, browser: Client) -> None:
    make_case(alice, "=HYPERLINK(1)", department="@Works", areas=" children hiring ")
    make_case(alice, "Leak finder")
    reply = browser.get("/portfolio/inventory.csv?order=title")
    assert reply["Content-Disposition"].startswith('attachment; filename="inventory-')
    rows = list(csv.DictReader(io.StringIO(b"".join(reply).decode())))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "Leak finder"]
    assert rows[0]["department"] == "'@Works"
    assert rows[0]["high_risk_areas"] == "children; hiring"
    deed = AuditEvent.objects.get(type="inventory.exported")
    assert deed.detail == {"filters": ["order"]}


def test_nobody_has_cases_at_first(browser: Client) -> None:
    page = browser.get(LIST).content.decode()
    assert "No cases yet" in page
    assert "/portfolio/imports/" in page


# --- Views that are kept --------------------------------------------------------------------------


def test_alice_keeps_a_view_and_finds_it_again(alice: User, browser: Client) -> None:
    reply = browser.post("/portfolio/views/?decision=halt&page=3", {"name": "Halted"}, follow=True)
    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("decision=halt", False)
    assert "The view “Halted” is saved." in reply.content.decode()
    assert browser.get(f"/portfolio/views/{view.code}/").url == "/portfolio/?decision=halt"
    browser.post("/portfolio/views/?decision=revise", {"name": "Halted", "is_shared": "yes"})
    assert SavedView.objects.get().query == "decision=revise"


def test_a_shared_view_shows_others_what_they_may_see(
    alice: User, bob: User, browser: Client, client_of: Browse
) -> None:
    make_case(alice, "Hers", decision="halt")
    make_case(bob, "His", decision="halt")
    browser.post("/portfolio/views/?decision=halt", {"name": "Halted", "is_shared": "yes"})
    link = f"/portfolio/views/{SavedView.objects.get().code}/"
    page = client_of(bob).get(link, follow=True)
    assert [row["session"].project_name for row in page.context["rows"]] == ["His"]
    assert client_of(bob).post(link).status_code == 403
    assert browser.post(link).status_code == 302
    assert client_of(bob).get(link).status_code == 404


def test_a_view_of_ones_own_is_nobody_elses(browser: Client, bob: User, client_of: Browse) -> None:
    browser.post("/portfolio/views/?decision=halt", {"name": "Halted"})
    link = f"/portfolio/views/{SavedView.objects.get().code}/"
    assert client_of(bob).get(link).status_code == 404
    assert client_of(bob).post(link).status_code == 404


def test_a_view_without_a_name_is_not_kept(browser: Client) -> None:
    page = browser.post("/portfolio/views/?decision=halt", {"name": " "}, follow=True)
    assert "Give the view a name" in page.content.decode()
    assert not SavedView.objects.exists()


# --- One case -------------------------------------------------------------------------------------


def test_alice_says_whose_case_it_is(alice: User, browser: Client) -> None:
    session = make_case(alice)
    page = f"/portfolio/cases/{session.code}/"
    assert browser.get(page).status_code == 200
    assert (
        browser.post(page, {"department": " Water  works ", "reference": "W-1"}).status_code == 302
    )
    assert entry_of(session).department == "Water works"
    too_long = browser.post(page, {"department": "x" * 201})
    assert too_long.status_code == 422
    assert "x" * 201 in too_long.content.decode()


def test_only_who_works_on_a_case_or_keeps_order_says_whose_it_is(
    alice: User, bob: User, rita: User, mallory: User, client_of: Browse
) -> None:
    session = make_case(alice)
    InterviewSession.objects.filter(pk=session.pk).update(released_at=timezone.now())
    sharing.share_session(session=session, email=bob.email, level="comment", by=alice)
    page = f"/portfolio/cases/{session.code}/"
    admin = make_person("ada", role=Role.ADMIN)
    said = {
        person.name: client_of(person).post(page, {"department": person.name}).status_code
        for person in (bob, rita, mallory, admin)
    }
    assert said == {"Bob": 403, "Rita": 403, "Mallory": 404, "Ada": 302}
    assert entry_of(session).department == "Ada"


def test_the_list_reads_new_cases_by_itself(alice: User, browser: Client) -> None:
    make_case(alice)
    assert inventory.catch_up(alice) == 0
    assert names(browser) == ["Repair triage"]
