"""What language models cost: by provider, this month beside the month before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from interviews.llm import prices
from interviews.models import ModelSpend
from uaip_project.operations import language_models
from uaip_project.operations.reports.document import Report, Section


def make(*, at: datetime) -> Report:
    """The month of ``at`` so far, and the whole month before."""
    this = at.date().replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    now, then = _spent(this, at.date() + timedelta(days=1)), _spent(before, this)
    rows = [
        [
            name,
            str(now[name][1]),
            f"{now[name][2]:,}",
            f"{now[name][0]:.4f}",
            f"{_cost(then, name):.4f}",
        ]
        for name in sorted(now)
    ]
    standing = language_models.standing()
    problems = (
        ["The budget is used up; the embedded scorer stands in."]
        if standing["is_exhausted"]
        else []
    )
    if standing["is_warning"] and not problems:
        problems = ["Most of the budget is used."]
    currency = prices.currency()
    columns = ["Provider", "Calls", "Tokens", f"Cost ({currency})", "Month before"]
    total = sum((one[0] for one in now.values()), Decimal())
    sentences = [f"{total:.4f} {currency} in {this:%B %Y} so far."]
    figures = {"cost": float(total), "calls": float(sum(one[1] for one in now.values()))}
    section = Section("Language models", sentences, columns, rows, problems)
    return Report("cost", "Cost report", f"{this:%B %Y}", [section], figures)


Spent = dict[str, tuple[Decimal, int, int]]


def _spent(since: date, until: date) -> Spent:
    rows = ModelSpend.objects.filter(day__gte=since, day__lt=until).values("provider").order_by()
    summed = rows.annotate(money=Sum("cost"), calls=Sum("call_count"), used=Sum("tokens"))
    return {one["provider"]: (one["money"], one["calls"], one["used"]) for one in summed}


def _cost(spent: Spent, name: str) -> Decimal:
    return spent[name][0] if name in spent else Decimal()
