"""Pictures of the portfolio say what their tables say, and each part leads to its cases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from governance.models import InventoryEntry
from governance.portfolio import bars, charts, shades
from governance.portfolio.asked import AGES, SCORES, age_bounds, score_bounds
from governance.portfolio.svg import OTHERS, Figure, ticks
from governance.services.portfolio_figures import FIGURES
from interviews.models import InterviewSession
from tests.builders.portfolio import days_ago, make_case
from tests.interviews.counting import statements

Browse = Callable[[User], Client]

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a href="([^"]*)" aria-label="([^"]*)">')
#: All that a picture is made of.
PARTS = {"svg", "title", "desc", "g", "a", "rect", "text", "line"}


class Parts(HTMLParser):
    """The elements of a picture."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)


@pytest.fixture
def browser(alice: User, client_of: Browse) -> Client:
    return client_of(alice)


@pytest.fixture
def furnished(alice: User) -> list[InterviewSession]:
    """A few cases of every kind."""
    late = {"review_opened_at": days_ago(20), "review_due_date": days_ago(6).date()}
    young = {"review_opened_at": days_ago(1), "review_due_date": timezone.localdate()}
    decided = {"decision": "revise", "submitted_at": days_ago(40), "severity": 4, "likelihood": 2}
    return [
        make_case(alice, "One", department="Water", archetype="regression", highest=3, **decided),
        make_case(alice, "Two", department="Water", archetype="regression", highest=3, **decided),
        make_case(alice, "Three", highest=5, decision="halt", submitted_at=days_ago(1), **late),
        make_case(alice, "Four", department="Works", score_3=6.5, kept_count=3, **young),
        make_case(alice, "Five", department="Works", score_3=8, broken_count=1, model_cost=2),
    ]


def _unescaped(parts: tuple[str, str]) -> tuple[str, str]:
    return unescape(parts[0]), unescape(parts[1])


def figures(browser: Client, query: str = "") -> dict[str, Figure]:
    page = browser.get(f"/portfolio/pictures/?{query}")
    assert page.status_code == 200
    return {one.key: one for one in page.context["figures"]}


def test_every_picture_has_a_table_and_a_file_that_say_the_same(
    browser: Client, furnished: list[InterviewSession]
) -> None:
    found = figures(browser)
    assert set(found) == set(FIGURES)
    for key, figure in found.items():
        assert figure.svg, key
        rows = list(
            csv.reader(
                io.StringIO(b"".join(browser.get(f"/portfolio/pictures/{key}.csv")).decode())
            )
        )
        assert rows[0] == list(figure.columns)
        assert [tuple(row) for row in rows[1:]] == [cells for cells, _ in figure.lines]


def test_the_pictures_count_the_cases(browser: Client, furnished: list[InterviewSession]) -> None:
    found = {key: [cells for cells, _ in one.lines] for key, one in figures(browser).items()}
    assert found["risks"] == [("4", "2", "2")]
    assert ("Water", "Regression", "2") in found["kinds"]
    assert {cells[1:] for cells in found["decisions"]} == {("Revise", "2"), ("Halt", "1")}
    assert ("15 to 30 days", "0", "1") in found["ageing"]
    assert ("0 to 7 days", "1", "0") in found["ageing"]
    assert found["promises"] == [("Works", "3", "1", "0")]
    assert found["scores"][2] == ("Stage 3", "0", "0", "1", "0", "1", "0", "7.2")
    assert found["costs"] == [("Works", "2.00")]
    assert "1 case stated a level" in figures(browser)["risks"].notes[0]


def test_every_part_of_a_picture_leads_to_exactly_its_cases(
    browser: Client, furnished: list[InterviewSession]
) -> None:
    """The number that is read out is the number of cases behind the link."""
    followed = 0
    for figure in figures(browser).values():
        for address, said in map(_unescaped, LINK.findall(str(figure.svg))):
            count = re.search(r"([\d,]+) cases?$", said)
            total = browser.get(address).context["total"]
            assert count is None or int(count[1]) == total, f"{said}: {address}"
            followed += 1
    assert followed >= 8


def test_filters_hold_for_pictures_and_for_what_they_lead_to(
    browser: Client, furnished: list[InterviewSession]
) -> None:
    found = figures(browser, "department=Water")
    assert [cells for cells, _ in found["risks"].lines] == [("4", "2", "2")]
    assert found["ageing"].svg is None
    assert "department=Water" in unescape(str(found["risks"].svg))
    assert browser.get("/portfolio/pictures/?stage=9").status_code == 422


def test_mallory_sees_pictures_of_nothing(
    mallory: User, client_of: Browse, furnished: list[InterviewSession]
) -> None:
    assert all(one.svg is None and one.empty for one in figures(client_of(mallory)).values())
    rows = b"".join(client_of(mallory).get("/portfolio/pictures/risks.csv")).decode()
    assert rows.splitlines() == ["Severity,Likelihood,Cases"]


def test_a_picture_that_does_not_exist_is_not_found(browser: Client) -> None:
    assert browser.get("/portfolio/pictures/secrets.csv").status_code == 404


def test_more_cases_cost_no_more_statements(
    alice: User, browser: Client, furnished: list[InterviewSession]
) -> None:
    browser.get("/portfolio/pictures/")
    with statements() as few:
        browser.get("/portfolio/pictures/")
    for number in range(20):
        make_case(alice, f"More {number}", department=f"Unit {number}", severity=1, likelihood=1)
    with statements() as many:
        browser.get("/portfolio/pictures/")
    assert len(few) == len(many) <= 14


def test_what_people_wrote_is_text_in_a_picture(alice: User, browser: Client) -> None:
    make_case(alice, kept_count=1, department='<script>"&', archetype="regression")
    page = browser.get("/portfolio/pictures/").content.decode()
    assert "<script>&quot;" not in page and '<script>"' not in page
    for figure in figures(browser).values():
        if figure.svg:
            assert Parts(str(figure.svg)).found <= PARTS


def test_the_smaller_departments_stand_together(alice: User, browser: Client) -> None:
    for number in range(15):
        make_case(alice, f"Case {number}", department=f"Unit {number:02}", kept_count=20 - number)
    rows = [cells for cells, _ in figures(browser)["promises"].lines]
    assert len(rows) == 13
    assert rows[-1] == (OTHERS, str(8 + 7 + 6), "0", "0")
    assert sum(int(row[1]) for row in rows) == sum(
        InventoryEntry.objects.values_list("kept_count", flat=True)
    )


def test_an_empty_picture_says_what_fills_it() -> None:
    empty = [
        charts.risk_matrix({}, 0, link=lambda **parts: ""),
        charts.decisions_over_time({}, link=lambda month, kind: ""),
        bars.ageing({}, link=lambda **parts: ""),
        bars.promises([], link=lambda **parts: ""),
        bars.costs([], "EUR", link=lambda **parts: ""),
        shades.scores_by_stage({}, {}, link=lambda **parts: ""),
        shades.kinds_by_department({}, [], [], link=lambda **parts: ""),
    ]
    assert all(one.svg is None and one.empty.endswith(".") for one in empty)


def test_months_without_a_decision_are_drawn_and_the_oldest_are_left_out() -> None:
    first = timezone.localdate().replace(day=1)
    last = (first + timedelta(days=800)).replace(day=1)
    made = charts.decisions_over_time(
        {(first, "halt"): 2, (last, "revise"): 1}, link=lambda month, kind: ""
    )
    assert len(charts.months_between(first, last)) == 24
    assert [cells[1:] for cells, _ in made.lines] == [("Revise", "1")]
    assert made.notes and made.notes[0].startswith("2 cases before")


def test_marks_of_an_axis_are_round_and_reach_the_top() -> None:
    for highest in (0, 0.4, 1, 3, 7, 12, 99, 1234, 56789):
        marks = ticks(highest)
        assert marks[0] == 0 and marks[-1] >= highest and len(marks) <= 7


def test_buckets_join_without_a_gap() -> None:
    assert [age_bounds(first)[0] for first in AGES] == list(AGES)
    ends = [age_bounds(first)[1] for first in AGES]
    assert ends == [*AGES[1:], None]
    assert [score_bounds(f"1:{low}")[2] for low in SCORES] == [*SCORES[1:], 11]
