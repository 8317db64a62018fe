"""Everything that drawing one question's inputs needs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from interviews.fields import names
from interviews.fields.raw import as_text
from interviews.protocol.issues import Issue
from interviews.protocol.lookup import column_of, field_of
from interviews.protocol.types import Field, Option, Protocol, Question


@dataclass(frozen=True)
class Remark:
    """An issue with the place on the page that it is about."""

    target: str
    message: str
    level: str
    label: str = ""

    @property
    def sentence(self) -> str:
        """The message with the words for its place, unless it names the place itself."""
        row, _, column = self.label.rpartition(", ")
        place = row if column and column.lower() in self.message.lower() else self.label
        return f"{place}: {self.message}" if place else self.message

    @property
    def is_warning(self) -> bool:
        return self.level == "warning"


@dataclass(frozen=True)
class Sheet:
    """One question, what stands in its inputs, and what is to be said about it."""

    protocol: Protocol
    question: Question
    raw: Any
    values: Mapping[str, Any]
    today: date
    issues: Sequence[Issue] = ()
    is_editable: bool = True
    _options: dict[tuple[str, str], tuple[Option, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def remarks(self) -> list[Remark]:
        """Issues in the order of the inputs that they are about."""
        return [
            Remark(
                names.element_id(self.question, issue.path),
                issue.message,
                issue.level,
                self._label_of(issue.path),
            )
            for issue in self.issues
        ]

    @cached_property
    def remarks_by_target(self) -> dict[str, list[Remark]]:
        found: dict[str, list[Remark]] = {}
        for remark in self.remarks:
            found.setdefault(remark.target, []).append(remark)
        return found

    @property
    def blocking(self) -> list[Remark]:
        """What keeps the answer from being submitted."""
        return [remark for remark in self.remarks if not remark.is_warning]

    @property
    def currency(self) -> str:
        return as_text(field_of(self.values.get("S1-02"), "currency", ""))

    def unit_of(self, one: Field) -> str:
        """What is written beside a number."""
        if one.unit:
            return one.unit
        if one.kind == "percent":
            return "%"
        return self.currency if one.kind == "money" else ""

    def options_of(self, one: Field) -> tuple[Option, ...]:
        """What can be chosen today; taken from an earlier answer where the field says so."""
        if one.options_from is None:
            return tuple(
                option
                for option in one.options
                if option.from_date is None or option.from_date <= self.today
            )
        if one.options_from not in self._options:
            self._options[one.options_from] = self._earlier_options(*one.options_from)
        return self._options[one.options_from]

    def _earlier_options(self, key: str, name: str) -> tuple[Option, ...]:
        value = self.values.get(key)
        if isinstance(value, list):
            found = column_of(value, name)
        else:
            single = field_of(value, name, [])
            found = single if isinstance(single, list) else [single]
        source = self.protocol.question(key)
        origin = source.table.column(name) if source.is_table else source.field(name)
        tokens = dict.fromkeys(as_text(one) for one in found if as_text(one).strip())
        return tuple(Option(token, origin.option_label(token)) for token in tokens)

    def _label_of(self, path: str) -> str:
        """The words for a place: "Row 3, Source"; "" for the whole answer."""
        head, _, tail = path.partition("[")
        if tail:
            row, _, column = tail.partition("]")
            table = self.question.field(head or self.question.fields[0].name)
            where = f"Row {int(row) + 1}" if row.isdecimal() else ""
            label = _label(table.columns, column.lstrip("."))
            return f"{where}, {label}" if label else where
        return _label(self.question.fields, path.partition(".")[0])


def _label(fields: Sequence[Field], name: str) -> str:
    return next((one.label for one in fields if one.name == name and name != "text"), "")
