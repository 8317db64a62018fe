"""Raw values: what a person typed, not yet judged; a draft holds nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interviews.protocol.types import Field, Option, Question

UNITS = (
    ("s", "seconds"),
    ("min", "minutes"),
    ("h", "hours"),
    ("day", "days"),
    ("week", "weeks"),
)
YES_NO = (Option("yes", "Yes"), Option("no", "No"))


def is_blank(raw: Any) -> bool:
    """Whether nothing was typed at all."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, Mapping):
        return all(is_blank(part) for part in raw.values())
    if isinstance(raw, list):
        return all(is_blank(part) for part in raw)
    return raw is None


def as_text(raw: Any) -> str:
    """A raw or canonical value as it stands in a text input."""
    if raw is None or isinstance(raw, Mapping):
        return ""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, list):
        return "\n".join(as_text(part) for part in raw)
    return str(raw)


def as_lines(raw: Any) -> list[str]:
    """A raw or canonical list, whether it came as a list or as lines of text."""
    parts = raw if isinstance(raw, list) else str(raw or "").splitlines()
    return [text for part in parts if (text := as_text(part).strip())]


def token_of(raw: Any, options: Sequence[Option]) -> str:
    """The token that a value or a label stands for; the text itself when it is neither."""
    text = as_text(raw).strip()
    wanted = text.casefold()
    for option in options:
        if wanted in (option.value.casefold(), option.label.casefold()):
            return option.value
    return text


def rows_of(raw: Any, field: Field, question: Question) -> list[dict[str, Any]]:
    """The rows of a table field within a raw answer."""
    held = _held(raw, field, question)
    if isinstance(held, Mapping):
        held = held.get("rows")
    return [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []


def none_of(raw: Any, field: Field, question: Question) -> str:
    """The reason given for an empty table; "" when there is none."""
    held = _held(raw, field, question)
    return as_text(held.get("none")) if isinstance(held, Mapping) else ""


def part_of(raw: Any, name: str, question: Question) -> Any:
    """One field of a raw answer; a text question's answer is its only field."""
    if isinstance(raw, Mapping):
        return raw.get(name)
    return raw if name == "text" and isinstance(raw, str) else None


def _held(raw: Any, field: Field, question: Question) -> Any:
    return raw if question.is_table else part_of(raw, field.name, question)


def with_rows(raw: Any, field: Field, question: Question, rows: list[dict[str, Any]]) -> Any:
    """The same raw answer with other rows in one of its tables."""
    reason = none_of(raw, field, question)
    table: Any = {"none": reason, "rows": rows} if reason.strip() else rows
    if question.is_table:
        return table
    return {**(raw if isinstance(raw, Mapping) else {}), field.name: table}


def without_blank_rows(raw: Any, question: Question) -> Any:
    """What is submitted: rows in which nothing was typed are not part of the answer."""
    for field in question.fields:
        if field.kind != "table":
            continue
        reason = none_of(raw, field, question)
        rows = [row for row in rows_of(raw, field, question) if not is_blank(row)]
        table: Any = {"none": reason} if reason.strip() and not rows else rows
        if question.is_table:
            return table
        raw = {**(raw if isinstance(raw, Mapping) else {}), field.name: table}
    return raw


def has_rows_and_reason(raw: Any, question: Question) -> bool:
    """Rows and a reason for having none contradict each other."""
    return any(
        none_of(raw, field, question).strip()
        and any(not is_blank(row) for row in rows_of(raw, field, question))
        for field in question.fields
        if field.kind == "table"
    )
