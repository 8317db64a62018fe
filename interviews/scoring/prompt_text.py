"""Says an answer to a model: the elements by letter, the person's words as data, all of it short."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from interviews.protocol.types import Field, Question, RubricElement
from interviews.protocol.values import display
from interviews.protocol.values.display import in_words

#: Longer answers are cut: what stands behind is not judged by a model.
LONGEST = 12_000
#: What is told of earlier answers, all together.
RELATED_LENGTH = 90
#: Shorter than this, a gist says nothing.
_LEAST = 20
_CUT = " …"
_CELL, _LINE = " | ", "\n"
#: json.dumps leaves these raw; they would end a line and with it the data.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True)
class ScoringItem:
    """One answer to be judged.

    ``related`` holds values of the question's ``depends_on``, by question key; leave out what
    must not leave the house.
    """

    question: Question
    value: Any
    attempt_number: int = 1
    related: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """An answer as it is sent, and the part of it that the person said."""

    sent: str
    #: Without the labels that are ours: only these words can be quoted.
    said: str
    #: Labels that a quote may begin with.
    labels: tuple[str, ...] = ()


def lettered(question: Question) -> dict[str, RubricElement]:
    """The elements by letter, those that weigh most on the score first."""
    order = sorted(question.rubric, key=lambda element: (not element.required, -element.weight))
    return dict(zip(ascii_lowercase, order, strict=False))


def user_text(items: Sequence[ScoringItem]) -> str:
    """The questions, their elements and the answers; each answer as one JSON string."""
    return _LINE.join(line for number, item in enumerate(items, 1) for line in _lines(number, item))


def as_data(text: str) -> str:
    """The text as one JSON string: nothing in it can end the data."""
    return json.dumps(text, ensure_ascii=False).translate(_LINE_ENDS)


def _lines(number: int, item: ScoringItem) -> Iterator[str]:
    yield f"{number}. {_one_line(item.question.ask)}"
    for letter, element in lettered(item.question).items():
        yield f"{letter}) {_one_line(element.means).removesuffix('.')}"
    told = related_text(item.related)
    if told:
        yield f"Earlier: {as_data(told)}"
    yield f"Answer: {as_data(rendered(item.question, item.value).sent)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def rendered(question: Question, value: Any) -> Rendered:
    """A canonical value, or any text, in the fewest words that a reader understands."""
    if isinstance(value, str):
        return _plain(value)
    if question.is_table and _is_rows(value):
        lines, said = _table(question.table, value)
        return Rendered(_shortened(_LINE.join(lines)), _shortened(_LINE.join(said)))
    if question.input == "form" and isinstance(value, Mapping):
        return _form(question, value)
    return _plain(display(question, value))


def _plain(text: str) -> Rendered:
    text = _shortened(text.strip())
    return Rendered(text, text)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(r, Mapping) for r in value)


def _form(question: Question, value: Mapping[str, Any]) -> Rendered:
    """A "Label: value" a line; the free text alone; tables with their header once."""
    sent: list[str] = []
    said: list[str] = []
    for one in question.fields:
        held = value.get(one.name)
        if held is None or held == "" or held == []:
            continue
        if one.kind == "table" and _is_rows(held):
            lines, rows = _table(one, held)
            sent += [f"{one.label}:", *lines]
            said += rows
            continue
        words = in_words(one, held)
        sent.append(words if one.name == "text" else f"{one.label}: {words}")
        said.append(words)
    labels = tuple(one.label for one in question.fields)
    return Rendered(_shortened(_LINE.join(sent)), _shortened(_LINE.join(said)), labels)


def _table(table: Field, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """The header and a line a row, columns that are empty everywhere left out."""
    columns = [c for c in table.columns if any(_has(row, c) for row in rows)]
    said = [_CELL.join(_cell(column, row) for column in columns) for row in rows]
    return [_CELL.join(column.label for column in columns), *said], said


def _has(row: Mapping[str, Any], column: Field) -> bool:
    return row.get(column.name) not in (None, "", [])


def _cell(column: Field, row: Mapping[str, Any]) -> str:
    """One cell in words, "-" when it is empty."""
    words = in_words(column, row[column.name]) if _has(row, column) else ""
    return _one_line(words) or "-"


def related_text(related: Mapping[str, Any]) -> str:
    """The gist of earlier answers, each with an equal share of the little room."""
    gists = [gist for gist in map(_gist, related.values()) if gist][: RELATED_LENGTH // _LEAST]
    return "; ".join(_clipped(gist, RELATED_LENGTH // len(gists)) for gist in gists)


def _gist(value: Any) -> str:
    """What an earlier answer is about: its text, or what its rows are called."""
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, Mapping):
        return _gist(value.get("text") or next((v for v in value.values() if _is_prose(v)), ""))
    if _is_rows(value):
        names = (next((v for v in row.values() if isinstance(v, str)), "") for row in value)
        return ", ".join(filter(None, names))
    return ""


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and " " in value.strip()


def _clipped(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rsplit(" ", 1)[0] + "…"
