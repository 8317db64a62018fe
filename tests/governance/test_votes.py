"""Who votes, how often and how blindly; what the votes come to."""

from __future__ import annotations

import hashlib
import itertools

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, User
from accounts.permissions import Permission, Role
from governance import policies, tally
from governance.models import Review, Vote
from governance.refusals import NotNow, NotYours, Unfit
from governance.services import committees, reviews, rulings, votes
from interviews.models import Collaborator
from tests.builders.cases import (
    OTHER_REASON,
    REASON,
    council,
    decided,
    open_review_of,
    reviewers,
    vote_all,
)
from tests.builders.people import make_person

database = pytest.mark.django_db


@pytest.fixture
def review(alice: User, rita: User) -> Review:
    """The case on Alice's charter, before a committee of Rita alone."""
    council(rita, quorum=1)
    return open_review_of(decided(alice).revision.charter)


def vote(review: Review, by: User, outcome: str = "approve", reason: str = REASON) -> Vote:
    return votes.cast_vote(review=review, outcome=outcome, reason=reason, by=by)


@database
def test_a_reviewer_votes_once(review: Review, rita: User) -> None:
    vote(review, rita)
    with pytest.raises(NotNow, match="never changed"):
        vote(review, rita, "reject")
    assert review.votes.get().outcome == "approve"


@database
def test_alice_cannot_vote_on_her_own_charter(alice: User) -> None:
    alice.role = Role.REVIEWER
    alice.save()
    council(alice, quorum=1)
    review = open_review_of(decided(alice).revision.charter)
    with pytest.raises(NotYours, match="You wrote this charter"):
        vote(review, alice)


@database
def test_a_colleague_who_may_edit_is_an_author_and_one_who_comments_is_not(
    review: Review, rita: User, alice: User
) -> None:
    session = review.charter.session
    row = Collaborator.objects.create(session=session, user=rita, level="edit", added_by=alice)
    with pytest.raises(NotYours, match="You wrote this charter"):
        vote(review, rita)
    row.level = "comment"
    row.save()
    assert vote(review, rita)


@database
def test_whoever_wrote_an_answer_stays_an_author_when_the_interview_goes_to_somebody_else(
    review: Review, rita: User, bob: User
) -> None:
    session = review.charter.session
    wrote = User.objects.get(pk=session.owner_id)
    session.owner = bob
    session.save()
    review.charter.refresh_from_db()
    assert policies.is_author(wrote, review.charter)
    assert policies.is_author(bob, review.charter)
    assert not policies.is_author(rita, review.charter)


@database
def test_whoever_answers_for_a_service_account_is_the_author_of_its_work(rita: User) -> None:
    robot = make_person("robot", kind=User.Kind.SERVICE, human_owner=rita)
    council(rita, quorum=1)
    review = open_review_of(decided(robot).revision.charter)
    with pytest.raises(NotYours, match="You wrote this charter"):
        vote(review, rita)


@database
def test_a_reviewer_without_a_seat_reads_and_does_not_vote(review: Review) -> None:
    (rhea,) = reviewers("rhea")
    assert Review.objects.visible_to(rhea).contains(review)
    with pytest.raises(NotYours, match="no current seat"):
        vote(review, rhea)


@database
def test_a_seat_in_another_committee_is_none_here(review: Review) -> None:
    (rhea,) = reviewers("rhea")
    council(rhea)
    with pytest.raises(NotYours, match="no current seat"):
        vote(review, rhea)


@database
def test_a_seat_that_ended_gives_no_vote_from_that_moment(review: Review, rita: User) -> None:
    admin = make_person("ada", role=Role.ADMIN)
    assert review.committee is not None
    committees.end_seat(seat=review.committee.seats.get(user=rita), by=admin)
    with pytest.raises(NotYours, match="no current seat"):
        vote(review, rita)


@database
@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
def test_a_seat_without_the_role_gives_no_vote(review: Review, rita: User, role: Role) -> None:
    rita.role = role
    rita.save()
    with pytest.raises(NotYours, match="Only a Reviewer or SuperAdmin"):
        vote(review, rita)


@database
def test_a_deactivated_person_does_not_vote(review: Review, rita: User) -> None:
    rita.is_active = False
    rita.save()
    with pytest.raises(NotYours, match="switched off"):
        vote(review, rita)


@database
def test_no_key_votes_whatever_it_was_given(review: Review, rita: User) -> None:
    rita.limited_to = frozenset(Permission)
    with pytest.raises(NotYours, match="programs, keys and service accounts"):
        vote(review, rita)


@database
@pytest.mark.parametrize(
    ("outcome", "reason", "field"),
    [
        ("perhaps", REASON, "outcome"),
        ("approve", "Fine with me.", "reason"),
        ("approve", "a" * 60, "reason"),
        ("approve", " " * 60, "reason"),
        ("approve", "\u200b" * 60, "reason"),
        ("approve", "ab " * 40, "reason"),
        ("approve", "x" + " " * 80 + "y", "reason"),
    ],
)
def test_a_vote_without_an_outcome_or_a_reason_in_words_is_not_taken(
    review: Review, rita: User, outcome: str, reason: str, field: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        vote(review, rita, outcome, reason)
    assert set(refusal.value.fields) == {field}
    assert not review.votes.exists()


@database
def test_a_closed_review_takes_no_vote(review: Review, rita: User, alice: User) -> None:
    reviews.withdraw(review=review, by=alice)
    with pytest.raises(NotNow, match="closed"):
        vote(review, rita)


@database
def test_the_record_of_deeds_holds_a_hash_that_tells_nothing_and_proves_the_vote(
    review: Review, rita: User
) -> None:
    cast = vote(review, rita, "reject", OTHER_REASON)
    event = AuditEvent.objects.get(type="vote.cast")
    said = f"{cast.salt}\nreject\n{OTHER_REASON}"
    assert event.detail == {"hash": hashlib.sha256(said.encode()).hexdigest()}
    assert len(cast.salt) == 64


@database
def test_others_votes_are_seen_after_an_own_one_and_by_nobody_else(alice: User, rita: User) -> None:
    rhea, ruth = reviewers("rhea", "ruth")
    chief = make_person("chief", role=Role.SUPERADMIN)
    council(rita, chair=rhea)
    review = open_review_of(decided(alice).revision.charter)
    vote(review, rita)
    assert policies.may_see_votes(rita, review)
    for person in (rhea, ruth, alice, chief):
        assert not policies.may_see_votes(person, review)
    vote(review, rhea)
    rulings.record_ruling(review=review, outcome="approve", reason=REASON, by=rhea)
    review.refresh_from_db()
    assert policies.may_see_votes(alice, review)


@database
def test_the_database_itself_takes_one_vote_of_a_person(review: Review, rita: User) -> None:
    cast = vote(review, rita)
    again = Vote(
        review=review, seat=cast.seat, outcome="reject", reason="x", salt="s", cast_by=rita
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@database
def test_in_the_lane_of_one_reviewer_nobody_votes(alice: User, rita: User) -> None:
    council(rita)
    review = open_review_of(decided(alice, "proceed_with_monitoring").revision.charter)
    with pytest.raises(NotNow, match="record the ruling"):
        vote(review, rita)


@database
def test_the_tally_counts_what_was_cast(review: Review, rita: User) -> None:
    assert votes.tally(review).outcome is None
    vote_all(review, "reject", rita)
    found = votes.tally(review)
    assert (found.cast, found.has_quorum, found.outcome) == (1, True, "reject")


A, C, S, R = tally.OUTCOMES
CASES = [
    # votes, rule, outcome, split
    ([A, A, R], "majority", A, False),
    ([A, C, R], "majority", C, False),
    ([A, R], "majority", S, True),
    ([A, A, S, R], "majority", S, True),
    ([A, S, R], "majority", S, False),
    ([R, R, S], "majority", R, False),
    ([C, C, C], "all_of", C, False),
    ([A, A, C], "all_of", C, False),
    ([A, A, A], "all_of", A, False),
    ([A, A, R], "all_of", S, True),
    ([R, R], "all_of", R, False),
    ([S, R], "all_of", S, False),
]


@pytest.mark.parametrize(("cast", "rule", "outcome", "is_split"), CASES)
def test_what_votes_come_to(cast: list[str], rule: str, outcome: str, is_split: bool) -> None:
    found = tally.count(cast, quorum=1, rule=rule)
    assert (found.outcome, found.is_split) == (outcome, is_split)


def test_below_the_quorum_votes_come_to_nothing() -> None:
    found = tally.count([A, A], quorum=3, rule="majority")
    assert (found.outcome, found.has_quorum) == (None, False)


@given(st.lists(st.sampled_from(tally.OUTCOMES), min_size=1, max_size=9))
def test_the_order_of_votes_makes_no_difference_and_no_minority_approves(cast: list[str]) -> None:
    for rule in ("majority", "all_of"):
        found = tally.count(cast, quorum=1, rule=rule)
        orders = itertools.islice(itertools.permutations(cast), 24)
        assert all(tally.count(one, quorum=1, rule=rule) == found for one in orders)
        approving = sum(one in (A, C) for one in cast)
        if found.outcome in (A, C):
            assert 2 * approving > len(cast)
