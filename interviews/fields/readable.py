"""Shows an answer as something to read: paragraphs, a list of terms, or a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interviews.fields.raw import UNITS, as_lines, as_text, token_of
from interviews.protocol.types import Field, Question

EMPTY = format_html("{}", "")
ANSWERS = {"yes": "Yes", "no": "No", "unsure": "Unsure"}


def read_out(question: Question, value: Any) -> SafeString:
    """The answer, canonical or as typed; "" when there is none."""
    if value is None or value == "":
        return EMPTY
    if question.input == "screening":
        return _screening(question.fields[0], value)
    if question.is_table:
        return _table(question.fields[0], value)
    if not isinstance(value, Mapping):
        return prose(as_text(value))
    return _form(question, value)


def prose(text: str) -> SafeString:
    """Paragraphs as they were typed."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return format_html_join("", '<p class="typed">{}</p>', ((part,) for part in parts))


def _form(question: Question, value: Mapping[str, Any]) -> SafeString:
    rows = (
        (field.label, _one(field, value[field.name]))
        for field in question.fields
        if value.get(field.name) not in (None, "", [], {})
    )
    return format_html(
        '<dl class="facts">{}</dl>',
        format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows),
    )


def _one(field: Field, value: Any) -> SafeString:
    if field.kind == "table":
        return _table(field, value)
    if field.kind == "group" and isinstance(value, Mapping):
        parts = [
            f"{part.label}: {words(part, value[part.name])}"
            for part in field.columns
            if value.get(part.name) not in (None, "")
        ]
        return format_html("{}", "; ".join(parts))
    if field.kind == "long_text":
        return prose(as_text(value))
    return format_html("{}", words(field, value))


def words(field: Field, value: Any) -> str:
    """One small value in words: labels for tokens, units beside numbers."""
    if field.kind == "duration" and isinstance(value, Mapping):
        amount = as_text(value.get("value"))
        unit = dict(UNITS).get(as_text(value.get("unit")), as_text(value.get("unit")))
        return f"{amount} {unit[:-1] if amount == '1' and unit.endswith('s') else unit}".strip()
    if field.kind == "yes_no":
        return ANSWERS.get(as_text(value), as_text(value))
    if field.kind in ("multi", "list"):
        return ", ".join(
            field.option_label(token_of(one, field.options)) for one in as_lines(value)
        )
    if field.options:
        return field.option_label(token_of(value, field.options))
    if field.kind == "date":
        return _day(as_text(value))
    text = as_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = f"{value:,}".removesuffix(".0")
    unit = field.unit or ("%" if field.kind == "percent" else "")
    return f"{text} {unit}" if unit and text else text


def _day(text: str) -> str:
    """A date as people write it; anything else as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found:%b %Y}"


def _table(field: Field, value: Any) -> SafeString:
    if isinstance(value, Mapping):
        reason = as_text(value.get("none"))
        return format_html('<p class="typed"><strong>Nothing to list.</strong> {}</p>', reason)
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    # A column that nobody filled would only push the others off the page.
    columns = [
        one for one in field.columns if any(row.get(one.name) not in (None, "") for row in rows)
    ]
    head = format_html_join("", '<th scope="col">{}</th>', ((one.label,) for one in columns))
    body = format_html_join("", "<tr>{}</tr>", ((_cells(columns, row),) for row in rows))
    return format_html(
        '<div class="table-scroll" tabindex="0" role="group" aria-label="{}">'
        '<table class="data"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        field.label,
        head,
        body,
    )


def _cells(columns: list[Field], row: Mapping[str, Any]) -> SafeString:
    return format_html_join(
        "",
        '<td data-label="{}" class="{}">{}</td>',
        (
            (
                one.label,
                "is-long" if one.kind == "long_text" else "",
                words(one, row[one.name]) if one.name in row else "",
            )
            for one in columns
        ),
    )


def _screening(field: Field, value: Any) -> SafeString:
    held = value if isinstance(value, Mapping) else {}
    rows = ((one.label, *_practice(held[one.value])) for one in field.options if one.value in held)
    return format_html(
        '<div class="table-scroll"><table class="data"><thead><tr><th scope="col">Practice</th>'
        '<th scope="col">Answer</th><th scope="col">Comment</th></tr></thead><tbody>{}</tbody>'
        "</table></div>",
        format_html_join(
            "",
            '<tr><td data-label="Practice">{}</td><td data-label="Answer">{}</td>'
            '<td data-label="Comment">{}</td></tr>',
            rows,
        ),
    )


def _practice(held: Any) -> tuple[str, str]:
    if not isinstance(held, Mapping):
        return as_text(held), ""
    answer = as_text(held.get("answer"))
    return ANSWERS.get(answer, answer), as_text(held.get("comment"))
