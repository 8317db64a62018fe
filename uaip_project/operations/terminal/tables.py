"""Asks for the rows of a table: one after the other, or pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interviews.fields.raw import is_blank
from interviews.fields.readable import words
from interviews.fields.rows import parse_pasted
from interviews.fields.sheet import Sheet
from interviews.protocol.conditions import holds
from interviews.protocol.types import Field
from uaip_project.operations.terminal.fields import ask_field
from uaip_project.operations.terminal.screen import Screen, Wish

MOST_SHOWN = 3


@dataclass
class TableAsker:
    """One table while it is being filled; ``rows`` and ``reason`` are what stands there."""

    screen: Screen
    sheet: Sheet
    table: Field
    rows: list[dict[str, Any]]
    reason: str = ""
    #: Called with what stands there after every change, so that leaving loses nothing.
    keep: Callable[[Any], None] = lambda value: None

    @property
    def value(self) -> Any:
        """The rows, or {"none": reason}."""
        rows = [row for row in self.rows if not is_blank(row)]
        return {"none": self.reason} if self.reason and not rows else rows

    def ask(self) -> Any:
        """Asks until the person says that the table is done. Raises a Wish."""
        self._show()
        while True:
            typed = self.screen.ask(self._menu())
            verb, _, number = typed.partition(" ")
            if verb == "":
                return self.value
            self._do(verb.lower(), number.strip())
            self.keep(self.value)

    def _menu(self) -> str:
        none = ", n none" if self.table.none_allowed else ""
        return (
            "  a add a row, e N edit, d N delete, f fill the gaps, p paste cells"
            f"{none}, Enter done > "
        )

    def _do(self, verb: str, number: str) -> None:
        chosen = int(number) - 1 if number.isdecimal() and len(number) < 4 else -1
        has_row = 0 <= chosen < len(self.rows)
        if verb == "a" and len(self.rows) < self.table.max_rows:
            self.rows.append({})
            self.ask_row(len(self.rows) - 1)
        elif verb == "e" and has_row:
            self.ask_row(chosen)
        elif verb == "d" and has_row:
            del self.rows[chosen]
            self._show()
        elif verb == "f":
            self._fill_gaps()
        elif verb == "p":
            self._paste()
        elif verb == "n" and self.table.none_allowed:
            self._none()
        else:
            self.screen.say("That is not possible here. Type one of the letters.", indent=2)

    def ask_row(self, number: int, only: frozenset[str] = frozenset()) -> None:
        """Asks for the columns of one row; all of them, or some."""
        row = self.rows[number]
        self.reason = ""
        self.screen.say(f"Row {number + 1} of {self.table.label}:", indent=2)
        for column in self.table.columns:
            if only and column.name not in only:
                continue
            if column.show_when and not holds(column.show_when, row, self.sheet.values):
                continue
            try:
                found = ask_field(self.screen, self.sheet, column, row.get(column.name))
            except Wish:
                self.keep(self.value)
                raise
            row.pop(column.name, None)
            if not is_blank(found):
                row[column.name] = found

    def _fill_gaps(self) -> None:
        for number, row in enumerate(self.rows):
            empty = [one.name for one in self.table.columns if one.name not in row]
            if empty:
                self.screen.say(self._line(row), indent=2)
                self.ask_row(number, frozenset(empty))

    def _paste(self) -> None:
        names = ", ".join(column.label for column in self.table.columns)
        self.screen.say(
            f"Paste the cells, columns in this order or with a header line: {names}. "
            "End with an empty line.",
            indent=2,
        )
        lines: list[str] = []
        while (line := self.screen.line("| ")).strip() not in ("", "."):
            lines.append(line)
        pasted = parse_pasted(self.table, "\n".join(lines))
        room = self.table.max_rows - len(self.rows)
        self.rows.extend(pasted[:room])
        self.screen.say(f"{len(pasted[:room])} rows were read.", indent=2)
        if len(pasted) > room:
            self.screen.say(f"At most {self.table.max_rows} rows fit; the rest was left out.")
        self._show()

    def _none(self) -> None:
        self.reason = self.screen.ask("  Why is there none? > ")
        if self.reason:
            self.rows.clear()

    def _show(self) -> None:
        self.screen.say(self.table.label, indent=2)
        if self.table.help:
            self.screen.say(self.table.help, indent=4)
        if self.reason:
            self.screen.say(f"None: {self.reason}", indent=4)
        for number, row in enumerate(self.rows, start=1):
            self.screen.say(f"{number}  {self._line(row)}", indent=4)

    def _line(self, row: dict[str, Any]) -> str:
        filled = [one for one in self.table.columns if one.name in row][:MOST_SHOWN]
        return "; ".join(f"{one.label}: {words(one, row[one.name])}" for one in filled)
