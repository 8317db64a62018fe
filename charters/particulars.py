"""The charter's own lists and figures: what a board reads first and governance counts."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from charters.statements import CharterPart, Note, Sources
from interviews.deliverables import (
    DataQualityScorecard,
    EthicalRiskReport,
    MetricAlignmentMatrix,
    ProblemStatement,
    UserContext,
)

FeasibilityLevel = Literal["HIGH", "MEDIUM", "LOW", "NOT_FEASIBLE"]


class Deliverables(CharterPart):
    problem_statement: ProblemStatement | None
    metric_alignment_matrix: MetricAlignmentMatrix | None
    data_quality_scorecard: DataQualityScorecard | None
    user_context: UserContext | None
    ethical_risk_report: EthicalRiskReport | None


class CharterAnswer(CharterPart):
    """One answer as it stood when the charter was written."""

    question: str
    title: str
    state: str
    score: float | None
    threshold: float
    attempts: int
    value: Any
    version: int
    is_provisional: bool
    unknown_owner: str = ""
    unknown_due: date | None = None
    unknown_note: str = ""


class FeasibilityReason(CharterPart):
    level: FeasibilityLevel
    text: str
    sources: Sources


class QuickFact(CharterPart):
    key: str
    label: str
    value: str
    sources: Sources
    note: Note = ""


class SuccessFactor(CharterPart):
    text: str
    measure: str
    sources: Sources


class MajorRisk(CharterPart):
    text: str
    area: str
    inherent: int | None
    residual: int | None
    mitigation: str
    owner: str
    sources: Sources


class Recommendation(CharterPart):
    action: str
    owner: str
    due: date | None
    sources: Sources


class Recommendations(CharterPart):
    before_build: list[Recommendation]
    during_build: list[Recommendation]
    before_go_live: list[Recommendation]


class OpenItem(CharterPart):
    kind: Literal["unknown", "escalated", "finding"]
    item: str
    text: str
    owner: str
    due_date: date | None
    sources: Sources


class TimelinePhase(CharterPart):
    """Weeks are counted from go-live: week 0 is go-live, -8 is eight weeks earlier."""

    phase: str
    start_week: int
    end_week: int
    sources: Sources


class FindingEntry(CharterPart):
    rule_id: str
    severity: Literal["BLOCKER", "MAJOR", "MINOR"]
    state: str
    answer_ids: list[str]
    message: str
    reason: str = ""
    how_to_fix: str = ""

    @property
    def is_open(self) -> bool:
        """Only fixing it, or a reviewer's waiver, closes a finding."""
        return self.state not in ("fixed", "waived")

    @property
    def is_cross_stage(self) -> bool:
        return self.rule_id.startswith("X-")


class ConsistencyReport(CharterPart):
    is_consistent: bool
    findings: list[FindingEntry]
    checked_on: date


class StageQuality(CharterPart):
    stage: int
    mean_score: float | None
    confidence: float | None
    unknown_count: int
    escalated_count: int


class QualitySummary(CharterPart):
    stages: list[StageQuality]
    escalated_count: int
    unknown_count: int
    provisional_count: int
    scored_by: list[str] = Field(default_factory=list)


class Citation(CharterPart):
    type: str
    authors: list[str]
    year: int | None
    title: str
    source: str
    url: str
    doi: str
    accessed: date | None
