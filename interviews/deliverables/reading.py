"""Reads canonical answer values into typed fields; what is missing stays None."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from interviews.answerset import AnswerSet
from interviews.consistency.measures import day, days, money, seconds
from interviews.consistency.wording import fold, same_name

__all__ = [
    "Part",
    "as_written",
    "day",
    "days",
    "fold",
    "level",
    "money",
    "number",
    "plain",
    "rows",
    "same_name",
    "seconds",
    "text",
    "whole",
    "word",
    "words",
    "yes_no",
]


def rows(answers: AnswerSet, key: str, field: str | None = None) -> list[dict[str, Any]]:
    """The rows of a table answer, or of a form's table field; what is no row is left out."""
    return [row for row in answers.rows(key, field) if isinstance(row, dict)]


def text(value: Any) -> str:
    """The person's own words, "" when there are none."""
    return value if isinstance(value, str) else ""


def as_written(value: Any) -> str:
    """A text, or a number or list as text."""
    if isinstance(value, list):
        return "; ".join(words(value))
    return plain(value) if number(value) is not None else text(value)


def word(value: Any) -> str | None:
    """A token or short text; None when empty."""
    return value or None if isinstance(value, str) else None


def words(value: Any) -> list[str]:
    """A list of short texts; a single text is a list of one."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str) and item.strip()]
    return []


def number(value: Any) -> float | None:
    """A number as it was given; whole numbers stay whole."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def whole(value: Any) -> int | None:
    """A whole number."""
    found = number(value)
    return None if found is None else round(found)


def level(value: Any) -> int | None:
    """A rating of 1 to 5."""
    found = whole(value)
    return found if found is not None and 1 <= found <= 5 else None


def yes_no(value: Any) -> bool | None:
    """A two-valued answer."""
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def plain(amount: float) -> str:
    """A number as a person would type it: no exponent, no surplus zeros."""
    return str(int(amount)) if float(amount).is_integer() else str(round(amount, 6))


#: How a field of each type is read from a row.
READERS: dict[Any, Callable[[Any], Any]] = {
    str: as_written,
    str | None: word,
    bool: lambda value: bool(yes_no(value)),
    bool | None: yes_no,
    float | None: number,
    int | None: whole,
    list[str]: words,
    date | None: day,
}


class Part(BaseModel):
    """A frozen piece of a deliverable that knows all its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def read(cls, row: Mapping[str, Any], **given: Any) -> Self:
        """From a row or form that carries the same names; what is given wins."""
        read = {
            name: READERS[field.annotation](row.get(name))
            for name, field in cls.model_fields.items()
            if name not in given
        }
        return cls(**read, **given)
