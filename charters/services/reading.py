"""Finds charters for people."""

from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from charters.models import Charter, Revision


def newest_revisions(
    user: User, *, limit: int, after: Revision | None = None
) -> QuerySet[Revision]:
    """The newest revision of each charter the person may see, latest first; one statement.

    ``after`` is the revision in whose place the list goes on: new ones do not shift it.
    """
    found = newest_of_each(user)
    if after is not None:
        older = Q(issued_at__lt=after.issued_at)
        found = found.filter(older | Q(issued_at=after.issued_at, pk__lt=after.pk))
    found = found.select_related("charter__session__owner").defer("content")
    return found.order_by("-issued_at", "-pk")[:limit]


def newest_of_each(user: User) -> QuerySet[Revision]:
    """The newest revision of each charter the person may see, in no order."""
    newest = Revision.objects.filter(charter=OuterRef("charter")).order_by("-number")
    return Revision.objects.filter(
        charter__in=Charter.objects.visible_to(user), pk=Subquery(newest.values("pk")[:1])
    )
