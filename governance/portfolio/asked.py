"""What somebody wants to see of the portfolio: filters, words and order, to and from an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

#: Lower bounds in days; each bucket ends where the next begins.
AGES = (0, 8, 15, 31, 61)
#: The same of mean scores: most differences are among the good ones.
SCORES = (0, 5, 6, 7, 8, 9)
#: Order -> what it is called; "-" in front turns it round.
ORDERS = {
    "-updated": "Latest change first",
    "title": "Name",
    "-highest": "Highest risk first",
    "data": "Weakest data first",
    "-submitted": "Latest charter first",
    "due": "Review due first",
    "-cost": "Highest model cost first",
    "department": "Department",
}
USUAL = "-updated"


@dataclass(frozen=True)
class Asked:
    """Every part may be empty: it asks nothing then. Tokens are those that are stored."""

    q: str = ""
    decision: str = ""
    standing: str = ""
    lane: str = ""
    archetype: str = ""
    area: str = ""
    owner: str = ""
    department: str = ""
    stage: int | None = None
    severity: int | None = None
    likelihood: int | None = None
    highest: int | None = None
    #: "3:6" = the mean of stage 3 is 6 or more and less than 7.
    score: str = ""
    #: "8" = a review that has been open for 8 to 14 days.
    age: int | None = None
    overdue: bool = False
    #: "broken" or "kept": cases with such promises.
    promises: str = ""
    #: Cases of one import, by its code.
    batch: str = ""
    from_date: date | None = None
    to_date: date | None = None
    order: str = USUAL

    def parts(self) -> dict[str, str]:
        """What is asked as the parts of an address, in one order, without what is usual."""
        found: dict[str, str] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value in ("", None, False) or (field.name == "order" and value == USUAL):
                continue
            found[field.name] = "yes" if value is True else str(value)
        return found

    @property
    def query(self) -> str:
        """Behind the question mark."""
        return urlencode(self.parts())

    @property
    def is_filtered(self) -> bool:
        return bool(set(self.parts()) - {"order"})

    def with_parts(self, **changes: Any) -> str:
        """The address part of the same list narrowed further."""
        return urlencode(self.parts() | {name: str(value) for name, value in changes.items()})


def asked_from(cleaned: Mapping[str, Any]) -> Asked:
    """From checked values by name; what is missing or None asks nothing."""
    known = {field.name for field in fields(Asked)}
    given = {name: value for name, value in cleaned.items() if name in known}
    return Asked(**{name: value for name, value in given.items() if value not in (None, "")})


def age_bounds(days: int) -> tuple[int, int | None]:
    """The first day of a bucket and the first of the next; None = there is no next."""
    place = max(number for number, first in enumerate(AGES) if first <= days)
    return AGES[place], AGES[place + 1] if place + 1 < len(AGES) else None


def score_bounds(text: str) -> tuple[int, int, int]:
    """(stage, from, below) of "3:6". Raises ValueError."""
    stage, _, low = text.partition(":")
    found = int(stage), int(low)
    if not 1 <= found[0] <= 5 or found[1] not in SCORES:
        raise ValueError(text)
    place = SCORES.index(found[1])
    # Ten points of ten belong to the last bucket.
    return found[0], found[1], SCORES[place + 1] if place + 1 < len(SCORES) else 11
