"""Reads parts of canonical answer values without stumbling over what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def field_of(value: Any, name: str, default: Any = None) -> Any:
    """One field of an answer; a plain text answer has the field "text"."""
    if isinstance(value, Mapping):
        found = value.get(name)
        return default if found is None else found
    if name == "text" and isinstance(value, str):
        return value
    return default


def rows_of(value: Any, name: str | None = None) -> list[Mapping[str, Any]]:
    """The rows of a table answer, or of a form's table field; [] when there are none."""
    found = value if name is None else field_of(value, name)
    if not isinstance(found, list):
        return []
    return [row for row in found if isinstance(row, Mapping)]


def numbered_rows(value: Any, name: str | None = None) -> list[tuple[str, Mapping[str, Any]]]:
    """Rows with the path that an issue about them carries, e.g. ("cases[0]", row)."""
    prefix = name or ""
    return [(f"{prefix}[{number}]", row) for number, row in enumerate(rows_of(value, name))]


def column_of(value: Any, column: str, name: str | None = None) -> list[Any]:
    """What a column holds in every row that fills it."""
    return [row[column] for row in rows_of(value, name) if row.get(column) is not None]


def number_of(value: Any, name: str) -> float | None:
    """A number field; None when absent or not a number."""
    found = field_of(value, name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return found
