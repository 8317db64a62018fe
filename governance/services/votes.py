"""Casts votes, blind and once, and counts them."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from governance import policies, transitions
from governance import tally as counting
from governance.models import Outcome, Review, Seat, Vote
from governance.refusals import NotYours, Unfit
from governance.services import reviews, situations
from governance.tally import Tally
from governance.transitions import Act
from governance.wording import reason_of

NO_SUCH_OUTCOME = "Choose approve, approve with conditions, send back or reject."


def outcome_of(value: str) -> Outcome:
    """One of the four outcomes. Raises Unfit."""
    try:
        return Outcome(value)
    except ValueError:
        raise Unfit({"outcome": NO_SUCH_OUTCOME}) from None


@transaction.atomic
def cast_vote(*, review: Review, outcome: str, reason: str, by: User) -> Vote:
    """One seat's choice in a committee's case, never to be changed.

    Raises NotYours (no role, no seat, an author), NotNow (closed, cast already), Unfit.
    """
    case, fresh = reviews.locked(review)
    who = situations.who_is(by, fresh.charter, fresh)
    transitions.require(Act.VOTE, situations.of_review(fresh, case), who)
    seat = policies.seat_in(by, fresh)
    if seat is None:
        raise NotYours(transitions.SEAT.sentence)
    vote = put_down(review=fresh, seat=seat, outcome=outcome, reason=reason, by=by)
    audit.record(
        type="vote.cast",
        actor=by,
        subject=reviews.subject(fresh),
        detail={"hash": vote_hash(vote)},
    )
    return vote


def put_down(*, review: Review, seat: Seat, outcome: str, reason: str, by: User) -> Vote:
    """The row of a verdict that was allowed. Raises Unfit."""
    return Vote.objects.create(
        review=review,
        seat=seat,
        outcome=outcome_of(outcome),
        reason=reason_of(reason),
        salt=secrets.token_hex(32),
        cast_by=by,
    )


def vote_hash(vote: Vote) -> str:
    """What the record of deeds holds of a vote: nobody reads it, and nobody changes it later.

    SHA-256 over salt, outcome and reason, each on a line of its own.
    """
    said = "\n".join((vote.salt, str(vote.outcome), vote.reason))
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def tally(review: Review) -> Tally:
    """The votes of a review by its own rule; who may see it is ``policies.may_see_votes``."""
    outcomes = review.votes.values_list("outcome", flat=True)
    return counting.count(outcomes, quorum=review.quorum, rule=review.rule)
