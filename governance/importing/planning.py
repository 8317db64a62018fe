"""Turns a line of an inventory into the case that it would become."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.importing.csv_file import Row, Table
from governance.importing.targets import (
    DEPARTMENT,
    DEPARTMENT_ELSE,
    OF_CASE,
    OWNER,
    REFERENCE,
    TITLE,
    Shipped,
    Target,
    folded,
)
from interviews.fields.parsing import takes_reply
from interviews.fields.raw import token_of
from interviews.prefill.placing import can_be_placed, placed
from interviews.protocol.types import Protocol
from interviews.protocol.values.reading import Unusable
from interviews.protocol.values.wording import tidy, tidy_title

MOST_TITLE, MOST_DEPARTMENT, MOST_REFERENCE = 200, 200, 120
#: So short an answer says nothing without the question of its column.
SHORT = 20
_POINT = re.compile(r"^\s*(?:\w{1,2}[.)]|[-*•])\s+")


@dataclass
class Planned:
    """What a line would become. ``drafts`` are raw values by question key."""

    line: int
    title: str = ""
    department: str = ""
    reference: str = ""
    owner: str = ""
    drafts: dict[str, Any] = field(default_factory=dict)
    #: What is done otherwise than the file says.
    notes: list[str] = field(default_factory=list)
    #: Why no case can be made of it; "" when one can.
    problem: str = ""


@dataclass(frozen=True)
class Plan:
    """How the columns of one file are read."""

    table: Table
    chosen: Sequence[str]
    known: Mapping[str, Target]
    protocol: Protocol
    kind: Shipped | None = None

    def cases(self) -> list[Planned]:
        """Every line of the file, in its order."""
        return [self.case(row) for row in self.table.rows]

    def case(self, row: Row) -> Planned:
        """One line."""
        planned = Planned(row.line, problem=row.problem)
        if row.problem:
            planned.title = " ".join(row.cells[self.chosen.index(TITLE)].split())[:MOST_TITLE]
            return planned
        for number, (cell, key) in enumerate(zip(row.cells, self.chosen, strict=True)):
            if key and not self._is_blank(cell):
                self._take(planned, number, key, cell)
        if not planned.title and not planned.problem:
            header = self.table.header[self.chosen.index(TITLE)]
            planned.problem = f"It has no name: the column “{header}” is empty."
        return planned

    def _is_blank(self, cell: str) -> bool:
        return not cell.strip() or (self.kind is not None and folded(cell) in self.kind.blank)

    def _take(self, planned: Planned, number: int, key: str, cell: str) -> None:
        try:
            if key in OF_CASE:
                self._of_case(planned, key, cell)
            elif self.known[key].field is not None:
                self._choose(planned, number, self.known[key], cell)
            else:
                self._place(planned, number, key, tidy(cell))
        except Unusable as fault:
            planned.problem = f"{self.table.header[number]}: {fault}"

    def _of_case(self, planned: Planned, key: str, cell: str) -> None:
        words = tidy_title(cell)
        if key == TITLE:
            planned.title = self._cut(planned, words, MOST_TITLE, "name")
        elif key == REFERENCE:
            planned.reference = self._cut(planned, words, MOST_REFERENCE, "number")
        elif key == OWNER:
            planned.owner = words.lower()
        elif key == DEPARTMENT or (key == DEPARTMENT_ELSE and not planned.department):
            # The column that comes first in the file may be the one for want of a better.
            planned.department = self._cut(planned, words, MOST_DEPARTMENT, "department")

    @staticmethod
    def _cut(planned: Planned, words: str, most: int, what: str) -> str:
        if len(words) <= most:
            return words
        planned.notes.append(f"The {what} has {len(words)} characters and is cut at {most}.")
        return f"{words[: most - 1].rstrip()}…"

    def _choose(self, planned: Planned, number: int, target: Target, cell: str) -> None:
        """Words of a list; what is none of them goes into the free text of the question."""
        given = target.field
        if given is None:
            return
        parts = re.split(r"[;\n]", cell) if given.kind == "multi" else [cell]
        tokens, strange = [], []
        for part in filter(str.strip, parts):
            token = self._token(number, target, part)
            tokens.append(token) if token else strange.append(part.strip())
        if tokens:
            held = self._form(planned, target.question)
            held[given.name] = tokens if given.kind == "multi" else tokens[0]
        if strange:
            words = "; ".join(strange)
            planned.notes.append(f"“{words[:60]}” is no choice of {target.label}: kept as text.")
            question = self.protocol.question(target.question)
            if can_be_placed(question):
                self._place(planned, number, target.question, tidy(words))

    def _token(self, number: int, target: Target, part: str) -> str:
        options = target.field.options if target.field else ()
        plain = _POINT.sub("", part).strip()
        rule = self.kind.rule_for(self.table.header[number]) if self.kind else None
        wanted = rule.values.get(folded(plain), plain) if rule else plain
        token = token_of(wanted.replace("_", " "), options)
        known = {option.value for option in options}
        return token if token in known else wanted if wanted in known else ""

    def _form(self, planned: Planned, key: str) -> dict[str, Any]:
        held = planned.drafts.get(key)
        if not isinstance(held, dict):
            held = planned.drafts[key] = {}
        return held

    def _place(self, planned: Planned, number: int, key: str, words: str) -> None:
        question = self.protocol.question(key)
        shares = sum(self._question_of(one) == key for one in self.chosen) > 1
        # In a text the question of the column says what a short answer is about.
        if takes_reply(question) and (shares or len(words) <= SHORT):
            header = self.table.header[number]
            words = f"{header} {words}" if header.endswith("?") else f"{header}: {words}"
        planned.drafts[key] = placed(question, planned.drafts.get(key), words)

    def _question_of(self, key: str) -> str:
        return self.known[key].question if key else ""
