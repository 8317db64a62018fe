"""Says canonical answers in words a person reads, and finds what a person wrote in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from interviews.protocol.types import Field, Question

_NUMBER_KINDS = ("number", "integer", "money", "percent", "rating")
_WRITTEN_KINDS = ("text", "long_text", "list")
_UNITS = {"s": "s", "min": "min", "h": "h", "day": "days", "week": "weeks"}
_ANSWERS = {"yes": "Yes", "no": "No", "unsure": "Unsure", "partly": "Partly"}
#: From here on digits are grouped, so that a year stays a year.
_GROUPED_FROM = 10_000


def display(question: Question, value: Any) -> str:
    """A canonical value as readable plain text; "" when there is none."""
    if value is None or isinstance(value, str):
        return value or ""
    if question.input == "screening":
        return "\n".join(_practices(question, value))
    if question.is_table:
        return in_words(question.table, value)
    if not isinstance(value, Mapping):
        return str(value)
    return "\n".join(_labelled(question.fields, value, table_joint="\n"))


def _practices(question: Question, value: Any) -> Iterator[str]:
    entries = value if isinstance(value, Mapping) else {}
    for code, entry in entries.items():
        answer = entry.get("answer", "") if isinstance(entry, Mapping) else entry
        comment = entry.get("comment", "") if isinstance(entry, Mapping) else ""
        label = question.fields[0].option_label(code)
        yield f"{label}: {_ANSWERS.get(str(answer), answer)}" + (f" ({comment})" if comment else "")


def _labelled(
    fields: Sequence[Field], value: Mapping[str, Any], table_joint: str = " "
) -> Iterator[str]:
    """One "Label: value" for each field that is filled; free text stands alone."""
    for field in fields:
        held = value.get(field.name)
        if held is None:
            continue
        words = in_words(field, held)
        if field.name == "text":
            yield words
        elif field.kind == "table":
            yield f"{field.label}:{table_joint}{words}"
        else:
            yield f"{field.label}: {words}"


def in_words(field: Field, value: Any) -> str:
    """One field's value in words."""
    if isinstance(value, Mapping):
        return _said_mapping(field, value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        if field.kind == "table":
            return "\n".join(_row(field, row) for row in value)
        return ", ".join(field.option_label(item) for item in value)
    if field.options:
        return field.option_label(value if isinstance(value, str) else str(value))
    if field.kind in _NUMBER_KINDS:
        return _with_unit(number_in_words(value), field)
    return str(value)


def _said_mapping(field: Field, value: Mapping[str, Any]) -> str:
    if field.kind == "duration":
        unit = str(value.get("unit", ""))
        return f"{number_in_words(value.get('value'))} {_UNITS.get(unit, unit)}".strip()
    if "none" in value:
        return f"None: {value['none']}"
    return "; ".join(_labelled(field.columns, value))


def _row(field: Field, row: Any) -> str:
    return "; ".join(_labelled(field.columns, row)) if isinstance(row, Mapping) else str(row)


def _with_unit(words: str, field: Field) -> str:
    unit = field.unit or ("%" if field.kind == "percent" else "")
    return f"{words} {unit}".strip()


def number_in_words(value: Any) -> str:
    """1900000 -> 1,900,000; small numbers and years stay as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:,}" if abs(value) >= _GROUPED_FROM else str(value)


def free_text(question: Question, value: Any) -> str:
    """Everything in the answer that a person worded, a line each; "" when nothing."""
    if isinstance(value, str):
        return value
    if question.input == "screening":
        return "\n".join(_comments(value))
    if question.is_table:
        return "\n".join(_worded(question.table, value))
    if not isinstance(value, Mapping):
        return ""
    return "\n".join(_worded_fields(question.fields, value))


def _comments(value: Any) -> Iterator[str]:
    for entry in value.values() if isinstance(value, Mapping) else ():
        comment = entry.get("comment") if isinstance(entry, Mapping) else None
        if isinstance(comment, str) and comment:
            yield comment


def _worded_fields(fields: Sequence[Field], value: Mapping[str, Any]) -> Iterator[str]:
    for field in fields:
        if field.name in value:
            yield from _worded(field, value[field.name])


def _worded(field: Field, value: Any) -> Iterator[str]:
    if field.kind in _WRITTEN_KINDS:
        yield from (str(item) for item in (value if isinstance(value, list) else [value]))
    elif isinstance(value, Mapping) and isinstance(value.get("none"), str):
        yield value["none"]
    elif field.kind == "group" and isinstance(value, Mapping):
        yield from _worded_fields(field.columns, value)
    elif field.kind == "table" and isinstance(value, list):
        for row in value:
            if isinstance(row, Mapping):
                yield from _worded_fields(field.columns, row)
