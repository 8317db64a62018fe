"""Reads a posted form back into the raw JSON that ``values.clean`` takes."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from interviews.fields import names
from interviews.fields.raw import as_lines, as_text, is_blank
from interviews.protocol.types import Field, Question

#: More hidden row numbers than any table may have rows are not read.
ROW_LIMIT = 500


#: The input for a reply to the follow-up question.
REPLY = "reply"
FREE_TEXT = "text"


def takes_reply(question: Question) -> bool:
    """Whether a reply can be added to what was written: there is a free text to add it to."""
    return any(one.name == FREE_TEXT for one in question.fields)


def read_post(question: Question, post: QueryDict) -> Any:
    """Everything typed, blank rows included; fields in which nothing was typed are left out.

    A reply to the follow-up is part of the free text whichever button is pressed, so that
    drafts keep it too.
    """
    return with_reply(question, _typed(question, post), _text(post.get(REPLY)))


def with_reply(question: Question, raw: Any, reply: str) -> Any:
    """The raw answer with a reply as the last paragraph of its free text."""
    if not reply.strip() or not takes_reply(question):
        return raw
    held = raw.get(FREE_TEXT) if isinstance(raw, dict) else raw
    paragraphs = [part for part in (as_text(held).rstrip(), reply.strip()) if part]
    text = "\n\n".join(paragraphs)
    return text if question.input == "text" else {**(raw or {}), FREE_TEXT: text}


def _typed(question: Question, post: QueryDict) -> Any:
    if question.input == "text":
        return _text(post.get(names.field_name(question.fields[0].name)))
    if question.input == "table":
        return read_table(question.fields[0], post)
    if question.input == "screening":
        return _screening(question.fields[0], post)
    found = {field.name: _field(field, post) for field in question.fields}
    return {name: raw for name, raw in found.items() if raw not in ("", None, [], {})}


def _field(field: Field, post: QueryDict) -> Any:
    if field.kind == "table":
        return read_table(field, post)
    if field.kind == "group":
        parts = {
            part.name: read_value(part, names.group_name(field.name, part.name), post)
            for part in field.columns
        }
        return {name: raw for name, raw in parts.items() if not is_blank(raw)}
    return read_value(field, names.field_name(field.name), post)


def read_value(field: Field, name: str, post: QueryDict) -> Any:
    """One small field as typed."""
    if field.kind in ("multi", "list"):
        return [line for part in post.getlist(name) for line in as_lines(part)]
    if field.kind == "duration":
        amount = _text(post.get(name)).strip()
        return {"value": amount, "unit": post.get(names.unit_name(name), "")} if amount else None
    return _text(post.get(name))


def read_table(table: Field, post: QueryDict) -> Any:
    """The rows in the order of the page; with a reason for none beside them if one was typed."""
    ids = post.getlist(names.rows_name(table.name))[:ROW_LIMIT]
    rows = [_row(table, row_id, post) for row_id in ids]
    reason = _text(post.get(names.none_name(table.name))).strip()
    if not reason:
        return rows
    if any(not is_blank(row) for row in rows):
        return {"none": reason, "rows": rows}
    return {"none": reason}


def _row(table: Field, row_id: str, post: QueryDict) -> dict[str, Any]:
    found = {
        column.name: read_value(column, names.cell_name(table.name, row_id, column.name), post)
        for column in table.columns
    }
    return {name: raw for name, raw in found.items() if not is_blank(raw)}


def _screening(field: Field, post: QueryDict) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for option in field.options:
        answer = post.get(names.practice_name(field.name, option.value), "")
        comment = _text(post.get(names.comment_name(field.name, option.value)))
        if answer or comment.strip():
            found[option.value] = {"answer": answer, "comment": comment}
    return found


def _text(typed: object) -> str:
    # Browsers send CRLF; one form of line end keeps hashes and lengths the same everywhere.
    return typed.replace("\r\n", "\n").replace("\r", "\n") if isinstance(typed, str) else ""
