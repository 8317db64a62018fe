"""What an answer has to show for a requirement, written as one short line of a pack.

``S4-05`` the item is answered · ``S4-05.override_roles`` this field is filled in, in every row ·
``S4-05.override_logged=true`` it has one of these values (``a|b``) · ``S5-03[assessment=security]``
there is such a row · ``S2-01>=2`` at least so many rows · ``DETAILS.reason`` what was added to the
answers for the crosswalk alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_LINE = re.compile(
    r"(?P<item>S[1-5]-\d{2}|DETAILS)"
    r"(?:\[(?P<column>[a-z_]+)=(?P<wanted>[a-z0-9_|]+)\])?"
    r"(?:\.(?P<field>[a-z_]+)(?:=(?P<values>[a-z0-9_|]+))?)?"
    r"(?:>=(?P<rows>[1-9]\d?))?"
)
GRAMMAR = "ITEM, ITEM[column=value|value], ITEM.field, ITEM.field=value|value or ITEM>=rows"


@dataclass(frozen=True)
class Check:
    """One thing that an answer has to show."""

    item: str
    #: "" = that the item is answered at all.
    field: str = ""
    #: Any of these; empty = that the field is filled in.
    values: tuple[str, ...] = ()
    #: Only rows in which this column has one of the wanted values.
    column: str = ""
    wanted: tuple[str, ...] = ()
    rows: int = 1

    def __str__(self) -> str:
        text = self.item
        if self.column:
            text += f"[{self.column}={'|'.join(self.wanted)}]"
        if self.field:
            text += f".{self.field}" + (f"={'|'.join(self.values)}" if self.values else "")
        return text + (f">={self.rows}" if self.rows > 1 else "")


def read_check(line: Any) -> Check:
    """A check from its line. Raises ValueError naming it."""
    if isinstance(line, Check):
        return line
    found = _LINE.fullmatch(line) if isinstance(line, str) else None
    if found is None:
        raise ValueError(f"{line!r} is no check: write {GRAMMAR}")
    return Check(
        item=found["item"],
        field=found["field"] or "",
        values=tuple((found["values"] or "").split("|")) if found["values"] else (),
        column=found["column"] or "",
        wanted=tuple((found["wanted"] or "").split("|")) if found["wanted"] else (),
        rows=int(found["rows"] or 1),
    )
