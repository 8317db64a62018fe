"""Which cases a list shows, and what its rows say, in a fixed number of statements."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from governance import policies
from governance.models import Review, Seat, Vote
from interviews.models.session import within_reach


def with_cast_count(found: QuerySet[Review]) -> QuerySet[Review]:
    """Adds ``cast_count``, how many votes are in; by a subquery, so that nothing is grouped."""
    cast = Vote.objects.filter(review=OuterRef("pk")).order_by().values("review")
    counted = cast.annotate(count=Count("pk")).values("count")
    return found.annotate(cast_count=Coalesce(Subquery(counted), 0))


def to_be_ruled_by(user: User) -> QuerySet[Review]:
    """Committees' open cases with a quorum in which the person voted and takes the chair."""
    if not policies.has_right_to_vote(user):
        return Review.objects.none()
    chairs = Seat.objects.current(timezone.localdate()).filter(user=user, is_chair=True)
    voted = Vote.objects.filter(cast_by=user)
    return with_cast_count(Review.objects.open()).filter(
        within_reach(user, "charter__session__"),
        lane=Review.Lane.COMMITTEE,
        committee__in=chairs.values("committee"),
        pk__in=voted.values("review"),
        cast_count__gte=F("quorum"),
    )


def waiting_for(user: User) -> QuerySet[Review]:
    """Cases in which the person's vote or ruling is wanted now."""
    verdicts = Review.objects.awaiting(user).values("pk")
    rulings = to_be_ruled_by(user).values("pk")
    return Review.objects.filter(pk__in=verdicts) | Review.objects.filter(pk__in=rulings)


def overdue(found: QuerySet[Review], *, today: date) -> QuerySet[Review]:
    """Open ones whose day has passed."""
    return found.filter(closed_at=None, due_date__lt=today)


def for_list(found: QuerySet[Review]) -> QuerySet[Review]:
    """With what a row reads."""
    return (
        with_cast_count(found)
        .select_related("charter__session__owner", "revision__decision", "committee", "ruling")
        .defer("revision__content", "revision__decision__facts")
    )
