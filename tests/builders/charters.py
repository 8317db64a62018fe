"""A charter's content from the invented tool library, and facts to judge feasibility on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from charters.content import CharterContent, build_content
from charters.feasibility import Case, Feasibility, judge
from charters.particulars import FindingEntry
from interviews.answerset import AnswerSet
from interviews.deliverables import build_all
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import AS_OF, consistent_answers

CERTAIN = {str(stage): 1.0 for stage in range(1, 6)}


def make_content(
    answers: AnswerSet | None = None,
    *,
    findings: Sequence[Mapping[str, Any]] = (),
    confidence: Mapping[str, float | None] = CERTAIN,
    project_name: str = "Safer tools at Heron Street",
    charter_version: int = 1,
    source_note: str = "",
) -> CharterContent:
    """The content that a revision would freeze."""
    given = consistent_answers() if answers is None else answers
    return build_content(
        protocol=default_protocol(),
        answers=given,
        deliverables=build_all(given),
        findings=findings,
        confidence=confidence,
        project_name=project_name,
        charter_code="UC-0001",
        charter_version=charter_version,
        source_note=source_note,
        as_of=AS_OF,
    )


def make_finding(rule_id: str = "X-11", severity: str = "MAJOR", **changed: Any) -> dict[str, Any]:
    """One finding as the interviews room stores it."""
    finding = {
        "rule_id": rule_id,
        "severity": severity,
        "state": "open",
        "answer_ids": ["S2-10", "S4-04"],
        "message": "More outputs are expected than people can handle.",
        "reason": "",
    }
    return {**finding, **changed}


def feasibility_of(
    answers: AnswerSet | None = None,
    *,
    findings: Sequence[Mapping[str, Any]] = (),
    confidence: Mapping[str, float | None] = CERTAIN,
) -> Feasibility:
    """The feasibility of a project with these answers."""
    made: dict[str, Any] = build_all(answers or consistent_answers())
    return judge(
        Case(
            problem=made["problem_statement"],
            success=made["metric_alignment_matrix"],
            data=made["data_quality_scorecard"],
            findings=[FindingEntry.model_validate(row) for row in findings],
            confidence=confidence,
            as_of=AS_OF,
        )
    )
