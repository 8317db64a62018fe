"""Asks one question, whatever its input kind, and collects the raw answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from interviews.fields.raw import is_blank, none_of, part_of, rows_of
from interviews.fields.sheet import Sheet
from interviews.protocol.conditions import holds
from interviews.protocol.issues import Issue
from interviews.protocol.types import Field, Option, Question
from uaip_project.operations.terminal.fields import ask_field
from uaip_project.operations.terminal.screen import Leave, Screen
from uaip_project.operations.terminal.tables import TableAsker

#: "cases[0].handling", "[3].name", "driver", "first_test.size", "areas[2]"
PLACE = re.compile(r"(?P<head>[^.\[]*)(?:\[(?P<row>\d+)\])?\.?(?P<rest>[^\[]*)")
#: In a screening "unsure" is an answer and "I don't know yet" is not, so u means unsure.
SCREENING_ANSWERS = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "u": "unsure"}


@dataclass
class Card:
    """One question being answered; ``raw`` always holds what was typed so far."""

    screen: Screen
    sheet: Sheet
    raw: Any

    @property
    def question(self) -> Question:
        return self.sheet.question

    def ask_all(self) -> None:
        """Asks for everything. Raises a Wish; ``raw`` keeps what was typed before."""
        if self.question.input == "screening":
            self._ask_practices(self._practices())
            return
        for field in self.question.fields:
            self._ask_part(field)

    def ask_again(self, issues: Iterable[Issue]) -> None:
        """Shows what is wrong and asks for those places alone. Raises a Wish."""
        blocking = [one for one in issues if one.level != "warning"]
        labels = {one.path: self._label(one) for one in blocking}
        for path in dict.fromkeys(one.path for one in blocking):
            for one in blocking:
                if one.path == path:
                    where = f"{labels[path]}: " if labels[path] else ""
                    self.screen.say(f"! {where}{one.message}")
            self._ask_place(path)

    def _label(self, issue: Issue) -> str:
        if self.question.input == "screening":
            return self.question.fields[0].option_label(issue.path.partition(".")[0])
        sheet = Sheet(
            self.sheet.protocol, self.question, None, {}, self.sheet.today, issues=(issue,)
        )
        return sheet.remarks[0].label

    def _ask_place(self, path: str) -> None:
        if self.question.input == "screening":
            code = path.partition(".")[0]
            wanted = [one for one in self._practices() if one.value == code]
            self._ask_practices(wanted or self._practices())
            return
        found = PLACE.match(path)
        head, row, rest = (found["head"], found["row"], found["rest"]) if found else ("", None, "")
        name = self.question.fields[0].name if self.question.is_table else head
        field = next((one for one in self.question.fields if one.name == name), None)
        if field is None:
            self.ask_all()
        elif field.kind == "table" and row is not None and int(row) < len(self._rows(field)):
            table = self._table(field)
            table.ask_row(int(row), self._columns(field, rest))
            self._put(field, table.value)
        elif field.kind == "group" and rest:
            self._ask_group(field, only=rest)
        else:
            self._ask_part(field)

    def _columns(self, table: Field, rest: str) -> frozenset[str]:
        name = rest.partition(".")[0]
        return frozenset(one.name for one in table.columns if one.name == name)

    def _ask_part(self, field: Field) -> None:
        beside = self.raw if isinstance(self.raw, Mapping) else {}
        if field.show_when and holds(field.show_when, beside, self.sheet.values) is False:
            return
        if field.kind == "table":
            self._put(field, self._table(field).ask())
        elif field.kind == "group":
            self._ask_group(field)
        else:
            self._ask_plain(field)

    def _ask_plain(self, field: Field) -> None:
        current = part_of(self.raw, field.name, self.question)
        try:
            found = ask_field(self.screen, self.sheet, field, current)
        except Leave as wish:
            if wish.half_typed:
                self._put(field, wish.half_typed)
            raise
        self._put(field, found)

    def _ask_group(self, field: Field, only: str = "") -> None:
        held = part_of(self.raw, field.name, self.question)
        parts = dict(held) if isinstance(held, Mapping) else {}
        self.screen.say(f"{field.label}:", indent=2)
        for column in field.columns:
            if only and column.name != only:
                continue
            found = ask_field(self.screen, self.sheet, column, parts.pop(column.name, None))
            if not is_blank(found):
                parts[column.name] = found
            self._put(field, dict(parts))

    def _rows(self, field: Field) -> list[dict[str, Any]]:
        return rows_of(self.raw, field, self.question)

    def _table(self, field: Field) -> TableAsker:
        return TableAsker(
            self.screen,
            self.sheet,
            field,
            [dict(row) for row in self._rows(field)],
            none_of(self.raw, field, self.question),
            keep=lambda value: self._put(field, value),
        )

    def _put(self, field: Field, value: Any) -> None:
        if self.question.is_table or self.question.input == "text":
            self.raw = value
            return
        kept = dict(self.raw) if isinstance(self.raw, Mapping) else {}
        kept.pop(field.name, None)
        self.raw = kept if is_blank(value) else {**kept, field.name: value}

    def _practices(self) -> list[Option]:
        return list(self.sheet.options_of(self.question.fields[0]))

    def _ask_practices(self, practices: Iterable[Option]) -> None:
        for option in practices:
            held = self.raw if isinstance(self.raw, Mapping) else {}
            entry = self._ask_practice(option, held.get(option.value))
            self.raw = {**held, option.value: entry}

    def _ask_practice(self, option: Option, current: Any) -> dict[str, str]:
        entry = dict(current) if isinstance(current, Mapping) else {}
        self.screen.say(option.label, indent=2)
        if option.help:
            self.screen.say(option.help, indent=4)
        if entry:
            self.screen.say(f"Now: {entry.get('answer', '')} {entry.get('comment', '')}", indent=4)
        answer = self._ask_yes_no_unsure(str(entry.get("answer", "")))
        comment = str(entry.get("comment", ""))
        if answer in ("yes", "unsure"):
            words = "  What does it do? (Enter keeps what is there) > "
            comment = self.screen.ask(words) or comment
        return {"answer": answer, "comment": comment}

    def _ask_yes_no_unsure(self, current: str) -> str:
        while True:
            typed = self.screen.line("  y yes, n no, u unsure > ").strip().lower()
            if typed == "" and current:
                return current
            if typed in SCREENING_ANSWERS or typed == "unsure":
                return SCREENING_ANSWERS.get(typed, typed)
            if not self.screen.obey(typed):
                self.screen.say("Answer y, n or u.", indent=4)
