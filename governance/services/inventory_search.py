"""Finds cases in the inventory: what somebody may see, narrowed by what they ask for."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import F, Func, OrderBy, Q, QuerySet, Value
from django.utils import timezone

from accounts.models import User
from governance.models import ImportRow, InventoryEntry
from governance.portfolio.asked import Asked, age_bounds, score_bounds
from interviews.models import InterviewSession

ENTRY = "inventory_entry"
#: Order -> columns; what stands nowhere comes last.
COLUMNS = {
    "updated": "last_updated_at",
    "title": "project_name",
    "highest": f"{ENTRY}__highest",
    "data": f"{ENTRY}__data_score",
    "submitted": f"{ENTRY}__submitted_at",
    "due": f"{ENTRY}__review_due_date",
    "cost": f"{ENTRY}__model_cost",
    "department": f"{ENTRY}__department",
}
#: Parts of a question that name a column's value as it stands.
SAME = ("decision", "lane", "archetype", "severity", "likelihood", "highest")
_WORD = re.compile(r"\w+")
MOST_WORDS = 12

Cases = QuerySet[InterviewSession]


def find(user: User, asked: Asked) -> Cases:
    """The cases that fit, in no order yet."""
    found: Cases = InterviewSession.objects.visible_to(user)
    if asked.q:
        found = _called(found, asked.q)
    for name in SAME:
        if value := getattr(asked, name):
            found = found.filter(**{f"{ENTRY}__{name}": value})
    return _by_time(_by_people(_by_facts(found, asked), asked, user), asked)


def in_order(cases: Cases, order: str) -> Cases:
    """Cases in one of the orders of portfolio.asked; each always at the same place."""
    column = F(COLUMNS[order.removeprefix("-")])
    first = OrderBy(column, descending=order.startswith("-"), nulls_last=True)
    return cases.order_by(first, "-pk")


def _called(found: Cases, words: str) -> Cases:
    """By words of the name, or the beginnings of words; by the reference as a whole."""
    wanted = _WORD.findall(words)[:MOST_WORDS]
    whole = Q(**{f"{ENTRY}__reference__iexact": words.strip()})
    if not wanted:
        return found.filter(whole)
    if connection.vendor != "postgresql":
        named = Q()
        for word in wanted:
            named &= Q(project_name__icontains=word)
        return found.filter(named | whole)
    # Migration 0005 has the index on exactly this expression; a subquery of its own, because beside
    # another condition it would not be used.
    plain = Func(F("project_name"), Value("-/_."), Value("    "), function="translate")
    asked = " & ".join(f"{word}:*" for word in wanted)
    query = SearchQuery(asked, search_type="raw", config="simple")
    searched: Any = InterviewSession.objects.alias(words=SearchVector(plain, config="simple"))
    same = InventoryEntry.objects.filter(reference__iexact=words.strip())
    by_words = Q(pk__in=searched.filter(words=query).order_by().values("pk"))
    return found.filter(by_words | Q(pk__in=same.values("session")))


def _by_facts(found: Cases, asked: Asked) -> Cases:
    if asked.standing == "not_submitted":
        none = Q(**{ENTRY: None})
        found = found.filter(none | Q(**{f"{ENTRY}__standing": asked.standing}))
    elif asked.standing:
        found = found.filter(**{f"{ENTRY}__standing": asked.standing})
    if asked.area:
        found = found.filter(**{f"{ENTRY}__areas__contains": f" {asked.area} "})
    if asked.stage:
        found = found.filter(current_stage=asked.stage)
    if asked.score:
        stage, low, high = score_bounds(asked.score)
        column = f"{ENTRY}__score_{stage}"
        found = found.filter(**{f"{column}__gte": low, f"{column}__lt": high})
    if asked.promises in ("kept", "broken"):
        found = found.filter(**{f"{ENTRY}__{asked.promises}_count__gt": 0})
    return found


def _by_people(found: Cases, asked: Asked, user: User) -> Cases:
    if asked.owner == "me":
        found = found.filter(owner=user)
    elif asked.owner:
        found = found.filter(Q(owner__name__icontains=asked.owner) | Q(owner__email=asked.owner))
    if asked.department == "-":
        found = found.filter(Q(**{ENTRY: None}) | Q(**{f"{ENTRY}__department": ""}))
    elif asked.department:
        found = found.filter(**{f"{ENTRY}__department": asked.department})
    if asked.batch:
        rows = ImportRow.objects.filter(batch__code=UUID(asked.batch), batch__uploaded_by=user)
        found = found.filter(pk__in=rows.exclude(session=None).values("session"))
    return found


def _by_time(found: Cases, asked: Asked) -> Cases:
    if asked.overdue:
        found = found.filter(overdue(timezone.localdate()))
    if asked.age is not None:
        first, following = age_bounds(asked.age)
        opened = f"{ENTRY}__review_opened_at"
        found = found.filter(**{f"{opened}__date__lte": _days_ago(first)})
        if following is not None:
            found = found.filter(**{f"{opened}__date__gt": _days_ago(following)})
    if asked.from_date:
        found = found.filter(**{f"{ENTRY}__submitted_at__date__gte": asked.from_date})
    if asked.to_date:
        found = found.filter(**{f"{ENTRY}__submitted_at__date__lte": asked.to_date})
    return found


def overdue(today: date) -> Q:
    """A review that should be over, or a case that should have been looked at again."""
    review = Q(
        **{f"{ENTRY}__review_opened_at__isnull": False, f"{ENTRY}__review_due_date__lt": today}
    )
    return review | Q(
        **{f"{ENTRY}__review_opened_at": None, f"{ENTRY}__next_review_date__lt": today}
    )


def _days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def departments(user: User, *, limit: int = 200) -> list[str]:
    """The departments that somebody's cases belong to."""
    seen = InterviewSession.objects.visible_to(user).exclude(**{f"{ENTRY}__department": ""})
    names: Any = seen.exclude(**{ENTRY: None}).order_by(f"{ENTRY}__department")
    return list(names.values_list(f"{ENTRY}__department", flat=True).distinct()[:limit])
