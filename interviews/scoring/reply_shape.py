"""The shape of a scoring reply: short rows, because every character of them is paid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from interviews.scoring.judgement import Verdict

#: Rows of one reply: five answers of ten elements, each said twice.
MOST_ROWS = 100
_LABEL = re.compile(r"(\d{0,2})[\s.:-]?([a-z])[.):]?", re.ASCII)
_VERDICTS: dict[str, Verdict] = {
    "m": "met",
    "met": "met",
    "p": "partly",
    "partly": "partly",
    "n": "absent",
    "no": "absent",
    "not met": "absent",
    "absent": "absent",
}


@dataclass(frozen=True)
class Row:
    """One row of a reply: which answer (None: the only one), which element, what and why."""

    number: int | None
    letter: str
    verdict: Verdict
    words: str


def _readable(row: list[str]) -> list[str]:
    """Refuses a row that says nothing about an element."""
    if read_row(row) is None:
        # Without the row itself: it may hold words of a person.
        raise ValueError('a row must read ["1a", "m" or "p" or "n", words]')
    return row


def read_row(row: Sequence[str]) -> Row | None:
    """A row as it was meant; None when it says nothing about an element."""
    if len(row) not in (2, 3):
        return None
    label = _LABEL.fullmatch(row[0].strip().lower())
    verdict = _VERDICTS.get(row[1].strip().lower())
    if label is None or verdict is None:
        return None
    number = int(label[1]) if label[1] else None
    return Row(number, label[2], verdict, row[2] if len(row) == 3 else "")


def _bare(schema: dict[str, Any]) -> None:
    """The schema travels with every call: titles and descriptions stay at home."""
    schema.pop("description", None)
    schema.pop("title", None)
    for part in schema["properties"].values():
        part.pop("title", None)
        part.pop("maxItems", None)
    schema["additionalProperties"] = False


def _blank(value: Any) -> Any:
    return "" if value is None else value


class ScoringReply(BaseModel):
    """Rows of [element, verdict, words]; short names, because they are paid by the character."""

    model_config = ConfigDict(coerce_numbers_to_str=True, json_schema_extra=_bare)

    v: list[Annotated[list[Annotated[str, BeforeValidator(_blank)]], AfterValidator(_readable)]] = (
        Field(max_length=MOST_ROWS)
    )
