"""All that a charter is written from, and how a sentence gets its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charters.feasibility import Feasibility
from charters.particulars import FindingEntry
from charters.statements import Note, Row, Source, Statement
from interviews.answerset import AnswerSet, AnswerState, AnswerView
from interviews.deliverables import (
    DataQualityScorecard,
    EthicalRiskReport,
    MetricAlignmentMatrix,
    ProblemStatement,
    UserContext,
)
from interviews.protocol.types import Protocol

#: Who is named where nobody took an open question over.
NOBODY = "not supplied"
EMPTY_VALUES: tuple[Any, ...] = (None, "", [], {})


#: A sentence that rests on more answers than this is about all of them.
MOST_NOTED = 14


@dataclass(frozen=True)
class Record:
    """One session as it stands when its charter is written."""

    protocol: Protocol
    answers: AnswerSet
    visible: tuple[str, ...]
    problem: ProblemStatement | None
    success: MetricAlignmentMatrix | None
    data: DataQualityScorecard | None
    people: UserContext | None
    risks: EthicalRiskReport | None
    findings: Sequence[FindingEntry]
    confidence: Mapping[str, float | None]
    feasibility: Feasibility
    project_name: str
    as_of: date

    @property
    def currency(self) -> str:
        return self.answers.currency()

    @property
    def go_live(self) -> date | None:
        return self.problem.go_live_date if self.problem else None

    def sources(self, *keys: str) -> list[Source]:
        """Each answer once, at the version that stands."""
        return [
            Source(item=key, version=self.answers[key].version if key in self.answers else 0)
            for key in dict.fromkeys(keys)
        ]

    def note(self, *keys: str) -> Note:
        """The weakest standing among the answers that a sentence rests on.

        A figure over the whole interview already counts its weak answers, so it has no note.
        """
        if len(keys) > MOST_NOTED:
            return ""
        if any(self.is_unknown(key) for key in keys):
            return "unknown"
        is_escalated = any(
            key in self.answers and self.answers[key].state == AnswerState.ESCALATED for key in keys
        )
        return "escalated" if is_escalated else ""

    def is_unknown(self, key: str) -> bool:
        """Whether a shown question has no usable answer."""
        return key in self.visible and self.usable(key) is None

    def usable(self, key: str) -> AnswerView | None:
        """The answer, when it says something."""
        answer = self.answers.get(key)
        if answer is None or answer.state == AnswerState.UNKNOWN or answer.value in EMPTY_VALUES:
            return None
        return answer

    def state(self, text: str, *keys: str) -> Statement:
        """A sentence with the answers that it rests on."""
        return Statement(text=text, sources=self.sources(*keys), note=self.note(*keys))

    def row(self, cells: list[str], *keys: str) -> Row:
        """A table row with the answers that it rests on."""
        return Row(cells=cells, sources=self.sources(*keys), note=self.note(*keys))

    def owner_and_due(self, key: str) -> tuple[str, date | None]:
        """Who finds out an unknown answer, and by when."""
        answer = self.answers.get(key)
        unknown = answer.unknown if answer else None
        return (unknown.owner or NOBODY, unknown.due) if unknown else (NOBODY, None)

    def plain_row(self, cells: list[str], *keys: str) -> Row:
        """A row that itself counts weak answers; marking it too would say it twice."""
        return Row(cells=cells, sources=self.sources(*keys))

    def with_state(self, state: AnswerState) -> list[str]:
        """Shown questions whose answer is in that state."""
        return [
            key
            for key in self.visible
            if (key in self.answers and self.answers[key].state == state)
            or (state == AnswerState.UNKNOWN and self.is_unknown(key))
        ]
