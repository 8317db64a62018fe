"""Submitting opens the review that the decision asks for; who may ask, withdraw and retire."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.runtime_settings import KEPT
from governance.declared_settings import SAMPLE_AFTER_DAYS, SAMPLE_PERCENT
from governance.models import Decision, Review
from governance.refusals import NotNow, NotYours
from governance.services import committees, retirement, reviews
from tests.builders.answers import consistent_values
from tests.builders.cases import (
    REASON,
    council,
    decided,
    edit,
    finished_session,
    harmless_values,
    open_review_of,
    rated,
    reviewers,
    submit,
    vote_all,
)
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db


def test_a_committees_decision_opens_the_default_committees_review(alice: User) -> None:
    committee = council(quorum=3, rule="all_of")
    review = open_review_of(decided(alice).revision.charter)
    assert (review.lane, review.committee, review.cause) == ("committee", committee, "submitted")
    assert (review.quorum, review.rule) == (3, "all_of")
    assert review.due_date == timezone.localdate() + timedelta(days=15)


def test_one_reviewer_looks_at_what_may_proceed_with_monitoring(alice: User) -> None:
    review = open_review_of(decided(alice, "proceed_with_monitoring").revision.charter)
    assert (review.lane, review.committee) == ("one_reviewer", None)
    assert review.due_date == timezone.localdate() + timedelta(days=5)


@pytest.mark.parametrize("value", ["revise", "halt"])
def test_nobody_reviews_what_the_author_must_change(alice: User, value: str) -> None:
    council()
    decided(alice, value)
    assert not Review.objects.exists()


def test_a_committee_that_changes_its_rules_does_not_change_an_open_case(alice: User) -> None:
    committee = council(quorum=2)
    review = open_review_of(decided(alice).revision.charter)
    admin = make_person("ada", role=Role.ADMIN)
    committees.change_committee(committee=committee, quorum=5, rule="all_of", by=admin)
    review.refresh_from_db()
    assert (review.quorum, review.rule) == (2, "majority")


def test_without_a_committee_nothing_is_lost_and_the_review_opens_later(
    alice: User, work: object
) -> None:
    decision = decided(alice)
    assert not Review.objects.exists()
    council()
    assert callable(work)
    work()
    review = open_review_of(decision.revision.charter)
    assert (review.cause, review.opened_by) == ("submitted", None)


def test_a_newer_revision_takes_the_place_of_an_older_ones_review(alice: User, rita: User) -> None:
    council(rita)
    decision = decided(alice)
    older = open_review_of(decision.revision.charter)
    vote_all(older, "approve", rita)
    edit(decision.revision.charter.session, "S1-01", text=f"{_problem()} It got worse in May.")
    submit(decision.revision.charter.session)
    older.refresh_from_db()
    newer = open_review_of(decision.revision.charter)
    assert (older.end, newer.revision.number) == ("superseded", 2)
    assert older.votes.count() == 1
    assert newer.votes.count() == 0


def _problem() -> str:
    return str(consistent_values()["S1-01"])


def test_a_halt_without_a_prohibited_practice_goes_to_a_committee_on_request(alice: User) -> None:
    council()
    charter = decided(alice, "halt").revision.charter
    review = reviews.request_review(charter=charter, by=alice)
    assert (review.lane, review.cause) == ("committee", "requested")
    with pytest.raises(NotNow, match="open already"):
        reviews.request_review(charter=charter, by=alice)


def test_a_prohibited_practice_goes_nowhere(alice: User) -> None:
    council()
    session = finished_session(alice)
    edit(session, "S5-01", social_scoring={"answer": "yes", "comment": ""})
    decision = submit(session)
    assert decision.value == Decision.Value.HALT
    with pytest.raises(NotNow, match="F-1"):
        reviews.request_review(charter=decision.revision.charter, by=alice)


def test_only_the_owner_or_an_administrator_asks_for_a_committee(alice: User, rita: User) -> None:
    council(rita)
    charter = decided(alice, "halt").revision.charter
    with pytest.raises(NotYours, match="owner"):
        reviews.request_review(charter=charter, by=rita)


def test_the_owner_takes_a_charter_back_and_asks_again(alice: User, rita: User) -> None:
    council(rita)
    charter = decided(alice).revision.charter
    review = open_review_of(charter)
    with pytest.raises(NotYours):
        reviews.withdraw(review=review, by=rita)
    reviews.withdraw(review=review, by=alice)
    with pytest.raises(NotNow, match="closed"):
        reviews.withdraw(review=review, by=alice)
    again = reviews.request_review(charter=charter, by=alice)
    assert again.pk != review.pk


def test_another_cause_joins_the_open_case_instead_of_opening_a_second(alice: User) -> None:
    council()
    decision = decided(alice)
    review = open_review_of(decision.revision.charter)
    same = reviews.open_review(
        revision=decision.revision,
        lane="committee",
        cause="incident",
        cause_reference="incident 7",
        by=None,
    )
    assert same == review
    event = AuditEvent.objects.filter(type="review.cause_added").get()
    assert event.detail == {"cause": "incident", "reference": "incident 7"}


def test_a_retired_case_takes_nothing_more(alice: User, rita: User) -> None:
    council(rita)
    charter = decided(alice).revision.charter
    review = open_review_of(charter)
    retirement.retire_case(charter=charter, reason=REASON, by=alice)
    review.refresh_from_db()
    assert review.end == "withdrawn"
    edit(charter.session, "S5-10", **rated(3))
    with pytest.raises(NotNow, match="retired"):
        submit(charter.session)
    with pytest.raises(NotNow, match="retired"):
        reviews.request_review(charter=charter, by=alice)


def test_a_tenth_of_what_proceeds_is_drawn_by_its_code_alone(alice: User) -> None:
    charter = decided(alice, "proceed_with_monitoring").revision.charter
    drawn = {reviews.is_sampled(charter) for _ in range(5)}
    assert len(drawn) == 1


def test_a_sampled_case_is_opened_once_when_its_time_has_come(alice: User) -> None:
    KEPT.take({SAMPLE_PERCENT: 100, SAMPLE_AFTER_DAYS: 30})
    decision = decided(alice, "proceed", values=harmless_values())
    now = timezone.now()
    assert reviews.open_samples(at=now + timedelta(days=29)) == []
    (review,) = reviews.open_samples(at=now + timedelta(days=31))
    assert reviews.open_samples(at=now + timedelta(days=31)) == []
    assert (review.lane, review.cause, review.revision) == ("sample", "sampled", decision.revision)


def test_what_is_not_drawn_is_never_looked_at(alice: User) -> None:
    KEPT.take({SAMPLE_PERCENT: 0})
    decided(alice, "proceed", values=harmless_values())
    assert reviews.open_samples(at=timezone.now() + timedelta(days=400)) == []


def test_the_reviews_of_a_stranger_are_none_of_ones_business(alice: User, mallory: User) -> None:
    council(*reviewers("rhea"))
    decided(alice)
    assert not Review.objects.visible_to(mallory).exists()
    assert Review.objects.visible_to(alice).count() == 1
