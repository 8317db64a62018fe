"""Any two revisions are compared: answers word by word, scores, rules, decision, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from charters.models import Charter
from tests.builders.cases import decided, edit, rated, submit

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(alice: User) -> Charter:
    """Three revisions: privacy got worse, then another answer was reworded."""
    made = decided(alice, "proceed_with_monitoring").revision.charter
    edit(made.session, "S5-10", **rated(4))
    submit(made.session)
    edit(made.session, "S4-05", appeal_channel="A letter <b>to</b> the board")
    submit(made.session)
    return made


def address(charter: Charter, query: str = "") -> str:
    return reverse("governance:compare", args=[charter.code]) + query


def page(client: Client, charter: Charter, query: str = "", status: int = 200) -> str:
    answer = client.get(address(charter, query))
    assert answer.status_code == status
    return answer.content.decode()


def test_without_a_choice_the_newest_is_compared_with_the_one_before(
    client_of: ClientOf, alice: User, charter: Charter
) -> None:
    text = page(client_of(alice), charter)
    assert 'id="change-S4-05"' in text
    assert 'id="change-S5-10"' not in text
    assert "The computed decision is the same, SUBMIT TO COMMITTEE." in text


def test_words_that_went_and_came_are_marked_and_escaped(
    client_of: ClientOf, alice: User, charter: Charter
) -> None:
    text = page(client_of(alice), charter, "?from=2&to=3")
    assert "<ins>" in text
    assert "<del>" in text
    assert "<b>to</b>" not in text


def test_any_two_show_decision_rules_scores_and_conditions(
    client_of: ClientOf, alice: User, charter: Charter
) -> None:
    text = page(client_of(alice), charter, "?from=1&to=3")
    assert "was PROCEED WITH MONITORING and became SUBMIT TO COMMITTEE." in text
    assert 'id="change-S5-10"' in text
    assert "Asked for now" in text
    assert "because of the remaining risk" in text
    assert not re.search(r"due \d{4}-", text)
    assert "Remaining risk, privacy" in text
    back = page(client_of(alice), charter, "?from=3&to=1")
    assert "was SUBMIT TO COMMITTEE and became PROCEED WITH MONITORING." in back


@pytest.mark.parametrize("query", ["?from=1&to=1", "?from=1&to=9", "?from=x&to=2", "?from=&to=²"])
def test_two_different_revisions_are_asked_for(
    client_of: ClientOf, alice: User, charter: Charter, query: str
) -> None:
    assert "Choose two different revisions" in page(client_of(alice), charter, query, 422)


def test_a_single_revision_says_so(client_of: ClientOf, alice: User) -> None:
    assert "one revision so far" in page(client_of(alice), decided(alice).revision.charter)


def test_mallory_compares_nothing(client_of: ClientOf, mallory: User, charter: Charter) -> None:
    page(client_of(mallory), charter, status=404)


def test_a_reviewer_who_compares_has_looked_at_both(
    client_of: ClientOf, rita: User, charter: Charter
) -> None:
    page(client_of(rita), charter, "?from=1&to=2")
    seen = AuditEvent.objects.filter(type__endswith="viewed").values_list("subject", flat=True)
    assert {one.rpartition(" ")[2] for one in seen} == {"1", "2"}


def test_programs_get_the_same_as_json(
    client_of: ClientOf, alice: User, mallory: User, charter: Charter
) -> None:
    where = f"/api/v1/charters/{charter.code}/compare"
    found = client_of(alice).get(where, {"before": 1, "after": 3}).json()
    assert {"S5-10", "S4-05"} <= {one["item"] for one in found["answers"]}
    assert (found["decision_before"], found["decision_after"]) == (
        "PROCEED_WITH_MONITORING",
        "SUBMIT_TO_COMMITTEE",
    )
    assert found["conditions_new"]
    assert client_of(alice).get(where, {"before": 1}).status_code == 422
    assert client_of(mallory).get(where, {"before": 1, "after": 3}).status_code == 404
