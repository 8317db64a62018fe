"""What a re-review has to look at: what differs from the revision that was ruled on before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from governance.delta import Delta, between
from governance.models import Decision, Review, Ruling, Thread
from interviews.protocol import catalogue


@dataclass(frozen=True)
class ReviewDelta:
    """The case before, what was ruled there, what changed since, and what was answered."""

    previous: Review
    ruling: Ruling
    delta: Delta
    #: Matters raised before, answered or settled since that ruling; as far as the viewer sees them.
    answered: list[Thread]
    #: Matters raised before that still wait for an answer.
    unanswered: list[Thread]


def delta_of(review: Review, viewer: User) -> ReviewDelta | None:
    """For a case that follows a ruled one; None for a first case."""
    if review.previous_id is None:
        return None
    previous = Review.objects.select_related("ruling").get(pk=review.previous_id)
    pair = (previous.revision_id, review.revision_id)
    decisions = {
        one.revision_id: one
        for one in Decision.objects.filter(revision__in=pair).select_related("revision")
    }
    before, after = decisions[pair[0]], decisions[pair[1]]
    delta = between(
        before.revision.content,
        after.revision.content,
        outcome_before=before.outcome,
        outcome_after=after.outcome,
        protocol=catalogue.default_protocol(),
    )
    raised = _raised_before(previous, viewer)
    return ReviewDelta(
        previous=previous,
        ruling=previous.ruling,
        delta=delta,
        answered=list(_settled_since(raised, previous)),
        unanswered=list(raised.filter(state=Thread.State.OPEN)),
    )


def _raised_before(previous: Review, viewer: User) -> QuerySet[Thread]:
    """Matters from before the ruling that the viewer may see."""
    seen = Thread.objects.visible_to(viewer).filter(charter=previous.charter_id)
    return seen.filter(opened_at__lte=previous.closed_at).select_related("opened_by")


def _settled_since(raised: QuerySet[Thread], previous: Review) -> QuerySet[Thread]:
    ruled_at = previous.closed_at
    spoken = Q(comments__posted_at__gt=ruled_at) | Q(resolved_at__gt=ruled_at)
    return raised.exclude(state=Thread.State.OPEN).filter(spoken).distinct()
