"""An answer of any shape as text and cells: what a person wrote, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from interviews.protocol.types import Field, Question

#: Deeper nesting and more cells than any form has are not read.
_DEPTH, _CELLS = 6, 4000


@dataclass(frozen=True)
class Row:
    """One card or table row: its fields, by name, as written."""

    cells: Mapping[str, str]
    #: The form's table field that the row belongs to; "" for a card or a table question.
    table: str = ""
    #: Fields that hold the person's own words; the others hold tokens, numbers, dates.
    free: frozenset[str] = frozenset()
    #: Those that must be filled.
    required: frozenset[str] = frozenset()
    #: Those made for sentences.
    prose: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return "; ".join(cell for cell in self.cells.values() if cell)


@dataclass(frozen=True)
class AnswerText:
    """The whole answer as text; with rows when it has the question's own fields."""

    text: str
    rows: tuple[Row, ...] = ()
    #: The reason of {"none": reason}.
    none_reason: str | None = None
    #: Field names that were filled, whatever with.
    filled: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_structured(self) -> bool:
        return bool(self.rows)


def answer_text(question: Question, value: Any) -> AnswerText:
    """What was written, for any JSON value."""
    if isinstance(value, str):
        return AnswerText(value)
    if isinstance(value, Mapping) and isinstance(value.get("none"), str) and len(value) == 1:
        return AnswerText(value["none"], none_reason=value["none"])
    rows = _rows(question, value)
    text = "\n".join(row.text for row in rows) if rows else "; ".join(_leaves(value))
    filled = frozenset(name for row in rows for name, cell in row.cells.items() if cell)
    if set(filled) <= {"text"} and len(rows) == 1:
        return AnswerText(rows[0].cells.get("text", ""))
    return AnswerText(text, rows, filled=filled)


def _rows(question: Question, value: Any) -> tuple[Row, ...]:
    """The cards and rows if the value has the question's fields, else none."""
    if question.is_table and isinstance(value, Mapping) and isinstance(value.get("rows"), list):
        value = value["rows"]
    if question.is_table and isinstance(value, list):
        names = {column.name for column in question.table.columns}
        columns = question.table.columns
        rows = [_row(_cells(row), columns) for row in value if isinstance(row, Mapping)]
        return tuple(row for row in rows if names & set(row.cells))
    if not isinstance(value, Mapping):
        return ()
    if question.input == "screening":
        return _screening_rows(value)
    if not {field.name for field in question.fields} & {str(key) for key in value}:
        return ()
    return tuple(_form_rows(question, value))


def _free(fields: Iterable[Field]) -> frozenset[str]:
    """Names of the fields for free text, those of groups as ``group.field``."""
    found: set[str] = set()
    for field_ in fields:
        if field_.kind in ("text", "long_text", "list"):
            found.add(field_.name)
        elif field_.kind == "group":
            found |= {f"{field_.name}.{name}" for name in _free(field_.columns)}
    return frozenset(found)


def _row(cells: Mapping[str, str], fields: Iterable[Field], table: str = "") -> Row:
    fields = tuple(fields)
    return Row(
        cells,
        table,
        _free(fields),
        required=frozenset(field_.name for field_ in fields if field_.required),
        prose=frozenset(field_.name for field_ in fields if field_.kind == "long_text"),
    )


def _screening_rows(value: Mapping[Any, Any]) -> tuple[Row, ...]:
    free = frozenset({"comment"})
    rows = [Row(_cells(row), free=free) for row in value.values() if isinstance(row, Mapping)]
    return tuple(row for row in rows if "answer" in row.cells)


def _form_rows(question: Question, value: Mapping[Any, Any]) -> Iterator[Row]:
    """The card first, then the rows of its tables; the card holds each table's first row."""
    columns = {field_.name: field_.columns for field_ in question.fields}
    cards = {name: held for name, held in value.items() if not _is_table(held)}
    tables = {str(name): held for name, held in value.items() if _is_table(held)}
    rows = [
        _row(_cells(row), columns.get(name, ()), name)
        for name, held in tables.items()
        for row in held
    ]
    firsts = {name: next(r.text for r in rows if r.table == name) for name in tables}
    yield _row({**_cells(cards), **firsts}, question.fields)
    yield from rows


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """Each field as text; a group's fields as ``group.field``."""
    found: dict[str, str] = {}
    for name, held in row.items():
        if isinstance(held, Mapping) and not _is_duration(held):
            found.update({f"{name}.{k}": _written(v) for k, v in held.items()})
        else:
            found[str(name)] = _written(held)
    return found


def _is_duration(value: Mapping[Any, Any]) -> bool:
    return set(value) == {"value", "unit"}


def _written(value: Any) -> str:
    """A value as a person would have typed it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and _is_duration(value):
        return f"{_written(value['value'])} {_written(value['unit'])}".strip()
    return ", ".join(_leaves(value))


def _leaves(value: Any, depth: int = 0) -> list[str]:
    """Every text and number in any JSON value, in order."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, float) and value == value and value.is_integer() and abs(value) < 1e15:
        return [str(int(value))]
    if isinstance(value, int | float):
        return [str(value)] if not isinstance(value, int) or abs(value) < 10**30 else []
    if depth >= _DEPTH:
        return []
    parts: Any = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, Mapping | list | tuple):
        return []
    found: list[str] = []
    for part in parts:
        found += _leaves(part, depth + 1)
        if len(found) > _CELLS:
            break
    return found
