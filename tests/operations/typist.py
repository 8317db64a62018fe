"""Types the answers of a sample into a terminal interview, as a person with the file would."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from accounts.models import User
from interviews.models import Answer
from interviews.protocol import catalogue
from interviews.protocol.conditions import holds
from interviews.protocol.types import Field, Question
from uaip_project.operations.runfile import RunFile

EMPTY = ""
#: What a person with the file in hand answers to prompts that are not questions.
REPLIES = (
    ("Enter later > ", "c"),
    ("Your reason > ", "The file says so."),
    ("Issue the charter now? y yes, n later > ", "y"),
)


class Typist:
    """Stands in for the keyboard: looks at the prompt and at what the interview still needs."""

    def __init__(self, run: RunFile, by: User, out: io.StringIO) -> None:
        self.run, self.by, self.out = run, by, out
        self.last = {key: given[-1] for key, given in run.attempts.items()}
        protocol = catalogue.default_protocol()
        self.coming = [one.key for one in catalogue.visible_questions(protocol, self.last)]
        self.waiting: list[str] = []
        self.key = ""

    def isatty(self) -> bool:
        """What it types needs no editing."""
        return False

    def readline(self) -> str:
        """The next line; "" when there is nothing more to type."""
        prompt = self.out.getvalue()[-60:]
        for ending, reply in REPLIES:
            if prompt.endswith(ending):
                return f"{reply}\n"
        if not self.waiting:
            self._turn_over()
        return f"{self.waiting.pop(0)}\n" if self.waiting else ""

    def _turn_over(self) -> None:
        state = Answer.objects.filter(session__owner=self.by, question_key=self.key)
        if state.filter(state="needs_work").exists():
            self.waiting = ["x"]
        elif self.coming:
            self.key = self.coming.pop(0)
            self.waiting = lines_of(self.run, self.key, self.last)


def lines_of(run: RunFile, key: str, last: dict[str, Any]) -> list[str]:
    """Every line for one question; attempt after attempt where the sample has several."""
    if key in run.unknowns:
        entry = run.unknowns[key]
        return ["u", entry.owner, str(entry.due_date or "2027-06-30"), entry.note]
    question = catalogue.default_protocol().question(key)
    found: list[str] = []
    for before, value in _pairs(run.attempts[key]):
        found += _answer(question, value, before, last)
    return found


def _pairs(given: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    return zip((None, *given), given, strict=False)


def _answer(question: Question, value: Any, before: Any, values: dict[str, Any]) -> Iterator[str]:
    if question.input == "screening":
        for entry in value.values():
            yield entry["answer"]
            if entry["answer"] != "no":
                yield entry["comment"]
        return
    if question.input == "text":
        yield from (value, EMPTY)
        return
    for field in question.fields:
        held = value if question.is_table else value.get(field.name)
        if field.show_when and holds(field.show_when, value, values) is False:
            continue
        yield from _part(field, held, before)


def _part(field: Field, held: Any, before: Any) -> Iterator[str]:
    if field.kind == "table":
        yield from _table(field, held, before)
    elif field.kind == "group":
        for column in field.columns:
            yield _cell((held or {}).get(column.name)) or "-"
    else:
        text = _cell(held) or "-"
        yield text
        if field.kind == "long_text":
            yield EMPTY


def _table(field: Field, held: Any, before: Any) -> Iterator[str]:
    # What an earlier answer filled in, or the attempt before, makes room for what is pasted.
    yield from ["d 1"] * 30
    if isinstance(held, dict):
        yield from ("n", held["none"])
    else:
        out = io.StringIO()
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow([column.name for column in field.columns])
        for row in held or []:
            writer.writerow([_cell(row.get(column.name)) for column in field.columns])
        yield "p"
        yield from out.getvalue().splitlines()
        yield EMPTY
    yield EMPTY


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return f"{value['value']} {value['unit']}"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return " ".join(str(value).split())
