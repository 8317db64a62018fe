"""Asks a question, or one field of a made-up question, on a fixed day."""

from __future__ import annotations

from datetime import date

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.types import Field, Question
from interviews.protocol.values import clean

TODAY = date(2026, 11, 21)
PROTOCOL = default_protocol()
SHARED = {
    "stage_number": 1,
    "group_key": "g",
    "minutes": 1,
    "rubric": (),
    "vague": "",
    "strong": "",
}


def form(*fields: Field, kind: str = "form") -> Question:
    return Question("Q-01", "q", "Q", "Ask?", "Why.", kind, fields=fields, **SHARED)


def read(kind: str, raw, values=None, **changes):
    """The cleaned value and issues of one field of that kind."""
    cleaned = clean(
        form(Field("it", kind, "It", **changes)), {"it": raw}, values=values, as_of=TODAY
    )
    return (cleaned.value or {}).get("it"), cleaned


def answer(key: str, raw, **values):
    earlier = {name.replace("_", "-"): value for name, value in values.items()}
    return clean(PROTOCOL.question(key), raw, values=earlier, as_of=TODAY)


def item(key: str) -> Question:
    return default_protocol().question(key)


def late_questions() -> list[Question]:
    return [one for one in default_protocol().questions if one.stage_number >= 3]


def fields_of(question: Question) -> tuple[Field, ...]:
    return question.table.columns if question.is_table else question.fields


def every_field(question: Question) -> list[Field]:
    return [one for field in question.fields for one in (field, *field.columns)]


def tokens(key: str, name: str) -> list[str]:
    found = next(field for field in fields_of(item(key)) if field.name == name)
    return [option.value for option in found.options]
