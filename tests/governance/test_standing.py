"""How a charter stands, derived from what is said now; the same for one and for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, User
from charters.models import Charter
from governance.models import Case, Decision, Review
from governance.services import retirement, reviews, rulings
from governance.services.standing import Standing, standing_of, standings_of
from interviews.models import Answer
from tests.builders.answers import consistent_values
from tests.builders.cases import (
    OTHER_REASON,
    REASON,
    council,
    decided,
    edit,
    harmless_values,
    open_review_of,
    rated,
    submit,
    vote_all,
)
from tests.builders.sessions import make_session

pytestmark = pytest.mark.django_db


def now(decision: Decision) -> Standing:
    """Read afresh, as a face does."""
    return standing_of(Charter.objects.get(pk=decision.revision.charter_id))


@pytest.fixture
def approved(alice: User, rita: User) -> Decision:
    """Alice's charter, approved by Rita as chair."""
    council(chair=rita, quorum=1)
    decision = decided(alice)
    _rule(open_review_of(decision.revision.charter), rita)
    return decision


def _rule(review: Review, by: User, outcome: str = "approve", **more: Any) -> None:
    vote_all(review, outcome, by)
    rulings.record_ruling(review=review, outcome=outcome, reason=REASON, by=by, **more)


def wording(session: Any) -> None:
    """Another explanation; nothing rests on it."""
    edit(session, "S1-02", text=f"{consistent_values()['S1-02']['text']} The board knows.")


def test_from_submitted_to_approved(alice: User, rita: User) -> None:
    committee = council(chair=rita, quorum=1)
    charter = Charter.objects.create(session=make_session(alice))
    assert standing_of(charter).state == "not_submitted"
    decision = decided(alice)
    found = now(decision)
    assert (found.state, found.review is not None) == ("in_review", True)
    _rule(open_review_of(decision.revision.charter), rita)
    found = now(decision)
    assert (found.state, found.is_approved, found.is_cleared) == ("approved", True, True)
    assert found.ruling is not None
    assert found.since == found.ruling.ruled_at
    assert committee.is_default


@pytest.mark.parametrize(("outcome", "state"), [("send_back", "sent_back"), ("reject", "rejected")])
def test_what_was_not_approved_may_not_be_built(
    alice: User, rita: User, outcome: str, state: str
) -> None:
    council(chair=rita, quorum=1)
    decision = decided(alice)
    _rule(open_review_of(decision.revision.charter), rita, outcome)
    assert (now(decision).state, now(decision).is_cleared) == (state, False)


def test_a_material_edit_makes_an_approval_stale_at_once(approved: Decision) -> None:
    edit(approved.revision.charter.session, "S5-10", **rated(3))
    found = now(approved)
    assert (found.state, found.is_approved, found.is_cleared) == ("stale", False, False)
    assert found.changed_items == ("S5-10",)


def test_taking_the_edit_back_brings_the_approval_back(approved: Decision) -> None:
    session = approved.revision.charter.session
    edit(session, "S5-10", **rated(3))
    assert now(approved).state == "stale"
    edit(session, "S5-10", **rated(4))
    assert now(approved).state == "approved"


def test_a_cosmetic_edit_keeps_it(approved: Decision) -> None:
    wording(approved.revision.charter.session)
    found = now(approved)
    assert (found.state, found.is_changed, found.changed_items) == ("approved", False, ())


def test_a_cosmetic_revision_carries_the_approval_over_and_opens_nothing(
    approved: Decision,
) -> None:
    session = approved.revision.charter.session
    wording(session)
    second = submit(session)
    found = now(approved)
    assert (found.state, found.is_carried_over) == ("approved", True)
    assert "carried over" in found.sentence
    assert not Review.objects.open().exists()
    event = AuditEvent.objects.get(type="approval.carried_over")
    assert event.subject.endswith(f"revision {second.revision.number}")


def test_a_material_revision_goes_to_review_again(approved: Decision, rita: User) -> None:
    session = approved.revision.charter.session
    edit(session, "S5-10", **rated(4, fairness=3))
    submit(session)
    assert now(approved).state == "in_review"
    review = open_review_of(approved.revision.charter)
    assert review.previous is not None
    _rule(review, rita)
    assert now(approved).state == "approved"


def test_a_material_revision_that_nobody_reviews_leaves_a_stale_approval(
    approved: Decision,
) -> None:
    session = approved.revision.charter.session
    edit(session, "S5-10", **rated(3))
    assert submit(session).value == "revise"
    assert now(approved).state == "stale"


def test_what_is_sent_back_is_decided_anew_with_the_next_revision(alice: User, rita: User) -> None:
    council(chair=rita, quorum=1)
    decision = decided(alice)
    _rule(open_review_of(decision.revision.charter), rita, "send_back")
    session = decision.revision.charter.session
    edit(session, "S5-10", **rated(3))
    submit(session)
    assert (now(decision).state, now(decision).decision) == ("decided", "revise")


def test_what_proceeds_is_cleared_until_something_material_changes(alice: User) -> None:
    decision = decided(alice, "proceed", values=harmless_values())
    assert (now(decision).state, now(decision).is_cleared) == ("decided", True)
    edit(decision.revision.charter.session, "S2-03", benefit_expected=1)
    found = now(decision)
    assert (found.is_changed, found.is_cleared, found.changed_items) == (True, False, ("S2-03",))


def test_a_later_look_at_a_sample_stops_nobody(alice: User) -> None:
    decision = decided(alice, "proceed", values=harmless_values())
    reviews.open_review(revision=decision.revision, lane="sample", cause="sampled", by=None)
    found = now(decision)
    assert (found.state, found.is_cleared, found.review is not None) == ("decided", True, True)


def test_without_a_committee_the_standing_says_what_is_missing(alice: User) -> None:
    assert "administrator must set one up" in now(decided(alice)).sentence


def test_a_retired_case_is_retired_whatever_was_ruled(approved: Decision, alice: User) -> None:
    retirement.retire_case(charter=approved.revision.charter, reason=OTHER_REASON, by=alice)
    assert now(approved).state == "retired"


def test_a_re_review_of_an_approved_case_is_in_review(approved: Decision) -> None:
    reviews.open_review(
        revision=approved.revision,
        lane="committee",
        cause="breached",
        cause_reference="K-1",
        by=None,
    )
    found = now(approved)
    assert (found.state, found.ruling is not None) == ("in_review", True)


def _many(alice: User, rita: User, count: int) -> list[Charter]:
    for _ in range(count):
        decision = decided(alice)
        _rule(open_review_of(decision.revision.charter), rita)
    return list(Charter.objects.select_related("session"))


@pytest.mark.parametrize("is_moved", [False, True])
def test_the_number_of_rows_does_not_change_the_number_of_statements(
    alice: User, rita: User, is_moved: bool
) -> None:
    council(chair=rita, quorum=1)
    spent = []
    for _ in range(2):
        charters = _many(alice, rita, 2)
        if is_moved:
            Case.objects.update(checked_token="")
        with CaptureQueriesContext(
            connection,
        ) as statements:
            found = standings_of(charters)
        assert {one.state for one in found.values()} == {"approved"}
        spent.append(len(statements))
    assert spent[0] == spent[1] <= (12 if is_moved else 9)


def test_many_are_read_as_each_is_alone(alice: User, rita: User) -> None:
    council(chair=rita, quorum=1)
    charters = _many(alice, rita, 2)
    edit(charters[0].session, "S5-10", **rated(3))
    together = standings_of(charters)
    alone = {one.pk: standing_of(one).state for one in charters}
    assert {pk: one.state for pk, one in together.items()} == alone
    assert sorted(alone.values()) == ["approved", "stale"]


def test_what_was_worked_out_is_remembered_until_an_answer_moves(approved: Decision) -> None:
    charter = approved.revision.charter
    edit(charter.session, "S5-10", **rated(3))
    assert now(approved).state == "stale"
    kept = Case.objects.get(charter=charter)
    assert kept.checked_hash != kept.newest_hash
    before = kept.checked_token
    Answer.objects.filter(session=charter.session, question_key="S1-01").update(version=99)
    assert now(approved).state == "stale"
    assert Case.objects.get(charter=charter).checked_token != before
