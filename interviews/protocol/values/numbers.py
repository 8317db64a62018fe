"""Reads numbers as people write them: 1 200, 1,200.50, 12 %, EUR 1.9 M, 400 ms."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from interviews.protocol.durations import SECONDS
from interviews.protocol.lookup import field_of
from interviews.protocol.types import Field
from interviews.protocol.values.reading import Reading, Unusable, shown

#: Beyond this a number is a slip of the keyboard, whatever it counts.
LARGEST = 10**15
LONGEST = 64
_TIME_WORDS = {
    "ms": ("ms", "msec", "millisecond", "milliseconds"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "min": ("min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("w", "wk", "wks", "week", "weeks"),
}
TIME_UNITS = {word: unit for unit, words in _TIME_WORDS.items() for word in words}
_MULTIPLIERS = {"k": 10**3, "K": 10**3, "thousand": 10**3, "M": 10**6, "mn": 10**6}
_MULTIPLIERS |= {"million": 10**6, "bn": 10**9, "billion": 10**9}
_SIGNS = {"€": "EUR", "£": "GBP"}
_PERCENT = frozenset({"%", "percent", "per cent", "pct"})
_ABOUT = frozenset({"", "~", "≈", "about", "approx", "approx.", "ca.", "ca", "circa", "+"})
_CURRENCY = re.compile(r"\b[A-Z]{3}\b|[€£]")
_WRITTEN = re.compile(
    r"(?P<before>[^\d.,+-]*?)\s*(?P<sign>[+-]?)\s*"
    r"(?P<digits>\d[\d .,']*|[.,]\d+)(?P<power>[eE][+-]?\d{1,3}(?![\w]))?(?P<after>\D.*)?"
)
#: 8-20 %, 4/5 and 3 of 5 are two numbers.
_RANGE = re.compile(r"\s*(?:[-–—/:]|\.\.+|to\b|of\b)\s*\d")


@dataclass(frozen=True)
class Written:
    """A number as written, with what stands around it."""

    value: int | float
    unit: str
    currency: str


def tidy_number(value: float) -> int | float:
    """3.0 and 3 are the same canonical number."""
    return int(value) if value == int(value) else value


def written(raw: Any) -> Written:
    """The number and unit in a raw value. Raises Unusable."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Unusable("Give a number.")
    if isinstance(raw, str):
        return _from_text(raw)
    return Written(_in_bounds(raw), "", "")


def _in_bounds(value: int | float) -> int | float:
    if isinstance(value, float) and not math.isfinite(value):
        raise Unusable("Give a number that can be counted.")
    if abs(value) > LARGEST:
        raise Unusable("This number is too large. Check it.")
    return tidy_number(value)


def _from_text(raw: str) -> Written:
    text = re.sub(r"[\u00a0\u2007\u2009\u202f]", " ", raw.strip()).replace("−", "-")
    found = _WRITTEN.fullmatch(text.replace("’", "'")) if len(text) <= LONGEST else None
    if found is None:
        raise Unusable(f'"{shown(raw)}" is not a number. Give one number.')
    if _RANGE.match(found["after"] or ""):
        raise Unusable(f'"{shown(raw)}" is more than one number. Give one number.')
    around = f"{found['before'] or ''} {found['after'] or ''}"
    currency = _CURRENCY.search(around)
    before = _CURRENCY.sub("", found["before"] or "").strip()
    if before.casefold() not in _ABOUT:
        raise Unusable(f'"{shown(raw)}" is more than a number. Give the number alone.')
    unit = _CURRENCY.sub("", found["after"] or "").strip()
    factor, unit = _multiplier(unit)
    digits = float(_point(found["digits"].rstrip(" ,.'")) + (found["power"] or ""))
    value = _in_bounds(digits * factor * (-1 if found["sign"] == "-" else 1))
    code = currency.group() if currency else ""
    return Written(value, unit, _SIGNS.get(code, code))


def _multiplier(unit: str) -> tuple[int, str]:
    head, _, rest = unit.partition(" ")
    factor = _MULTIPLIERS.get(head)
    return (factor, rest.strip()) if factor else (1, unit)


def _point(digits: str) -> str:
    """Digits with a decimal point only: 1.200,50 -> 1200.50. Raises Unusable."""
    plain = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", digits)
    if " " in plain or "'" in plain:
        raise Unusable(f'"{shown(digits)}" is more than one number. Give one number.')
    if "," in plain and "." in plain:
        decimal = max(",", ".", key=plain.rfind)
        whole, _, fraction = plain.rpartition(decimal)
        return f"{_ungrouped(whole, '.' if decimal == ',' else ',')}.{fraction}"
    if "," in plain:
        if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", plain):
            return plain.replace(",", "")
        plain = plain.replace(",", ".")
    return _ungrouped(plain, ".") if plain.count(".") > 1 else f"0{plain}"


def _ungrouped(whole: str, mark: str) -> str:
    if mark in whole and not re.fullmatch(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+", whole):
        raise Unusable(f'"{shown(whole)}" is not a number. Write it without separators.')
    return whole.replace(mark, "")


def read_number(field: Field, raw: Any, path: str, reading: Reading) -> int | float:
    """A number, integer, money, percent or rating in the field's unit. Raises Unusable."""
    number = written(raw)
    value = _in_unit(field, number, path, reading)
    if field.kind in ("integer", "rating") and not isinstance(value, int):
        raise Unusable("Give a whole number.")
    low, high = field.minimum, field.maximum
    if field.kind == "percent":
        low, high = 0 if low is None else low, 100 if high is None else high
    if (low is not None and value < low) or (high is not None and value > high):
        raise Unusable(_range_message(low, high))
    return value


def _range_message(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"Give a number from {low:g} to {high:g}."
    return f"Give a number of at least {low:g}." if high is None else f"Give at most {high:g}."


def _in_unit(field: Field, number: Written, path: str, reading: Reading) -> int | float:
    if field.kind == "money":
        _require_currency(number, reading)
    unit = number.unit.casefold().strip(" .()")
    wanted = field.unit.casefold()
    if not unit or unit in (wanted, f"{wanted}s", wanted.removesuffix("s")):
        return number.value
    if unit in TIME_UNITS and wanted in TIME_UNITS:
        factor = SECONDS[TIME_UNITS[unit]] / SECONDS[TIME_UNITS[wanted]]
        return tidy_number(round(number.value * factor, 9))
    if unit in _PERCENT and (field.kind in ("percent", "number") and wanted in ("", *_PERCENT)):
        return number.value
    if wanted or field.kind == "percent":
        raise Unusable(f"Give the number in {field.unit or 'percent'}.")
    reading.warn(path, f'Read as {number.value}, without "{shown(number.unit)}".')
    return number.value


def _require_currency(number: Written, reading: Reading) -> None:
    """One currency holds for the whole session; it is set on S1-02."""
    currency = field_of(reading.values.get("S1-02"), "currency")
    if number.currency and currency and number.currency != currency:
        raise Unusable(f"Amounts are in {currency} here. Convert the amount.")
