"""How a stored value reads in a charter: labels instead of tokens, units, dates in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from interviews.consistency.measures import say_date
from interviews.deliverables import reading
from interviews.protocol.types import Field

UNIT_NAMES = {"s": "s", "min": "min", "h": "h", "day": "days", "week": "weeks"}
EMPTY = "—"


def figure(amount: float | None, unit: str = "") -> str:
    """12500.0 -> "12,500"; a dash when there is none."""
    if amount is None:
        return EMPTY
    whole, _, rest = reading.plain(amount).partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("-") != "0" else whole
    return f"{grouped}{'.' + rest if rest else ''} {unit}".strip()


def share(value: float | None) -> str:
    """0.7833 -> "0.78"; cut, not rounded, so that 0.699 never reads as the floor of 0.70."""
    return EMPTY if value is None else f"{math.floor(value * 100 + 1e-9) / 100:.2f}"


def day(value: date | str | None) -> str:
    """ "1 Oct 2027"; a dash when there is none."""
    found = reading.day(value)
    return say_date(found) if found else EMPTY


def label(token: str | None) -> str:
    """A token in plain words: "ready_with_work" -> "Ready with work"."""
    words = (token or "").replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else EMPTY


def cell(field: Field, value: Any, *, currency: str = "") -> str:
    """One field of a form or one cell of a table as text."""
    if value is None or value in ("", []):
        return EMPTY
    match field.kind:
        case "yes_no":
            return "Yes" if reading.yes_no(value) else "No"
        case "choice" | "multi" | "list":
            return ", ".join(field.option_label(item) for item in _items(value))
        case "rating" if field.options:
            return field.option_label(str(value))
        case "date":
            return day(value)
        case "duration" if isinstance(value, Mapping):
            unit = str(value.get("unit", ""))
            return figure(reading.number(value.get("value")), UNIT_NAMES.get(unit, unit))
        case "group" if isinstance(value, Mapping):
            return _group(field, value, currency)
    return _amount(field, value, currency)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _group(field: Field, value: Mapping[str, Any], currency: str) -> str:
    parts = [
        f"{column.label}: {cell(column, value[column.name], currency=currency)}"
        for column in field.columns
        if value.get(column.name) not in (None, "", [])
    ]
    return "; ".join(parts) or EMPTY


def _amount(field: Field, value: Any, currency: str) -> str:
    amount = reading.number(value)
    if amount is None:
        return "; ".join(str(item) for item in _items(value))
    unit = {"money": currency, "percent": "%"}.get(field.kind, field.unit)
    return figure(amount, unit)
