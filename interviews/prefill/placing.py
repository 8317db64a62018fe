"""Puts a passage into a draft: into the free text, or where the question's form takes sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interviews.fields.parsing import takes_reply, with_reply
from interviews.fields.raw import rows_of, with_rows
from interviews.protocol.types import Field, Question

#: One word is asked for there, never a sentence.
_LABELS = frozenset({"unit", "ref", "risk_ref", "owner"})
_PREFERRED = ("long_text", "list", "text")


@dataclass(frozen=True)
class _Target:
    """A field of the form, or a column of one of its tables."""

    field: Field
    table: Field | None = None


def can_be_placed(question: Question) -> bool:
    """Whether the question has anywhere to put a sentence."""
    return takes_reply(question) or _target(question) is not None


def placed(question: Question, raw: Any, passage: str) -> Any:
    """The raw answer with the passage added; nothing that stood there is lost."""
    if takes_reply(question):
        return with_reply(question, raw, passage)
    target = _target(question)
    if target is None:
        return raw
    field, table = target.field, target.table
    if table is not None:
        row = {field.name: _added(field, None, passage)}
        return with_rows(raw, table, question, [*rows_of(raw, table, question), row])
    held = dict(raw) if isinstance(raw, dict) else {}
    held[field.name] = _added(field, held.get(field.name), passage)
    return held


def target_label(question: Question) -> str:
    """Where a passage goes, as the person reads it; "" for the free text itself."""
    target = None if takes_reply(question) else _target(question)
    return target.field.label if target else ""


def _target(question: Question) -> _Target | None:
    """The best place for sentences: a field of the form itself, else a column of a table."""
    field = _best(question.fields)
    if field is not None:
        return _Target(field)
    for table in question.fields:
        column = _best(table.columns) if table.kind == "table" else None
        if column is not None:
            return _Target(column, table)
    return None


def _best(fields: Sequence[Field]) -> Field | None:
    """A paragraph, else a list, else a line; none that takes a choice or shows only at times."""
    usable = [
        one
        for one in fields
        if not (one.options or one.options_from or one.show_when) and one.name not in _LABELS
    ]
    found = [one for kind in _PREFERRED for one in usable if one.kind == kind]
    return found[0] if found else None


def _added(field: Field, held: Any, passage: str) -> Any:
    if field.kind == "list":
        return [*(held if isinstance(held, list) else []), " ".join(passage.split())]
    before = held.rstrip() if isinstance(held, str) else ""
    words = passage if field.kind == "long_text" else " ".join(passage.split())
    joint = "\n\n" if field.kind == "long_text" else "; "
    return f"{before}{joint}{words}" if before else words
