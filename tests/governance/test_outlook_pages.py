"""The pages that explain a decision: what would change it, how firm it is, where it may go."""

from __future__ import annotations

import pytest
from django.urls import reverse

from governance.models import Decision
from tests.builders import cases
from tests.builders.settled import settled_session

pytestmark = pytest.mark.django_db


def outlook_of(decision: Decision) -> str:
    revision = decision.revision
    return reverse("governance:charter-outlook", args=[revision.charter.code, revision.number])


@pytest.fixture
def decision(alice):
    """Everything is calm, but nobody accepted the remaining risk any more."""
    ended = cases.consistent_values()["S5-11"] | {"valid_until": "2026-11-01"}
    return cases.decided(alice, "revise", {"S5-11": ended, "S5-10": cases.rated(2)})


def test_alice_reads_what_would_change_the_decision(client_of, alice, decision):
    page = client_of(alice).get(outlook_of(decision))
    text = page.content.decode()
    assert "What would change it" in text
    assert "turn REVISE into <strong>PROCEED WITH MONITORING</strong>" in text
    acceptance = reverse(
        "interviews:question", args=[decision.revision.charter.session.code, "S5-11"]
    )
    assert f'<a href="{acceptance}">S5-11</a>' in text
    assert "How firmly it stands" in text and "Like cases" in text


def test_the_charter_page_links_to_it_without_javascript(client_of, alice, decision):
    revision = decision.revision
    charter = reverse("governance:charter", args=[revision.charter.code, revision.number])
    assert f'<a href="{outlook_of(decision)}">' in client_of(alice).get(charter).content.decode()


def test_the_part_that_a_page_loads_is_no_whole_page(client_of, alice, decision):
    part = client_of(alice).get(outlook_of(decision), headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text and "What would change it" in text
    assert part["Vary"] == "HX-Request" or "HX-Request" in part["Vary"]


def test_mallory_finds_no_such_page(client_of, mallory, decision):
    assert client_of(mallory).get(outlook_of(decision)).status_code == 404


def test_a_stated_level_is_named_as_what_is_in_the_way(client_of, alice):
    decision = cases.decided(alice, "halt")
    text = client_of(alice).get(outlook_of(decision)).content.decode()
    assert "A rating is no lever" in text


def test_like_cases_are_only_those_that_one_sees(client_of, alice, bob, rita, decision):
    other = cases.decided(bob, "submit_to_committee")
    charter = reverse("governance:charter", args=[other.revision.charter.code, 1])
    assert charter not in client_of(alice).get(outlook_of(decision)).content.decode()
    assert charter in client_of(rita).get(outlook_of(decision)).content.decode()


def test_an_open_interview_shows_between_which_decisions_it_lies(client_of, alice):
    session = settled_session(alice, stages=(1, 2, 3))
    address = reverse("governance:preview", args=[session.code])
    text = client_of(alice).get(address).content.decode()
    assert "Between PROCEED WITH MONITORING and HALT." in text
    asked_first = reverse("interviews:question", args=[session.code, "S5-01"])
    assert "What rules out most" in text and f'<a href="{asked_first}">' in text


def test_the_panel_of_the_session_page_shows_the_range_too(client_of, alice):
    session = settled_session(alice, stages=(1, 2, 3))
    address = reverse("governance:preview", args=[session.code])
    part = client_of(alice).get(address, headers={"HX-Request": "true"})
    assert "Between PROCEED WITH MONITORING and HALT." in part.content.decode()


def test_the_range_costs_the_same_however_much_is_answered(
    client_of, alice, django_assert_max_num_queries
):
    for stages in ((1,), (1, 2, 3, 4)):
        session = settled_session(alice, stages=stages)
        client = client_of(alice)
        address = reverse("governance:preview", args=[session.code])
        client.get(address)
        with django_assert_max_num_queries(16):
            client.get(address)


def test_when_all_is_answered_the_range_is_the_decision(client_of, alice):
    session = cases.finished_session(alice, "revise")
    address = reverse("governance:preview", args=[session.code])
    text = client_of(alice).get(address).content.decode()
    assert "Whatever is answered next, it is REVISE." in text
