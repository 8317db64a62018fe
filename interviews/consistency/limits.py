"""The limits of a project: its budget, its day of go-live, its time to act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from interviews.consistency.measures import day, money, seconds, total

Row = dict[str, Any]

#: What uses up the time in which an answer is of use (S2-09).
SPANS = ("data_latency", "prediction_latency", "human_reaction_time")


def budgets(constraints: Iterable[Row]) -> list[Row]:
    """The budget rows of S1-11 that give an amount."""
    return [row for row in constraints if row.get("kind") == "budget" and _amount(row) is not None]


def budget_total(constraints: Iterable[Row]) -> float | None:
    """All budget rows together; None when no amount was given."""
    found = budgets(constraints)
    return total(map(_amount, found)) if found else None


def _amount(row: Row) -> float | None:
    return money(row.get("amount"), row.get("unit"))


def deadline(constraints: Iterable[Row]) -> Row | None:
    """The earliest dated deadline of S1-11."""
    dated = [
        (due, row)
        for row in constraints
        if row.get("kind") == "deadline" and (due := day(row.get("date")))
    ]
    return min(dated, key=lambda entry: entry[0])[1] if dated else None


def go_live_date(constraints: Iterable[Row]) -> date | None:
    """The day of the earliest deadline; None when none was set."""
    row = deadline(constraints)
    return day(row.get("date")) if row else None


def margin_s(timing: Any) -> float | None:
    """Seconds of the action window that data, model and people leave over (S2-09)."""
    if not isinstance(timing, Mapping):
        return None
    window = seconds(timing.get("action_window"))
    spent = [seconds(timing.get(name)) for name in SPANS]
    return None if window is None or None in spent else window - total(spent)
