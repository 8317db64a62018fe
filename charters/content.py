"""The content of one charter revision: all that is hashed, nothing that governance decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel

from charters import feasibility, sections
from charters.particulars import (
    CharterAnswer,
    Citation,
    ConsistencyReport,
    Deliverables,
    FeasibilityLevel,
    FeasibilityReason,
    FindingEntry,
    MajorRisk,
    OpenItem,
    QualitySummary,
    QuickFact,
    Recommendations,
    SuccessFactor,
    TimelinePhase,
)
from charters.sections import dangers, factors, loose_ends, plan, quality, summary
from charters.sections.record import Record
from charters.statements import CharterPart, Section, Statement
from interviews.answerset import AnswerSet, AnswerState
from interviews.protocol.catalogue import visible_questions
from interviews.protocol.types import Protocol

SCHEMA: Final = "uaip-charter/1"

#: Whether an answer of a sample repeats its public record.
Provenance = Literal["record", "illustrative"]

#: Answers in these states, and provisional ones, lower confidence.
WEAK = frozenset({AnswerState.ESCALATED, AnswerState.UNKNOWN})


class Identity(CharterPart):
    project_name: str
    charter_code: str
    #: The revision number.
    charter_version: int
    protocol: str
    as_of: date
    #: Where a sample comes from; "" for people's own projects.
    source_note: str = ""
    #: For a sample: which answers repeat a public record, and which are illustrative.
    provenance: dict[str, Provenance] = {}


class CharterContent(CharterPart):
    """What a revision freezes; its hash covers exactly this."""

    content_schema: Literal["uaip-charter/1"] = SCHEMA
    identity: Identity
    executive_summary: list[Statement]
    quick_facts: list[QuickFact]
    sections: list[Section]
    deliverables: Deliverables
    answers: dict[str, CharterAnswer]
    overall_feasibility: FeasibilityLevel
    feasibility_reasons: list[FeasibilityReason]
    data_quality_score: float | None
    max_residual: int | None
    #: Per stage, "1" to "5".
    confidence: dict[str, float | None]
    overall_confidence: float | None
    critical_success_factors: list[SuccessFactor]
    major_risks: list[MajorRisk]
    recommendations: Recommendations
    timeline: list[TimelinePhase]
    open_items: list[OpenItem]
    consistency_report: ConsistencyReport
    quality_summary: QualitySummary
    citations: list[Citation]


def build_content(
    *,
    protocol: Protocol,
    answers: AnswerSet,
    deliverables: Mapping[str, BaseModel],
    findings: Sequence[Mapping[str, Any]],
    confidence: Mapping[Any, float | None],
    project_name: str,
    charter_code: str,
    charter_version: int,
    as_of: date,
    scored_by: Sequence[str] = (),
    citations: Sequence[Citation] = (),
    source_note: str = "",
    provenance: Mapping[str, Provenance] | None = None,
) -> CharterContent:
    """Writes the whole charter from stored fields; the same input gives the same content."""
    record = _record(
        protocol,
        answers,
        deliverables,
        findings,
        confidence,
        project_name=project_name,
        as_of=as_of,
    )
    return CharterContent(
        identity=Identity(
            project_name=project_name,
            charter_code=charter_code,
            charter_version=charter_version,
            protocol=protocol.version,
            as_of=as_of,
            source_note=source_note,
            provenance=dict(sorted((provenance or {}).items())),
        ),
        executive_summary=summary.executive_summary(record),
        quick_facts=summary.quick_facts(record),
        sections=sections.write_sections(record),
        deliverables=_deliverables(record),
        answers=_answers(record),
        **_headline(record),
        critical_success_factors=factors.critical_success_factors(record),
        major_risks=dangers.major_risks(record),
        recommendations=plan.recommendations(record),
        timeline=plan.timeline(record),
        open_items=loose_ends.open_items(record),
        consistency_report=loose_ends.consistency_report(record),
        quality_summary=quality.quality_summary(record, scored_by),
        citations=[*_sample_source(source_note), *citations],
    )


def _sample_source(note: str) -> list[Citation]:
    """Where a sample comes from, as the reference that it is."""
    if not note:
        return []
    return [
        Citation(
            type="dataset",
            authors=[],
            year=None,
            title=note,
            source="",
            url="",
            doi="",
            accessed=None,
        )
    ]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a charter's content, as published in docs/reference."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **CharterContent.model_json_schema(mode="serialization"),
    }


def _record(
    protocol: Protocol,
    answers: AnswerSet,
    deliverables: Mapping[str, BaseModel],
    findings: Sequence[Mapping[str, Any]],
    confidence: Mapping[Any, float | None],
    *,
    project_name: str,
    as_of: date,
) -> Record:
    values = {key: answers[key].value for key in answers}
    visible = tuple(question.key for question in visible_questions(protocol, values))
    entries = [_finding(row) for row in findings]
    by_stage = {str(stage): figure for stage, figure in sorted(confidence.items(), key=str)}
    made = Deliverables.model_validate(
        {name: deliverables.get(name) for name in Deliverables.model_fields}
    )
    case = feasibility.Case(
        problem=made.problem_statement,
        success=made.metric_alignment_matrix,
        data=made.data_quality_scorecard,
        findings=entries,
        confidence=by_stage,
        as_of=as_of,
        weak_items=tuple(key for key in visible if _is_weak(answers, key)),
    )
    return Record(
        protocol=protocol,
        answers=answers,
        visible=visible,
        problem=made.problem_statement,
        success=made.metric_alignment_matrix,
        data=made.data_quality_scorecard,
        people=made.user_context,
        risks=made.ethical_risk_report,
        findings=entries,
        confidence=by_stage,
        feasibility=feasibility.judge(case),
        project_name=project_name,
        as_of=as_of,
    )


def _finding(row: Mapping[str, Any]) -> FindingEntry:
    known = {name: row[name] for name in FindingEntry.model_fields if name in row}
    return FindingEntry.model_validate({**known, "answer_ids": list(row.get("answer_ids", ()))})


def _is_weak(answers: AnswerSet, key: str) -> bool:
    answer = answers.get(key)
    return answer is None or answer.state in WEAK or answer.is_provisional


def _deliverables(record: Record) -> Deliverables:
    return Deliverables(
        problem_statement=record.problem,
        metric_alignment_matrix=record.success,
        data_quality_scorecard=record.data,
        user_context=record.people,
        ethical_risk_report=record.risks,
    )


def _headline(record: Record) -> dict[str, Any]:
    found = record.feasibility
    return {
        "overall_feasibility": found.overall,
        "feasibility_reasons": [
            FeasibilityReason(
                level=reason.level, text=reason.text, sources=record.sources(*reason.items)
            )
            for reason in found.reasons
        ],
        "data_quality_score": record.data.overall_score if record.data else None,
        "max_residual": record.risks.max_residual if record.risks else None,
        "confidence": dict(record.confidence),
        "overall_confidence": feasibility.overall_confidence(record.confidence),
    }


def _answers(record: Record) -> dict[str, CharterAnswer]:
    return {key: _answer(record, key) for key in record.visible}


def _answer(record: Record, key: str) -> CharterAnswer:
    question = record.protocol.question(key)
    answer = record.answers.get(key)
    owner, due = record.owner_and_due(key) if record.is_unknown(key) else ("", None)
    return CharterAnswer(
        question=question.ask,
        title=question.title,
        state=answer.state if answer else AnswerState.UNKNOWN,
        score=answer.score if answer else None,
        threshold=answer.threshold if answer else 0.0,
        attempts=answer.attempt_count if answer else 0,
        value=answer.value if answer else None,
        version=answer.version if answer else 0,
        is_provisional=bool(answer and answer.is_provisional),
        unknown_owner=owner,
        unknown_due=due,
        unknown_note=answer.unknown.note if answer and answer.unknown else "",
    )
