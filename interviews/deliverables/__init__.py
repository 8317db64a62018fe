"""The typed outcome of each stage, built from whatever has been answered so far."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel

from interviews.answerset import AnswerSet
from interviews.deliverables import (
    data_quality_scorecard,
    ethical_risk_report,
    metric_alignment_matrix,
    problem_statement,
    user_context,
)
from interviews.deliverables.data_quality_scorecard import DataQualityScorecard
from interviews.deliverables.ethical_risk_report import EthicalRiskReport
from interviews.deliverables.metric_alignment_matrix import MetricAlignmentMatrix
from interviews.deliverables.problem_statement import ProblemStatement
from interviews.deliverables.user_context import UserContext

__all__ = [
    "KINDS",
    "MODELS",
    "SOURCES",
    "DataQualityScorecard",
    "EthicalRiskReport",
    "MetricAlignmentMatrix",
    "ProblemStatement",
    "UserContext",
    "build",
    "build_all",
]

#: The deliverable that each stage ends in.
KINDS = {
    1: "problem_statement",
    2: "metric_alignment_matrix",
    3: "data_quality_scorecard",
    4: "user_context",
    5: "ethical_risk_report",
}

MODELS: dict[str, type[BaseModel]] = {
    "problem_statement": ProblemStatement,
    "metric_alignment_matrix": MetricAlignmentMatrix,
    "data_quality_scorecard": DataQualityScorecard,
    "user_context": UserContext,
    "ethical_risk_report": EthicalRiskReport,
}

#: The questions whose answers each deliverable is made of.
SOURCES: dict[str, tuple[str, ...]] = {
    "problem_statement": problem_statement.SOURCES,
    "metric_alignment_matrix": metric_alignment_matrix.SOURCES,
    "data_quality_scorecard": data_quality_scorecard.SOURCES,
    "user_context": user_context.SOURCES,
    "ethical_risk_report": ethical_risk_report.SOURCES,
}

_BUILDERS: dict[str, Callable[[AnswerSet], BaseModel]] = {
    "problem_statement": problem_statement.build,
    "metric_alignment_matrix": metric_alignment_matrix.build,
    "data_quality_scorecard": data_quality_scorecard.build,
    "user_context": user_context.build,
    "ethical_risk_report": ethical_risk_report.build,
}


def build(kind: str, answers: AnswerSet) -> BaseModel:
    """One deliverable from the answers there are; None and [] stand for what is missing."""
    return _BUILDERS[kind](answers)


def build_all(answers: AnswerSet) -> dict[str, BaseModel]:
    """All five deliverables by kind."""
    return {kind: build(kind, answers) for kind in MODELS}
