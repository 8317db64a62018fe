"""Reads durations and dates as people write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from interviews.protocol.durations import SECONDS
from interviews.protocol.types import Field
from interviews.protocol.values.numbers import TIME_UNITS, tidy_number, written
from interviews.protocol.values.reading import Reading, Unusable, shown

#: The units a canonical duration may have, the smallest first.
DURATION_UNITS = ("s", "min", "h", "day", "week")
_LONGEST_SECONDS = 100 * 366 * 86_400
#: Calendar units have no fixed length, so they are read as days and said so.
_DAYS = {"month": 30, "months": 30, "mo": 30, "year": 365, "years": 365, "yr": 365, "y": 365}
_PART = re.compile(r"([\d.,]+)\s*([A-Za-z]+)\.?")
_JOINT = re.compile(r"[\s,+]*(?:and\b)?[\s,+]*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ][\d:.+\-Z ]*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
_YEARS = range(1900, 2200)


def read_duration(field: Field, raw: Any, path: str, reading: Reading) -> dict[str, Any] | None:
    """{"value": 3, "unit": "h"}; None when nothing was filled in. Raises Unusable."""
    if isinstance(raw, dict):
        parts = _from_mapping(raw)
    elif isinstance(raw, str) and re.search(r"[^\d.,\s]", raw):
        parts = _from_text(raw)
    else:
        parts = [(written(raw).value, field.unit)]
    if not parts:
        return None
    if any(unit in _DAYS for _, unit in parts):
        reading.warn(path, "Read with 30 days a month and 365 days a year.")
    return _joined([_in_known_unit(value, unit) for value, unit in parts])


def _from_mapping(raw: dict[str, Any]) -> list[tuple[int | float, str]]:
    unknown = set(raw) - {"value", "unit"}
    if unknown:
        raise Unusable('Give a duration as {"value": 3, "unit": "h"}.')
    if raw.get("value") in (None, ""):
        return []
    unit = raw.get("unit")
    return [(written(raw["value"]).value, unit.strip().casefold() if isinstance(unit, str) else "")]


def _from_text(raw: str) -> list[tuple[int | float, str]]:
    parts = _PART.findall(raw[:100])
    text = re.sub(
        r"^(every|each|after|within|about|approx\.?|ca\.?|~|≈)\s*",
        "",
        raw.strip()[:100],
        flags=re.IGNORECASE,
    )
    if not parts or _JOINT.sub("", _PART.sub("", text)):
        raise Unusable(f'"{shown(raw)}" is not a duration. Write it like 3 h or 2 weeks.')
    return [(written(number).value, unit.casefold()) for number, unit in parts]


def _in_known_unit(value: int | float, unit: str) -> tuple[float, str]:
    if unit in _DAYS:
        value, unit = value * _DAYS[unit], "day"
    known = TIME_UNITS.get(unit)
    if known is None:
        raise Unusable("Say the unit too: s, min, h, day or week.")
    if value < 0:
        raise Unusable("A duration cannot be negative.")
    if value * SECONDS[known] > _LONGEST_SECONDS:
        raise Unusable("This is longer than a hundred years. Check it.")
    return (value / 1_000, "s") if known == "ms" else (value, known)


def _joined(parts: list[tuple[float, str]]) -> dict[str, Any]:
    """Parts in the smallest unit among them: 2 h 30 min -> 150 min."""
    unit = min((unit for _, unit in parts), key=DURATION_UNITS.index)
    total = sum(value * SECONDS[own] / SECONDS[unit] for value, own in parts)
    return {"value": tidy_number(round(total, 9)), "unit": unit}


def read_date(raw: Any) -> str:
    """YYYY-MM-DD. Raises Unusable."""
    if not isinstance(raw, str):
        raise Unusable("Give a date such as 2027-10-01.")
    parts = _date_parts(raw.strip()[:60])
    if parts is None:
        raise Unusable(f'"{shown(raw)}" is not a date. Write it like 2027-10-01.')
    year, month, day = parts
    if year not in _YEARS:
        raise Unusable(f"The year {year} cannot be meant. Check the date.")
    try:
        return date(year, month, day).isoformat()
    except ValueError as problem:
        raise Unusable(f'"{shown(raw)}" is not a day of the calendar. Check it.') from problem


def _date_parts(text: str) -> tuple[int, int, int] | None:
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DOTTED.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if (found := _DAY_MONTH.fullmatch(text)) and (month := _month(found[2])):
        return int(found[3]), month, int(found[1])
    if (found := _MONTH_DAY.fullmatch(text)) and (month := _month(found[1])):
        return int(found[3]), month, int(found[2])
    return None


def _month(word: str) -> int | None:
    head = word[:3].casefold()
    return _MONTHS.index(head) + 1 if head in _MONTHS else None
