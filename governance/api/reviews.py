"""Reviews, votes, rulings and how a charter stands, for programs and for people's own tools.

A verdict is a person's: an API key and a service account read, and neither vote nor rule.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, address, describe, listed, one, read_body
from accounts.models import User
from accounts.permissions import Permission
from charters.services import viewing
from governance import policies
from governance.api import review_shapes as shapes
from governance.api.cases import CaseView, charter_seen, person
from governance.api.shapes import NothingIn
from governance.models import Committee, Review, Ruling, Vote
from governance.services import (
    inventory,
    queue,
    retirement,
    reviews,
    rulings,
    situations,
    votes,
)
from governance.services.rulings import ConditionWish
from governance.services.standing import standing_of

TAG = "Reviews"
REVIEWS = ListOf("reviews", order=("due_date", "pk"), filters=shapes.ReviewFilters)
COLUMNS = (
    "pk",
    "code",
    "charter__code",
    "charter__session__project_name",
    "revision__number",
    "lane",
    "committee__code",
    "committee__name",
    "quorum",
    "rule",
    "cause",
    "cause_reference",
    "opened_at",
    "due_date",
    "closed_at",
    "end",
    "cast_count",
)


def review_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A review as the API gives it, from COLUMNS: nothing of a vote but their number."""
    code = row["committee__code"]
    return {
        "id": row["code"],
        "charter": row["charter__code"],
        "project_name": row["charter__session__project_name"],
        "revision": row["revision__number"],
        "lane": row["lane"],
        "committee": {"id": code, "name": row["committee__name"]} if code else None,
        "quorum": row["quorum"],
        "rule": row["rule"],
        "cause": row["cause"],
        "cause_reference": row["cause_reference"],
        "opened_at": row["opened_at"],
        "due_date": row["due_date"],
        "votes_cast": row["cast_count"],
        "closed_at": row["closed_at"],
        "end": row["end"],
    }


def vote_data(vote: Vote) -> dict[str, Any]:
    """A vote, for those who may see it."""
    return {
        "outcome": vote.outcome,
        "reason": vote.reason,
        "cast_at": vote.cast_at,
        "cast_by": person(vote.cast_by),
    }


def ruling_data(ruling: Ruling) -> dict[str, Any]:
    """A ruling with its conditions."""
    named = ("outcome", "reason", "is_override", "tally", "departs_from_tally", "departs_from")
    more = ("departure_reason", "material_hash", "content_hash", "next_review_date", "ruled_at")
    conditions = ("position", "text", "owner", "due_date", "source_rule")
    return {name: getattr(ruling, name) for name in (*named, *more)} | {
        "computed": ruling.computed.upper(),
        "ruled_by": person(ruling.ruled_by),
        "conditions": [
            {name: getattr(row, name) for name in conditions} for row in ruling.conditions.all()
        ],
    }


def _asked(user: User, asked: dict[str, Any]) -> QuerySet[Any, Any]:
    found = Review.objects.visible_to(user)
    if "awaiting" in asked:
        waiting = Review.objects.awaiting(user).values("pk")
        found = found.filter(pk__in=waiting) if asked["awaiting"] else found.exclude(pk__in=waiting)
    if "state" in asked:
        found = found.filter(closed_at__isnull=asked["state"] == "open")
    if "lane" in asked:
        found = found.filter(lane=asked["lane"])
    if "charter" in asked:
        found = found.filter(charter__code=asked["charter"])
    return queue.with_cast_count(found).values(*COLUMNS)


class ReviewView(CaseView):
    """An address below one review: to read, for whoever sees its charter."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_VIEW,
        "POST": Permission.REVIEW_VOTE,
    }

    def review(self, request: Request, code: uuid.UUID) -> Review:
        """Raises Http404; a look by somebody else than author and colleagues is noted."""
        found = Review.objects.visible_to(request.user).filter(code=code)
        review = found.select_related(
            "charter__session__owner", "revision__decision", "committee", "opened_by", "previous"
        ).first()
        if review is None:
            raise Http404("There is no such review.")
        viewing.note_view(revision=review.revision, by=request.user)
        return review


class Reviews(ReviewView):
    """All reviews that one sees."""

    @describe(
        "List reviews",
        gives=Lists(shapes.ReviewOut),
        reads=REVIEWS.parameters,
        examples=[("First page", {"items": [shapes.REVIEW], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """What is due first comes first."""
        return listed(
            REVIEWS, request, lambda asked: _asked(request.user, asked), shape=review_data
        )


class OneReview(ReviewView):
    """One review."""

    @describe("Show a review", gives=shapes.ReviewDetailOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """With what you may do in it now, and why not what you may not."""
        return Response(_detail(request, self.review(request, code)))


def _detail(request: Request, review: Review) -> dict[str, Any]:
    row = queue.with_cast_count(Review.objects.filter(pk=review.pk)).values(*COLUMNS).get()
    own = review.votes.select_related("cast_by").filter(cast_by=request.user).first()
    ruling = Ruling.objects.select_related("ruled_by").filter(review=review).first()
    permits = situations.permits(request.user, review.charter, review)
    return review_data(row) | {
        "decision": review.revision.decision.value.upper(),
        "opened_by": person(review.opened_by),
        "previous": review.previous.code if review.previous else None,
        "own_vote": vote_data(own) if own else None,
        "ruling": ruling_data(ruling) if ruling else None,
        "acts": [
            {"act": act, "is_allowed": why is None, "why_not": why.sentence if why else ""}
            for act, why in permits.items()
        ],
    }


class Votes(ReviewView):
    """The votes in a review."""

    @describe("List votes", gives=shapes.VotesOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """How many were cast; what they say after your own vote, or once the review is closed."""
        review = self.review(request, code)
        is_shown = policies.may_see_votes(request.user, review)
        cast = review.votes.select_related("cast_by") if is_shown else ()
        return Response(
            {
                "votes_cast": review.votes.count(),
                "quorum": review.quorum,
                "is_shown": is_shown,
                "votes": [vote_data(vote) for vote in cast],
                "tally": votes.tally(review).to_json() if is_shown else None,
            }
        )

    @describe(
        "Cast a vote",
        takes=shapes.VoteIn,
        gives=shapes.VoteOut,
        status=201,
        also=(404, 409),
        sends=[("Approve", {"outcome": "approve", "reason": shapes.REASON})],
        examples=[("Cast", shapes.VOTE)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Once, in a committee's review, by a current seat; never changed. A person's, not a key's."""
        review = self.review(request, code)
        wish = read_body(shapes.VoteIn, request)
        vote = votes.cast_vote(review=review, by=request.user, **wish)
        where = address(request, "review-votes", review.code)
        return one(vote_data(vote), status=201, location=where)


class OneRuling(ReviewView):
    """The ruling that closes a review."""

    @describe("Show a ruling", gives=shapes.RulingOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """404 while there is none."""
        review = self.review(request, code)
        found = Ruling.objects.select_related("ruled_by").filter(review=review).first()
        if found is None:
            raise Http404("Nobody has ruled on this review yet.")
        return Response(ruling_data(found))

    @describe(
        "Record a ruling",
        takes=shapes.RulingIn,
        gives=shapes.RulingOut,
        status=201,
        also=(404, 409),
        sends=[("Approve", {"outcome": "approve", "reason": shapes.REASON})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """By the chair after the quorum; in the lane of one reviewer, that reviewer's verdict.

        409 where the state forbids it: a prohibited practice, an open BLOCKER, a revision that is
        not the newest or not what the interview says any more. A person's deed, not a key's.
        """
        review = self.review(request, code)
        wish = read_body(shapes.RulingIn, request)
        conditions = [ConditionWish(**row) for row in wish.pop("conditions", ())]
        # Like cases bind as on the page, which reads them as they are now.
        inventory.catch_up(request.user)
        ruling = rulings.record_ruling(
            review=review, conditions=conditions, by=request.user, **wish
        )
        where = address(request, "review-ruling", review.code)
        return one(ruling_data(ruling), status=201, location=where)


class Withdrawal(ReviewView):
    """Taking a charter back."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.CHARTER_ISSUE}

    @describe(
        "Withdraw a review",
        takes=NothingIn,
        gives=shapes.ReviewDetailOut,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Before a ruling; votes stay on record. The owner's to do, or an administrator's."""
        review = self.review(request, code)
        read_body(NothingIn, request)
        closed = reviews.withdraw(review=review, by=request.user)
        return Response(_detail(request, closed))


class RequestedReviews(CaseView):
    """Asking a committee."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.CHARTER_ISSUE}

    @describe(
        "Ask for a committee's review",
        takes=shapes.RequestIn,
        gives=shapes.ReviewDetailOut,
        status=201,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """For a HALT without a prohibited practice, or after a withdrawal."""
        charter = charter_seen(request, code)
        wish = read_body(shapes.RequestIn, request)
        review = reviews.request_review(
            charter=charter, committee=_committee(wish.get("committee")), by=request.user
        )
        where = address(request, "review", review.code)
        return one(_detail(request, review), status=201, location=where)


def _committee(code: uuid.UUID | None) -> Committee | None:
    """Raises Http404."""
    if code is None:
        return None
    found = Committee.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise Http404("There is no such committee.")
    return found


class CharterStanding(CaseView):
    """How a charter stands."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe("Show how a charter stands", gives=shapes.StandingOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Derived from what the interview says now: an approval ends with a material edit."""
        return Response(standing_data(standing_of(charter_seen(request, code))))


def standing_data(found: Any) -> dict[str, Any]:
    """A standing as the API gives it."""
    return {
        "state": found.state,
        "sentence": found.sentence,
        "since": found.since,
        "revision": found.revision_number,
        "decision": found.decision.upper() if found.decision else None,
        "is_cleared": found.is_cleared,
        "is_changed": found.is_changed,
        "is_carried_over": found.is_carried_over,
        "changed_items": list(found.changed_items),
        "review": found.review.code if found.review else None,
        "ruling": found.ruling.outcome if found.ruling else None,
    }


class Retirement(CaseView):
    """The end of a case."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.CHARTER_ISSUE}

    @describe(
        "Retire a case",
        takes=shapes.RetirementIn,
        gives=shapes.StandingOut,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The system is out of use: nothing is submitted or ruled on any more, the record stays."""
        charter = charter_seen(request, code)
        wish = read_body(shapes.RetirementIn, request)
        retirement.retire_case(charter=charter, by=request.user, **wish)
        return Response(standing_data(standing_of(charter)))
