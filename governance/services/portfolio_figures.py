"""Counts the cases that somebody sees, for pictures: each picture is one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import User
from governance.portfolio import bars, charts, shades
from governance.portfolio.asked import AGES, SCORES, Asked, age_bounds, score_bounds
from governance.portfolio.svg import OTHERS, Figure, Link
from governance.services.inventory_search import ENTRY, find
from interviews.llm import prices
from interviews.models import InterviewSession

Cases = QuerySet[InterviewSession]
#: Departments that are drawn; the others stand together.
MOST_DEPARTMENTS = 12


def risks(found: Cases, link: Link) -> Figure:
    """Severity and likelihood of the worst remaining risk."""
    columns = (f"{ENTRY}__severity", f"{ENTRY}__likelihood")
    decided = found.filter(**{f"{ENTRY}__highest__isnull": False}).order_by()
    rows = decided.values_list(*columns).annotate(count=Count("pk"))
    counts = {(severity, likelihood): count for severity, likelihood, count in rows}
    unplaced = sum(counts.pop(key) for key in list(counts) if None in key)
    return charts.risk_matrix(counts, unplaced, link=link)


def decisions(found: Cases, link: Link) -> Figure:
    """What was decided in each month; a charter is decided on when it is submitted."""
    dated = found.filter(**{f"{ENTRY}__submitted_at__isnull": False}).order_by()
    months = dated.annotate(month=TruncMonth(f"{ENTRY}__submitted_at"))
    rows = months.values_list("month", f"{ENTRY}__decision").annotate(count=Count("pk"))
    counts = {(month.date().replace(day=1), kind): count for month, kind, count in rows}

    def of_month(month: date, kind: str) -> str:
        last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        return link(decision=kind, from_date=month, to_date=last)

    return charts.decisions_over_time(counts, link=of_month)


def scores(found: Cases, link: Link) -> Figure:
    """How many cases scored how well in each stage."""
    wanted: dict[str, Any] = {}
    for stage in range(1, 6):
        column = f"{ENTRY}__score_{stage}"
        wanted[f"mean_{stage}"] = Avg(column)
        for low in SCORES:
            _, _, below = score_bounds(f"{stage}:{low}")
            within = Q(**{f"{column}__gte": low, f"{column}__lt": below})
            wanted[f"count_{stage}_{low}"] = Count("pk", filter=within)
    row = found.order_by().aggregate(**wanted)
    counts = {(stage, low): row[f"count_{stage}_{low}"] for stage in range(1, 6) for low in SCORES}
    means = {stage: row[f"mean_{stage}"] for stage in range(1, 6)}
    known = {stage: mean for stage, mean in means.items() if mean is not None}
    return shades.scores_by_stage(counts, known, link=link)


def ageing(found: Cases, link: Link) -> Figure:
    """Open reviews by age."""
    today = timezone.localdate()
    wanted: dict[str, Any] = {}
    for first in AGES:
        _, following = age_bounds(first)
        opened = f"{ENTRY}__review_opened_at__date"
        of_age = Q(**{f"{opened}__lte": today - timedelta(days=first)})
        if following is not None:
            of_age &= Q(**{f"{opened}__gt": today - timedelta(days=following)})
        is_late = Q(**{f"{ENTRY}__review_due_date__lt": today})
        wanted[f"late_{first}"] = Count("pk", filter=of_age & is_late)
        wanted[f"all_{first}"] = Count("pk", filter=of_age)
    row = found.order_by().aggregate(**wanted)
    counts = {
        first: (row[f"all_{first}"] - row[f"late_{first}"], row[f"late_{first}"]) for first in AGES
    }
    return bars.ageing(counts, link=link)


def promises(found: Cases, link: Link) -> Figure:
    """Promises by department."""
    sums = {f"{name}_sum": Sum(f"{ENTRY}__{name}_count") for name in ("kept", "broken", "pending")}
    rows = found.order_by().values(f"{ENTRY}__department").annotate(**sums)
    counted = [
        (one[f"{ENTRY}__department"] or "", *(one[name] or 0 for name in sums)) for one in rows
    ]
    return bars.promises(_largest(_merged(counted)), link=link)


def costs(found: Cases, link: Link) -> Figure:
    """Cost of language models by department."""
    rows = found.order_by().values_list(f"{ENTRY}__department")
    summed = rows.annotate(sum=Sum(F(f"{ENTRY}__model_cost")))
    counted = [(department or "", float(cost or 0)) for department, cost in summed]
    drawn = _largest(_merged(counted))
    return bars.costs(drawn, prices.currency(), link=link)


def kinds(found: Cases, link: Link) -> Figure:
    """Kinds of task by department."""
    columns = (f"{ENTRY}__department", f"{ENTRY}__archetype")
    rows = found.exclude(**{f"{ENTRY}__archetype": ""}).exclude(**{ENTRY: None}).order_by()
    counts: dict[tuple[str, str], int] = defaultdict(int)
    sizes: dict[str, int] = defaultdict(int)
    for department, kind, count in rows.values_list(*columns).annotate(count=Count("pk")):
        counts[department, kind] += count
        sizes[department] += count
    shown = sorted(sizes, key=lambda one: (-sizes[one], one))[:MOST_DEPARTMENTS]
    merged: dict[tuple[str, str], int] = defaultdict(int)
    for (department, kind), count in counts.items():
        merged[department if department in shown else OTHERS, kind] += count
    rest = [OTHERS] if len(sizes) > len(shown) else []
    names = sorted({kind for _, kind in merged})
    words = [(kind, kind.replace("_", " ").capitalize()) for kind in names]
    return shades.kinds_by_department(merged, [*shown, *rest], words, link=link)


def _merged(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Cases without an entry and those without a department are the same; zeros say nothing."""
    sums: dict[str, list[Any]] = {}
    for department, *figures in rows:
        held = sums.setdefault(department, [0] * len(figures))
        sums[department] = [one + more for one, more in zip(held, figures, strict=True)]
    return [(department, *figures) for department, figures in sums.items() if any(figures)]


def _largest(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The largest departments, and the others in one row at the end."""
    ordered = sorted(rows, key=lambda row: (-sum(row[1:]), row[0]))
    shown, rest = ordered[:MOST_DEPARTMENTS], ordered[MOST_DEPARTMENTS:]
    if rest:
        shown.append((OTHERS, *(sum(figures) for figures in list(zip(*rest, strict=True))[1:])))
    return shown


#: In the order of the page: two beside each other, the months across.
FIGURES: dict[str, Callable[[Cases, Link], Figure]] = {
    "risks": risks,
    "promises": promises,
    "decisions": decisions,
    "scores": scores,
    "ageing": ageing,
    "kinds": kinds,
    "costs": costs,
}


def figure(key: str, *, user: User, asked: Asked, link: Link) -> Figure:
    """One picture of the cases that fit. Raises KeyError."""
    return FIGURES[key](find(user, asked), link)


def all_figures(*, user: User, asked: Asked, link: Link) -> list[Figure]:
    """Every picture of the cases that fit."""
    return [figure(key, user=user, asked=asked, link=link) for key in FIGURES]
