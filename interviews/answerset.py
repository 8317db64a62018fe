"""What has been answered in one session, as plain data for the pure rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class AnswerState(StrEnum):
    """Where an answer stands; the words of the guide's answer states."""

    DRAFT = "draft"
    SCORING = "scoring"
    NEEDS_WORK = "needs_work"
    ACCEPTED = "accepted"
    ESCALATED = "escalated"
    UNKNOWN = "unknown"
    SKIPPED_BY_CONDITION = "skipped_by_condition"


#: States in which a stage gate counts an answer as given.
SETTLED = frozenset({AnswerState.ACCEPTED, AnswerState.ESCALATED, AnswerState.UNKNOWN})


@dataclass(frozen=True)
class Unknown:
    """ "I don't know yet": who finds out, by when."""

    owner: str
    due: date | None
    note: str = ""


@dataclass(frozen=True)
class AnswerView:
    """One answer as rules, deliverables and charters read it.

    ``value`` has the canonical shape of protocol.values; None when there is none
    (unknown, hidden or not answered yet). ``score`` is 0-10 with one decimal.
    """

    key: str
    state: AnswerState
    value: Any = None
    version: int = 0
    score: float | None = None
    threshold: float = 7.0
    is_provisional: bool = False
    unknown: Unknown | None = None
    attempt_count: int = 0

    @property
    def is_accepted(self) -> bool:
        return self.state == AnswerState.ACCEPTED

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED


class AnswerSet(Mapping[str, AnswerView]):
    """All answers of one session by question key; a missing key is simply not there."""

    def __init__(self, answers: Mapping[str, AnswerView] | None = None) -> None:
        self._answers: dict[str, AnswerView] = dict(answers or {})

    def __getitem__(self, key: str) -> AnswerView:
        return self._answers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def value(self, key: str, field: str | None = None, default: Any = None) -> Any:
        """The canonical value of an answer, or one field of it; ``default`` if absent."""
        answer = self._answers.get(key)
        if answer is None or answer.value is None:
            return default
        if field is None:
            return answer.value
        if not isinstance(answer.value, Mapping):
            return answer.value if field == "text" else default
        found = answer.value.get(field)
        return default if found is None else found

    def text(self, key: str, field: str = "text") -> str:
        """A text field, "" when absent."""
        found = self.value(key, field, "")
        return found if isinstance(found, str) else ""

    def rows(self, key: str, field: str | None = None) -> list[dict[str, Any]]:
        """The rows of a table answer (or of a form's table field); [] when absent."""
        found = self.value(key, field, [])
        return list(found) if isinstance(found, list) else []

    def none_reason(self, key: str) -> str | None:
        """The reason when the answer is {"none": reason} instead of rows."""
        found = self.value(key)
        if isinstance(found, Mapping) and isinstance(found.get("none"), str):
            return str(found["none"])
        return None

    def currency(self) -> str:
        """The session's one currency, set on S1-02; "" when not given."""
        return str(self.value("S1-02", "currency", "") or "")
