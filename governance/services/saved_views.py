"""Keeps ways to look at the portfolio under a name."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from accounts.services import audit
from governance.models import SavedView
from governance.portfolio.asked import Asked

#: More than these nobody finds anything in.
MOST_VIEWS = 50


class TooManyViews(Exception):
    """The person has as many views as may be kept."""


def usable_by(user: User) -> QuerySet[SavedView]:
    """One's own, and those that others shared."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True))


def save_view(*, name: str, asked: Asked, is_shared: bool, by: User) -> SavedView:
    """A new view, or the one of that name shown anew. Raises TooManyViews."""
    query = asked.query[:1000]
    try:
        with transaction.atomic():
            return _save(name, query, is_shared, by)
    except IntegrityError:
        # The same name from another tab in this very moment: it is there now.
        with transaction.atomic():
            return _save(name, query, is_shared, by)


def _save(name: str, query: str, is_shared: bool, by: User) -> SavedView:
    own = SavedView.objects.filter(owner=by)
    view = own.filter(name=name).first()
    if view is None and own.count() >= MOST_VIEWS:
        raise TooManyViews
    changes = {"query": query, "is_shared": is_shared, "saved_at": Now()}
    if view is None:
        view = SavedView.objects.create(owner=by, name=name, **changes)
    else:
        SavedView.objects.filter(pk=view.pk).update(**changes)
    view.refresh_from_db()
    audit.record(
        type="portfolio_view.saved",
        actor=by,
        subject=f"portfolio view {view.code}",
        detail={"is_shared": is_shared},
    )
    return view


@transaction.atomic
def forget_view(*, view: SavedView, by: User) -> None:
    """Its link leads nowhere from now on."""
    code = view.code
    view.delete()
    audit.record(type="portfolio_view.forgotten", actor=by, subject=f"portfolio view {code}")
