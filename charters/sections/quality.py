"""How good the answers are that a charter rests on, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from charters.particulars import QualitySummary, StageQuality
from charters.sections.cells import figure, share
from charters.sections.record import Record
from charters.statements import Table
from interviews.answerset import AnswerState
from interviews.protocol.types import Stage

COLUMNS = ("Stage", "Mean score", "Confidence", "Unknown", "Escalated")


def quality_summary(record: Record, scored_by: Sequence[str] = ()) -> QualitySummary:
    """Mean score and confidence per stage, and how many answers are weak."""
    shown = [record.answers[key] for key in record.visible if key in record.answers]
    return QualitySummary(
        stages=[
            StageQuality(
                stage=stage.number,
                mean_score=_mean_score(record, stage),
                confidence=record.confidence.get(str(stage.number)),
                unknown_count=_count(record, stage, AnswerState.UNKNOWN),
                escalated_count=_count(record, stage, AnswerState.ESCALATED),
            )
            for stage in record.protocol.stages
        ],
        escalated_count=len(record.with_state(AnswerState.ESCALATED)),
        unknown_count=len(record.with_state(AnswerState.UNKNOWN)),
        provisional_count=sum(answer.is_provisional for answer in shown),
        scored_by=sorted(set(scored_by)),
    )


def quality_table(record: Record) -> Table:
    """The same figures as a table for section 13."""
    names = {stage.number: stage for stage in record.protocol.stages}
    rows = [
        record.plain_row(
            [
                names[row.stage].name,
                figure(row.mean_score),
                share(row.confidence),
                figure(row.unknown_count),
                figure(row.escalated_count),
            ],
            *_items(record, names[row.stage]),
        )
        for row in quality_summary(record).stages
    ]
    return Table(title="Quality of the answers", columns=list(COLUMNS), rows=rows)


def _items(record: Record, stage: Stage) -> list[str]:
    keys = {question.key for question in stage.questions}
    return [key for key in record.visible if key in keys]


def _count(record: Record, stage: Stage, state: AnswerState) -> int:
    keys = {question.key for question in stage.questions}
    return sum(key in keys for key in record.with_state(state))


def _mean_score(record: Record, stage: Stage) -> float | None:
    scores = [record.answers[key].score for key in _items(record, stage) if key in record.answers]
    known = [score for score in scores if score is not None]
    return round(fmean(known), 1) if known else None
