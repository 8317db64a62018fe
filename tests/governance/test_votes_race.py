"""Fifty people press at the same moment: exactly the legal votes, one ruling, one record of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from charters.refusals import NothingNew
from governance.models import Decision, Review, Ruling, Vote
from governance.refusals import Refusal
from governance.services import committees, decisions, rulings, votes
from interviews.services.reading import read
from tests.accounts.together import at_once, refused
from tests.builders.cases import (
    OTHER_REASON,
    REASON,
    council,
    decided,
    edit,
    open_review_of,
    rated,
    reviewers,
    vote_all,
)

pytestmark = pytest.mark.django_db(transaction=True)


def pressed(*acts: Callable[[], Any]) -> list[Any]:
    """What came of acts that began together; refusals as values."""

    def answered(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Refusal as refusal:
            return refusal

    return at_once(*(partial(answered, act) for act in acts))


def cast(review: Review, by: User, outcome: str = "approve") -> Vote:
    return votes.cast_vote(review=review, outcome=outcome, reason=REASON, by=by)


def test_fifty_votes_at_once_are_exactly_the_legal_ones(alice: User) -> None:
    seated = reviewers(*(f"seat{number}" for number in range(20)))
    unseated = reviewers(*(f"guest{number}" for number in range(5)))
    alice.role = Role.REVIEWER
    alice.save()
    council(*seated, alice, quorum=20)
    review = open_review_of(decided(alice).revision.charter)
    twice = [person for person in seated for _ in range(2)]
    everybody = [*twice, *unseated, *[alice] * 5]
    assert len(everybody) == 50
    outcomes = pressed(*(partial(cast, review, by=person) for person in everybody))
    assert refused(outcomes) == 30
    assert set(review.votes.values_list("cast_by", flat=True)) == {one.pk for one in seated}
    assert Vote.objects.count() == AuditEvent.objects.filter(type="vote.cast").count() == 20


def test_a_vote_and_the_end_of_its_seat_pressed(alice: User, rita: User) -> None:
    council(rita, quorum=1)
    review = open_review_of(decided(alice).revision.charter)
    assert review.committee is not None
    seat = review.committee.seats.get(user=rita)
    keeper = User.objects.get(email="keeper@example.org")
    pressed(partial(cast, review, by=rita), partial(committees.end_seat, seat=seat, by=keeper))
    seat.refresh_from_db()
    assert seat.to_date is not None
    assert review.votes.count() in (0, 1)


def test_two_rulings_at_once_are_one(alice: User, rita: User) -> None:
    council(chair=rita, quorum=1)
    review = open_review_of(decided(alice).revision.charter)
    vote_all(review, "approve", rita)
    rule = partial(rulings.record_ruling, review=review, outcome="approve", reason=REASON, by=rita)
    outcomes = pressed(*[rule] * 4)
    assert refused(outcomes) == 3
    assert Ruling.objects.count() == 1
    assert AuditEvent.objects.filter(type="ruling.recorded").count() == 1


def test_a_ruling_and_a_new_revision_at_once_leave_no_approval_of_what_is_gone(
    alice: User, rita: User
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("One writer at a time: nothing happens at once.")
    council(chair=rita, quorum=1)
    review = open_review_of(decided(alice).revision.charter)
    vote_all(review, "approve", rita)
    session = review.charter.session
    edit(session, "S5-10", **rated(4, fairness=3))
    reading = read(session)
    pressed(
        lambda: decisions.submit_charter(reading=reading, by=alice),
        lambda: rulings.record_ruling(review=review, outcome="approve", reason=REASON, by=rita),
        lambda: rulings.record_ruling(
            review=review,
            outcome="send_back",
            reason=OTHER_REASON,
            departure_reason=OTHER_REASON,
            by=rita,
        ),
    )
    assert not Ruling.objects.filter(outcome="approve").exists()
    assert Review.objects.open().filter(charter=review.charter).count() == 1
    assert open_review_of(review.charter).revision.number == 2


def test_of_many_who_issue_at_once_one_does(alice: User) -> None:
    charter = decided(alice).revision.charter
    edit(charter.session, "S5-10", **rated(4, fairness=3))
    before = charter.revisions.count()

    def press() -> Any:
        try:
            return decisions.submit_charter(reading=read(charter.session), by=alice)
        except NothingNew as refusal:
            return refusal

    outcomes = pressed(*[press] * 4)
    assert sum(isinstance(one, Decision) for one in outcomes) == 1
    assert charter.revisions.count() == before + 1
    assert Decision.objects.filter(revision__charter=charter).count() == before + 1
