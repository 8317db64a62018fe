"""What the buttons of a table do when there is no JavaScript: add, remove, move, paste."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from interviews.fields import names
from interviews.fields.raw import is_blank, rows_of, with_rows
from interviews.protocol.types import Field, Question

#: A header line is one in which at least this share of the cells are known columns.
HEADER_SHARE = 0.5


@dataclass(frozen=True)
class RowAction:
    """``remove:rows:3``: what to do, in which table, with which row or how often."""

    verb: str
    table: str
    number: int

    @classmethod
    def parse(cls, text: str) -> RowAction | None:
        """None when it is not one of ours."""
        verb, _, rest = text.partition(":")
        table, _, number = rest.partition(":")
        if verb not in ("add", "remove", "up", "down", "paste"):
            return None
        return cls(verb, table, int(number) if number.isdecimal() and len(number) < 5 else 0)


def apply(action: RowAction, question: Question, raw: Any, post: QueryDict) -> Any:
    """The raw answer after the button was pressed. Raises KeyError for an unknown table."""
    table = question.field(action.table)
    rows = rows_of(raw, table, question)
    if action.verb == "paste":
        pasted = parse_pasted(table, post.get(names.paste_name(table.name), ""))
        rows = [row for row in rows if not is_blank(row)] + pasted
    elif action.verb == "add":
        rows = rows + [{} for _ in range(min(action.number or 1, 60))]
    else:
        _move(rows, action)
    # One more than allowed is kept, so that the plain check can say what is wrong.
    return with_rows(raw, table, question, rows[: table.max_rows + 1] or [{}])


def _move(rows: list[dict[str, Any]], action: RowAction) -> None:
    here = action.number
    if here >= len(rows):
        return
    if action.verb == "remove":
        del rows[here]
        return
    there = here - 1 if action.verb == "up" else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]


def parse_pasted(table: Field, text: str) -> list[dict[str, Any]]:
    """Rows out of spreadsheet cells: tabs, semicolons or commas, with or without a header."""
    lines = _cells(text)
    if not lines:
        return []
    columns = _header(table, lines[0])
    if columns is None:
        columns = list(table.columns[: len(lines[0])])
    else:
        lines = lines[1:]
    return [row for line in lines if (row := _row(columns, line))]


def _cells(text: str) -> list[list[str]]:
    first = text.strip("\r\n").split("\n", 1)[0]
    counts = {mark: first.count(mark) for mark in ("\t", ";", ",")}
    mark = "\t" if counts["\t"] else max(counts, key=lambda one: counts[one])
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n")), delimiter=mark)
    try:
        return [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error:
        return [line.split(mark) for line in text.splitlines() if line.strip()]


def _header(table: Field, cells: Sequence[str]) -> list[Field | None] | None:
    known = {}
    for column in table.columns:
        known[column.name.casefold()] = column
        known[column.name.replace("_", " ").casefold()] = column
        known[column.label.casefold()] = column
    found = [known.get(cell.strip().casefold()) for cell in cells]
    hits = sum(column is not None for column in found)
    return found if hits >= max(1, len(cells) * HEADER_SHARE) else None


def _row(columns: Sequence[Field | None], cells: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if column is None or not text:
            continue
        row[column.name] = _several(text) if column.kind in ("multi", "list") else text
    return row


def _several(text: str) -> list[str]:
    parts = text.replace("\n", ";").split(";") if ";" in text or "\n" in text else text.split(",")
    return [part.strip() for part in parts if part.strip()]
