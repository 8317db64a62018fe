"""Moves what belongs into the field beside: a unit, a currency, the name of an "other"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interviews.protocol.lookup import field_of
from interviews.protocol.types import Field
from interviews.protocol.values.choices import find_option
from interviews.protocol.values.numbers import written
from interviews.protocol.values.reading import Reading, Unusable, below, shown
from interviews.protocol.values.wording import fold

_OTHER = "other"
_CURRENCY = "currency"
#: Numbers whose unit stands in the column "unit" of their row.
_SHARING_UNIT = frozenset({"amount", "threshold", "baseline_value", "target_value"})


def placed_beside(
    fields: Sequence[Field], raw: dict[str, Any], path: str, reading: Reading
) -> dict[str, Any]:
    """The raw values with units and names in fields of their own, where those are empty."""
    names = {field.name: field for field in fields}
    placed = dict(raw)
    for field in fields:
        if raw.get(field.name) is None:
            continue
        if field.kind in ("number", "money"):
            clash = _place_unit(field, names, placed)
            if clash:
                # Another currency changes the amount; another unit may be another word.
                remark = reading.error if field.kind == "money" else reading.warn
                remark(below(path, field.name), clash)
        if f"{field.name}_name" in names:
            _place_name(field, placed)
    return placed


def without_currency(
    fields: Sequence[Field], raw: dict[str, Any], path: str, reading: Reading
) -> dict[str, Any]:
    """The raw values without a currency of their own: one holds for the whole session.

    Stated beside an amount it must be the session's (S1-02), as inside an amount.
    """
    has_place = any(field.name == _CURRENCY for field in fields)
    has_money = any(field.kind == "money" for field in fields)
    if has_place or not has_money or _CURRENCY not in raw:
        return raw
    stated, session = raw[_CURRENCY], field_of(reading.values.get("S1-02"), _CURRENCY)
    if stated not in (None, "") and session and fold(str(stated)) != fold(session):
        reading.error(
            below(path, _CURRENCY), f"Amounts are in {session} here. Convert the amounts."
        )
    return {name: value for name, value in raw.items() if name != _CURRENCY}


def _place_unit(field: Field, names: dict[str, Field], placed: dict[str, Any]) -> str:
    """ "12 nurse-minutes" -> 12, the unit beside it; says so when another unit stands there."""
    raw = placed[field.name]
    if isinstance(raw, dict) and set(raw) <= {"value", "amount", "unit", "currency"}:
        raw_unit = raw.get("unit") or raw.get("currency")
        number, unit = raw.get("value", raw.get("amount")), raw_unit
    elif isinstance(raw, str):
        number, unit = _split(raw)
    else:
        return ""
    target = next((name for name in _unit_names(field) if name in names), None)
    if target is None or not unit or number is None:
        return ""
    placed[field.name] = number
    stated = placed.get(target)
    if stated in (None, ""):
        placed[target] = unit
    elif not isinstance(stated, str) or fold(stated) != fold(str(unit)):
        return f"The unit here is {shown(unit)}, beside it {shown(stated)}. Make them the same."
    return ""


def _split(raw: str) -> tuple[Any, str]:
    try:
        found = written(raw)
    except Unusable:
        return raw, ""
    return found.value, " ".join(filter(None, (found.currency, found.unit)))


def _unit_names(field: Field) -> tuple[str, ...]:
    named = f"{field.name}_unit"
    if field.kind == "money":
        return (named, "currency")
    return (named, "unit") if field.name in _SHARING_UNIT else (named,)


def _place_name(field: Field, placed: dict[str, Any]) -> None:
    """A measure that is not among the options is an "other" of that name."""
    raw = placed[field.name]
    has_other = any(option.value == _OTHER for option in field.options)
    if not has_other or not isinstance(raw, str) or placed.get(f"{field.name}_name"):
        return
    try:
        is_known = find_option(field.options, raw) is not None
    except Unusable:
        return
    if not is_known:
        placed[field.name], placed[f"{field.name}_name"] = _OTHER, raw
