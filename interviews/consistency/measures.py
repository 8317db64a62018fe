"""Reads durations, dates, numbers and money out of canonical values, and says them in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

SECONDS = {"s": 1.0, "min": 60.0, "h": 3_600.0, "day": 86_400.0, "week": 604_800.0}
DAY = SECONDS["day"]
HOUR = SECONDS["h"]
#: Days in a month, for histories and horizons.
MONTH_DAYS = 365.25 / 12

_THOUSAND = re.compile(r"^(k|thousand)\b|\b(k|thousand)$|^k[a-z]{3}$|^[a-z]{3}k$", re.IGNORECASE)
_MILLION = re.compile(r"^(m|mn|million)\b|\b(m|mn|million)$|^m[a-z]{3}$", re.IGNORECASE)
_WRITTEN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def number(value: Any) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def amount(row: Mapping[str, Any], name: str) -> float:
    """A number of a row, 0 where there is none."""
    return number(row.get(name)) or 0.0


def seconds(value: Any) -> float | None:
    """A duration in seconds; None when it is not one."""
    if not isinstance(value, Mapping):
        return None
    count, factor = number(value.get("value")), SECONDS.get(str(value.get("unit")))
    return None if count is None or factor is None else count * factor


def days(value: Any) -> float | None:
    """A duration in days; a plain number already counts days."""
    span = seconds(value)
    return number(value) if span is None else span / DAY


def day(value: Any) -> date | None:
    """An ISO date, or None."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def later(start: date, days_on: float) -> date:
    """The day so many days on; the end of the calendar when that is beyond it."""
    left = (date.max - start).days
    return start + timedelta(days=min(days_on, left))


def money(value: Any, unit: Any = "") -> float | None:
    """An amount in whole currency units; a unit such as "kEUR" or "EUR million" multiplies."""
    found, word = number(value), str(unit or "").strip()
    if found is None:
        return None
    if _THOUSAND.search(word):
        return found * 1_000
    return found * 1_000_000 if _MILLION.search(word) else found


def written_number(value: Any) -> float | None:
    """A number, also one that stands inside a text ("8 %")."""
    found = number(value)
    if found is not None or not isinstance(value, str):
        return found
    match = _WRITTEN_NUMBER.search(value.replace(",", ""))
    return float(match.group()) if match else None


def total(values: Iterable[float | None]) -> float:
    """The sum of what is known."""
    return sum(value for value in values if value is not None)


def say_number(value: float) -> str:
    """1234567.0 -> "1,234,567"; 0.25 -> "0.25"."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")


def say_money(value: float, currency: str = "") -> str:
    """ "EUR 240,000"."""
    return f"{currency} {value:,.0f}".strip()


def say_percent(share: float) -> str:
    """0.25 -> "25 %"."""
    return f"{share * 100:.0f} %"


def say_date(value: date) -> str:
    """ "1 Oct 2027"."""
    return f"{value.day} {value:%b %Y}"


def say_stated(duration: Mapping[str, Any]) -> str:
    """A duration in the unit in which it was given: "14 days"."""
    count, unit = float(duration["value"]), str(duration["unit"])
    is_many = unit in ("day", "week") and count != 1
    return f"{say_number(count)} {unit}{'s' if is_many else ''}"


def say_duration(span: float) -> str:
    """The two largest units that matter: "2 h 27 min", "96 days"."""
    if span < 0:
        return f"minus {say_duration(-span)}"
    if span < 60:
        return f"{say_number(round(span, 2))} s"
    if span < HOUR:
        return f"{say_number(round(span / 60, 1))} min"
    if span < 2 * DAY:
        hours, rest = divmod(round(span / 60), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{say_number(round(span / DAY, 1))} days"
