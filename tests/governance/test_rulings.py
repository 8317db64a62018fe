"""What people rule, who records it, and what nobody can approve."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from governance.models import Decision, Review, Ruling
from governance.refusals import NotNow, NotYours, Unfit
from governance.services import reviews, rulings, votes
from governance.services.rulings import ConditionWish
from interviews.models import Finding
from tests.builders.answers import consistent_values
from tests.builders.cases import (
    OTHER_REASON,
    REASON,
    council,
    decided,
    edit,
    finished_session,
    open_review_of,
    rated,
    reviewers,
    submit,
    vote_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rhea(db: None) -> User:
    """Another reviewer."""
    return reviewers("rhea")[0]


@pytest.fixture
def review(alice: User, rita: User, rhea: User) -> Review:
    """The case on Alice's charter; Rita has the chair, Rhea a seat, and two must vote."""
    council(rhea, chair=rita)
    return open_review_of(decided(alice).revision.charter)


def rule(review: Review, by: User, outcome: str = "approve", **more: Any) -> Ruling:
    return rulings.record_ruling(
        review=review, outcome=outcome, by=by, **({"reason": REASON} | more)
    )


def condition(days: int = 30, **changes: Any) -> ConditionWish:
    due = timezone.localdate() + timedelta(days=days)
    return ConditionWish(**({"text": "Test R-02.", "owner": "Bob", "due_date": due} | changes))


def test_after_the_quorum_the_chair_records_the_ruling(
    review: Review, rita: User, rhea: User
) -> None:
    vote_all(review, "approve", rita, rhea)
    ruling = rule(review, rita)
    review.refresh_from_db()
    assert (review.end, review.closed_by, ruling.tally["cast"]) == ("ruled", rita, 2)
    assert (ruling.computed, ruling.is_override) == ("submit_to_committee", False)
    assert ruling.content_hash == review.revision.content_hash


def test_nobody_but_the_chair_records_it(review: Review, rita: User, rhea: User) -> None:
    vote_all(review, "approve", rita, rhea)
    with pytest.raises(NotYours, match="chair of the committee"):
        rule(review, rhea)


def test_not_before_the_quorum_and_not_before_the_chairs_own_vote(
    review: Review, rita: User, rhea: User
) -> None:
    votes.cast_vote(review=review, outcome="approve", reason=REASON, by=rhea)
    with pytest.raises(NotNow, match="still missing before the ruling: 1"):
        rule(review, rita)
    review.quorum = 1
    review.save()
    with pytest.raises(NotNow, match="own vote first"):
        rule(review, rita)


def test_a_committee_without_a_chair_says_what_it_needs(alice: User, rita: User) -> None:
    council(rita, quorum=1)
    review = open_review_of(decided(alice).revision.charter)
    vote_all(review, "approve", rita)
    with pytest.raises(NotNow, match="administrator must give somebody the chair"):
        rule(review, rita)


def test_departing_from_the_tally_needs_a_reason_of_its_own(
    review: Review, rita: User, rhea: User
) -> None:
    vote_all(review, "approve", rita, rhea)
    with pytest.raises(Unfit) as refusal:
        rule(review, rita, "send_back")
    assert set(refusal.value.fields) == {"departure_reason"}
    ruling = rule(review, rita, "send_back", departure_reason=OTHER_REASON)
    assert (ruling.departs_from_tally, ruling.departure_reason) == (True, OTHER_REASON)


def test_departing_from_a_precedent_names_it_and_says_why(
    review: Review, rita: User, rhea: User
) -> None:
    vote_all(review, "approve", rita, rhea)
    code = str(review.code)
    with pytest.raises(Unfit):
        rule(review, rita, departs_from=[code])
    with pytest.raises(Unfit, match="no such review"):
        rule(review, rita, departs_from=[str(review.charter.code)], departure_reason=OTHER_REASON)
    with pytest.raises(Unfit, match="ids of their reviews"):
        rule(review, rita, departs_from=["the last one"], departure_reason=OTHER_REASON)
    ruling = rule(review, rita, departs_from=[code], departure_reason=OTHER_REASON)
    assert ruling.departs_from == [code]


def test_one_reviewers_verdict_is_the_ruling(alice: User, rita: User) -> None:
    council(rita)
    review = open_review_of(decided(alice, "proceed_with_monitoring").revision.charter)
    ruling = rule(review, rita)
    assert review.votes.get().outcome == "approve"
    assert ruling.next_review_date == timezone.localdate() + timedelta(days=90)
    with pytest.raises(NotNow, match="closed"):
        rule(review, rita)


def test_refusing_what_may_proceed_is_an_override(alice: User, rita: User) -> None:
    council(rita)
    review = open_review_of(decided(alice, "proceed_with_monitoring").revision.charter)
    ruling = rule(review, rita, "reject", reason=OTHER_REASON)
    assert (ruling.is_override, ruling.computed) == (True, "proceed_with_monitoring")
    assert review.revision.decision.value == "proceed_with_monitoring"
    assert ruling.next_review_date is None


def test_approving_a_halt_is_an_override_where_nothing_is_prohibited(
    alice: User, rita: User
) -> None:
    council(chair=rita, quorum=1)
    decision = decided(alice, "halt")
    review = reviews.request_review(charter=decision.revision.charter, by=alice)
    vote_all(review, "approve", rita)
    assert rule(review, rita).is_override


@pytest.mark.parametrize("outcome", ["approve", "send_back", "reject"])
def test_conditions_belong_to_an_approval_with_conditions(
    review: Review, rita: User, rhea: User, outcome: str
) -> None:
    vote_all(review, "approve", rita, rhea)
    with pytest.raises(Unfit, match="Conditions belong"):
        rule(review, rita, outcome, conditions=[condition()])


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ([], "at least one condition"),
        ([condition(text=" ")], "Condition 1: text"),
        ([condition(), condition(owner="")], "Condition 2: owner"),
        ([condition(days=-1)], "has not passed"),
        ([condition()] * 51, "at most 50"),
    ],
)
def test_a_condition_has_a_text_an_owner_and_a_date(
    review: Review, rita: User, rhea: User, conditions: list[ConditionWish], words: str
) -> None:
    vote_all(review, "approve_with_conditions", rita, rhea)
    with pytest.raises(Unfit, match=words):
        rule(review, rita, "approve_with_conditions", conditions=conditions)
    assert not Ruling.objects.exists()


def test_conditions_are_kept_in_their_order(review: Review, rita: User, rhea: User) -> None:
    vote_all(review, "approve_with_conditions", rita, rhea)
    wishes = [condition(text="First."), condition(text="Second.", source_rule="F-8")]
    ruling = rule(review, rita, "approve_with_conditions", conditions=wishes)
    kept = [(one.position, one.text, one.source_rule) for one in ruling.conditions.all()]
    assert kept == [(1, "First.", ""), (2, "Second.", "F-8")]


def test_a_prohibited_practice_is_approved_by_nobody(alice: User, rita: User) -> None:
    council(chair=rita, quorum=1)
    session = finished_session(alice)
    edit(session, "S5-01", social_scoring={"answer": "yes", "comment": ""})
    decision = submit(session)
    review = _opened_anyway(decision)
    vote_all(review, "approve", rita)
    with pytest.raises(NotNow, match="F-1"):
        rule(review, rita)
    assert rule(review, rita, "send_back", departure_reason=OTHER_REASON)


def _opened_anyway(decision: Decision) -> Review:
    """As an incident or new rules would open it."""
    return reviews.open_review(
        revision=decision.revision, lane="committee", cause="incident", by=None
    )


def test_an_open_blocker_forbids_approval(review: Review, rita: User, rhea: User) -> None:
    vote_all(review, "approve", rita, rhea)
    Finding.objects.create(
        session=review.charter.session,
        rule_id="X-28",
        severity="BLOCKER",
        stage_a=4,
        stage_b=5,
        message="m",
        how_to_fix="h",
        state="carried",
        reason="Later.",
        fingerprint="f",
    )
    with pytest.raises(NotNow, match="X-28"):
        rule(review, rita)


def test_what_changed_since_cannot_be_approved_and_can_be_sent_back(
    review: Review, rita: User, rhea: User
) -> None:
    vote_all(review, "approve", rita, rhea)
    edit(review.charter.session, "S5-10", **rated(3))
    with pytest.raises(NotNow, match="changed materially"):
        rule(review, rita)
    assert rule(review, rita, "send_back", departure_reason=OTHER_REASON)


def test_a_cosmetic_edit_meanwhile_does_not_hold_up_the_approval(
    review: Review, rita: User, rhea: User
) -> None:
    vote_all(review, "approve", rita, rhea)
    text = consistent_values()["S1-02"]["text"]
    edit(review.charter.session, "S1-02", text=f"{text} The board knows.")
    assert rule(review, rita)


def test_an_older_revision_cannot_be_approved(review: Review, rita: User, rhea: User) -> None:
    vote_all(review, "approve", rita, rhea)
    edit(review.charter.session, "S5-10", **rated(3))
    submit(review.charter.session)
    with pytest.raises(NotNow, match="closed"):
        rule(review, rita)


def test_the_record_of_deeds_says_what_was_ruled_and_not_why(
    review: Review, rita: User, rhea: User
) -> None:
    vote_all(review, "approve", rita, rhea)
    rule(review, rita)
    detail = AuditEvent.objects.get(type="ruling.recorded").detail
    assert (detail["outcome"], detail["tally"]["counts"]["approve"]) == ("approve", 2)
    assert REASON not in str(detail)
