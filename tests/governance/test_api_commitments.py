"""Commitments, readings and incidents through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from charters.models import Charter
from governance.models import Commitment, Reading
from governance.services import rulings
from governance.services.rulings import ConditionWish
from tests.builders.cases import REASON, council, decided, open_review_of
from tests.builders.programs import Ask, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(alice: User, rita: User) -> Charter:
    """Alice's charter, approved with a condition."""
    council(chair=rita, quorum=1)
    made = decided(alice, "proceed_with_monitoring").revision.charter
    due = timezone.localdate() + timedelta(days=30)
    rulings.record_ruling(
        review=open_review_of(made),
        outcome="approve_with_conditions",
        reason=REASON,
        conditions=[ConditionWish("Test the fallback.", "Bob", due)],
        by=rita,
    )
    return made


def kpi(charter: Charter) -> Commitment:
    return charter.commitments.filter(kind="kpi")[0]


def test_alice_lists_her_promises_and_filters(ask: Ask, charter: Charter, alice: User) -> None:
    whole = ask(alice).get(f"/charters/{charter.code}/commitments").json()
    assert whole["total"] == charter.commitments.count()
    (row,) = ask(alice).get(f"/charters/{charter.code}/commitments?kind=condition").json()["items"]
    assert (row["text"], row["state"], row["target"]) == ("Test the fallback.", "open", None)


def test_mallory_gets_nothing(ask: Ask, charter: Charter, mallory: User) -> None:
    code = kpi(charter).code
    asked = ask(mallory)
    assert asked.get(f"/charters/{charter.code}/commitments").status_code == 404
    assert asked.get(f"/charters/{charter.code}/incidents").status_code == 404
    assert asked.get(f"/commitments/{code}").status_code == 404
    sent = {"measured_on": "2026-01-01", "value": "1"}
    assert asked.post(f"/commitments/{code}/readings", sent).status_code == 404


def test_a_program_with_its_own_key_sends_figures(charter: Charter, alice: User) -> None:
    program = with_key(alice, Permission.READING_RECORD)
    today = timezone.localdate().isoformat()
    made = program.post(
        f"/commitments/{kpi(charter).code}/readings", {"measured_on": today, "value": "12.5"}
    )
    assert (made.status_code, made.json()["value"]) == (201, 12.5)
    assert Reading.objects.get().source == "api"


def test_rita_may_not_send_figures(ask: Ask, charter: Charter, rita: User) -> None:
    sent = {"measured_on": "2026-01-01", "value": "1"}
    answer = ask(rita).post(f"/commitments/{kpi(charter).code}/readings", sent)
    assert answer.status_code == 403
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"measured_on": "2999-01-01", "value": "1"},
        {"measured_on": "2026-01-01", "is_done": True},
        {"measured_on": "2026-01-01", "value": "1e40"},
        {"measured_on": "soon", "value": "1"},
        {},
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(
    ask: Ask, charter: Charter, alice: User, sent: dict[str, object]
) -> None:
    answer = ask(alice).post(f"/commitments/{kpi(charter).code}/readings", sent)
    assert answer.status_code == 422
    assert not Reading.objects.exists()


def test_an_incident_opens_the_case(ask: Ask, charter: Charter, alice: User) -> None:
    sent = {"severity": "serious", "happened_on": "2026-01-02", "text": "It refused two people."}
    made = ask(alice).post(f"/charters/{charter.code}/incidents", sent)
    assert made.status_code == 201
    assert made.json()["review"] == str(open_review_of(charter).code)
    assert ask(alice).get(f"/charters/{charter.code}/incidents").json()["total"] == 1
