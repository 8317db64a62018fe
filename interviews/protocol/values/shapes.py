"""Reads fields, rows and whole cards into their canonical shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interviews.protocol.conditions import holds
from interviews.protocol.faults import did_you_mean
from interviews.protocol.types import Field
from interviews.protocol.values.beside import placed_beside, without_currency
from interviews.protocol.values.choices import (
    read_choice,
    read_multi,
    read_rating_label,
    read_yes_no,
)
from interviews.protocol.values.numbers import read_number
from interviews.protocol.values.reading import Reading, Unusable, below, shown
from interviews.protocol.values.times import read_date, read_duration
from interviews.protocol.values.wording import fold, read_list, read_text, tidy

#: Free remarks that a question may not have; dropped with a word, never refused.
_REMARKS = frozenset({"text", "comment", "comments", "note", "notes", "remark", "remarks"})
_NONE_LIMIT = 2_000
_TEXT_KINDS = ("text", "long_text")
_NUMBER_KINDS = ("number", "integer", "money", "percent", "rating")


def is_empty(raw: Any) -> bool:
    """Whether nothing was filled in."""
    return raw is None or raw in ([], {}) or (isinstance(raw, str) and not raw.strip())


def read_fields(
    fields: Sequence[Field], raw: dict[str, Any], path: str, reading: Reading
) -> dict[str, Any]:
    """The fields of a card, a group or a row; what is missing or hidden is left out."""
    own = without_currency(fields, raw, path, reading)
    named = placed_beside(fields, _named(fields, own, path, reading), path, reading)
    found: dict[str, Any] = {}
    remarks: dict[str, Reading] = {}
    for field in fields:
        remarks[field.name] = reading.apart()
        value = read_field(
            field, named.get(field.name), below(path, field.name), remarks[field.name]
        )
        if value is not None:
            found[field.name] = value
    for field in fields:
        _settle(field, found, below(path, field.name), (reading, remarks[field.name]))
    return found


def _settle(
    field: Field, found: dict[str, Any], path: str, readings: tuple[Reading, Reading]
) -> None:
    """Drop what a condition hides, ask for what is required, keep the remarks on the rest."""
    reading, own = readings
    shows: bool | None = True
    if field.show_when is not None:
        shows = holds(field.show_when, found, reading.values)
    if shows is False:
        if found.pop(field.name, None) is not None:
            reading.warn(path, f"{field.label} is not asked here, so it is left out.")
        return
    reading.issues.extend(own.issues)
    is_remarked = any(issue.level != "warning" for issue in own.issues)
    if field.required and shows and field.name not in found and not is_remarked:
        reading.incomplete(path, f"Fill in: {field.label}.")


def _named(
    fields: Sequence[Field], raw: dict[str, Any], path: str, reading: Reading
) -> dict[str, Any]:
    """The raw values by field name, whatever spelling their keys have."""
    labels = [fold(field.label) for field in fields]
    # A label that two fields share ("Unit") says nothing.
    spellings = {fold(f.label): f.name for f in fields if labels.count(fold(f.label)) == 1}
    spellings |= {fold(field.name): field.name for field in fields}
    names = {field.name for field in fields}
    named: dict[str, Any] = {key: value for key, value in raw.items() if key in names}
    for key, value in raw.items():
        if key in names or is_empty(value):
            continue
        name = spellings.get(fold(key))
        if name is not None and name not in named:
            named[name] = value
        elif fold(key) in _REMARKS:
            reading.warn(
                below(path, shown(key)), "This question has no such field; it is left out."
            )
        else:
            hint = did_you_mean(fold(key), names)
            reading.error(below(path, shown(key)), f'There is no field "{shown(key)}" here.{hint}')
    return named


def read_field(field: Field, raw: Any, path: str, reading: Reading) -> Any:
    """One field's canonical value; None when empty or unusable (then with a remark)."""
    if is_empty(raw):
        return None
    try:
        value = _read_kind(field, raw, path, reading)
    except Unusable as problem:
        reading.error(path, str(problem))
        return None
    if is_empty(value):
        return None
    if isinstance(value, str) and field.min_length and len(value) < field.min_length:
        reading.incomplete(
            path, f"Write at least {field.min_length} characters; there are {len(value)}."
        )
    return value


def _read_kind(field: Field, raw: Any, path: str, reading: Reading) -> Any:
    if field.kind in _TEXT_KINDS:
        return read_text(field, raw, reading)
    if field.kind in _NUMBER_KINDS:
        return read_number(field, read_rating_label(field, raw), path, reading)
    if field.kind == "choice":
        return read_choice(field, raw, path, reading)
    if field.kind == "multi":
        return read_multi(field, raw, path, reading)
    if field.kind == "list":
        return read_list(field, raw, reading)
    if field.kind == "duration":
        return read_duration(field, raw, path, reading)
    if field.kind == "date":
        return read_date(raw)
    if field.kind == "yes_no":
        return read_yes_no(raw)
    if field.kind == "group":
        return _read_group(field, raw, path, reading)
    return read_rows(field, raw, path, reading)


def _read_group(field: Field, raw: Any, path: str, reading: Reading) -> dict[str, Any]:
    if isinstance(raw, str):
        texts = [column for column in field.columns if column.kind in _TEXT_KINDS]
        if texts:
            raw = {texts[0].name: raw}
    if not isinstance(raw, dict):
        raise Unusable(f"Fill in the fields {_names(field.columns)}.")
    return read_fields(field.columns, raw, path, reading)


def read_rows(field: Field, raw: Any, path: str, reading: Reading) -> Any:
    """Rows, or {"none": reason} where that is allowed. Raises Unusable."""
    if isinstance(raw, dict) and set(raw) == {"rows"}:
        raw = raw["rows"]
    if isinstance(raw, dict) and "none" in raw:
        return _read_none(field, raw, path, reading)
    if isinstance(raw, dict):
        raw = [raw]
    if not isinstance(raw, list):
        raise Unusable(f"Give rows with {_names(field.columns)}.")
    if len(raw) > field.max_rows:
        raise Unusable(f"Give at most {field.max_rows} rows; there are {len(raw)}.")
    rows = []
    for number, row in enumerate(raw):
        found = _read_row(field, row, f"{path}[{number}]", reading)
        if found:
            rows.append(found)
    if len(rows) < field.min_rows and not (reading.issues and not rows):
        missing = "row" if field.min_rows == 1 else "rows"
        reading.incomplete(
            path, f"Give at least {field.min_rows} {missing}; there are {len(rows)}."
        )
    return rows


def _read_row(field: Field, raw: Any, path: str, reading: Reading) -> dict[str, Any]:
    if is_empty(raw) or (isinstance(raw, dict) and all(is_empty(cell) for cell in raw.values())):
        return {}
    if not isinstance(raw, dict):
        reading.error(path, f"A row has named columns: {_names(field.columns)}.")
        return {}
    return read_fields(field.columns, raw, path, reading)


def _read_none(
    field: Field, raw: dict[str, Any], path: str, reading: Reading
) -> dict[str, str] | None:
    if not field.none_allowed:
        raise Unusable("This needs at least one row.")
    if set(raw) != {"none"}:
        raise Unusable('Give either rows or {"none": "the reason"}.')
    reason = raw["none"]
    if not isinstance(reason, str) or not tidy(reason):
        reading.incomplete(below(path, "none"), "Say why there is none.")
        return None
    return {"none": reading.limited(tidy(reason), _NONE_LIMIT)}


def _names(fields: Sequence[Field]) -> str:
    return ", ".join(field.name for field in fields)
