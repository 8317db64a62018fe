"""Turns whatever a page, a file or a client sends into one canonical answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from interviews.protocol.checks import CHECKS
from interviews.protocol.issues import Issue
from interviews.protocol.types import Question
from interviews.protocol.values.reading import TEXT_LIMIT, Reading, Unusable
from interviews.protocol.values.screening import read_screening
from interviews.protocol.values.shapes import is_empty, read_field, read_fields

#: No honest answer is larger than this.
MAX_PARTS = 20_000
MAX_DEPTH = 8
MAX_CHARACTERS = 500_000
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Cleaned:
    """The canonical value, as far as it could be read, and what to say about it."""

    value: Any
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        return self._of("error")

    @property
    def incomplete(self) -> tuple[Issue, ...]:
        return self._of("incomplete")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        return self._of("warning")

    @property
    def is_complete(self) -> bool:
        """Whether the answer may be submitted."""
        return not self.errors and not self.incomplete

    def _of(self, level: str) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.level == level)


def clean(
    question: Question,
    raw: Any,
    *,
    values: Mapping[str, Any] | None = None,
    as_of: date,
    text_limit: int = TEXT_LIMIT,
) -> Cleaned:
    """Read any JSON as an answer to the question. Never raises.

    ``values`` are the canonical earlier answers by question key; they give the names that
    may be chosen, the session's currency, and what the plain checks compare with. No text may
    be longer than ``text_limit``, even where its field allows more.
    """
    earlier = {key: value for key, value in (values or {}).items() if key != question.key}
    reading = Reading(earlier, as_of, text_limit)
    try:
        _require_modest(raw)
        value = _read(question, raw, reading)
    except Unusable as problem:
        reading.error("", str(problem))
        value = None
    if is_empty(value):
        if not reading.issues:
            reading.incomplete("", "Answer this question first.")
        return Cleaned(None, tuple(reading.issues))
    for name in question.checks:
        reading.issues.extend(CHECKS[name](question, value, earlier, as_of))
    return Cleaned(value, tuple(dict.fromkeys(reading.issues)))


def _read(question: Question, raw: Any, reading: Reading) -> Any:
    if question.input == "text":
        inner = raw["text"] if isinstance(raw, dict) and set(raw) == {"text"} else raw
        return read_field(question.fields[0], inner, "", reading)
    if question.is_table:
        return read_field(question.table, raw, "", reading)
    if question.input == "screening":
        return read_screening(question, raw, reading)
    if is_empty(raw):
        return None
    return read_fields(question.fields, _as_card(question, raw), "", reading)


def _as_card(question: Question, raw: Any) -> dict[str, Any]:
    """A form may be given as its free text alone, or as the rows of its only table."""
    if isinstance(raw, dict):
        return raw
    if isinstance(raw, str) and any(field.name == "text" for field in question.fields):
        return {"text": raw}
    tables = [field for field in question.fields if field.kind == "table"]
    if isinstance(raw, list) and len(tables) == 1:
        return {tables[0].name: raw}
    names = ", ".join(field.name for field in question.fields)
    raise Unusable(f"Give the fields by name: {names}.")


def _require_modest(raw: Any) -> None:
    """Refuse what is too deep, too large or no JSON before anything walks into it."""
    waiting: list[tuple[Any, int]] = [(raw, 0)]
    parts = characters = 0
    while waiting:
        part, depth = waiting.pop()
        parts += 1
        characters += len(part) if isinstance(part, str) else 0
        if depth > MAX_DEPTH or parts > MAX_PARTS or characters > MAX_CHARACTERS:
            raise Unusable("This answer is too large. Shorten it, or answer in fewer rows.")
        if isinstance(part, dict):
            if not all(isinstance(key, str) for key in part):
                raise Unusable("The names of fields must be text.")
            characters += sum(map(len, part))
            waiting.extend((inner, depth + 1) for inner in part.values())
        elif isinstance(part, list):
            waiting.extend((inner, depth + 1) for inner in part)
        elif not isinstance(part, _PLAIN):
            raise Unusable("This answer holds something that is neither text nor a number.")
