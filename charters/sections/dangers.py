"""Section 11: the major risks, worst first: people, then contradictions, then data."""

from __future__ import annotations

from collections.abc import Iterator

from charters.particulars import FindingEntry, MajorRisk
from charters.sections.cells import EMPTY, figure, label
from charters.sections.record import Record
from charters.sections.risk import level_name
from charters.statements import Block, Section, Table
from interviews.risk import PRINCIPLE_NAMES, PRINCIPLE_QUESTIONS

#: A residual level from here on is a major risk.
LOWEST_MAJOR_RESIDUAL = 2
#: A data dimension below this is a major risk.
LOWEST_CALM_RATING = 6
COLUMNS = ("Risk", "Area", "Before", "After", "What is done", "Owner")


def major_risks(record: Record) -> list[MajorRisk]:
    """Ranked by what is left, then by what it was; then open findings; then weak data."""
    harms = sorted(
        _harms(record), key=lambda risk: (risk.residual or 0, risk.inherent or 0), reverse=True
    )
    return [*harms, *_findings(record), *_weak_data(record)]


def dangers_section(record: Record) -> Section:
    """Section 11."""
    rows = [
        record.row(
            [
                risk.text,
                risk.area,
                level_name(risk.inherent),
                level_name(risk.residual),
                risk.mitigation or EMPTY,
                risk.owner or EMPTY,
            ],
            *(source.item for source in risk.sources),
        )
        for risk in major_risks(record)
    ]
    blocks: list[Block] = (
        [Table(title="Major risks", columns=list(COLUMNS), rows=rows)] if rows else []
    )
    return Section(key="major_risks", number=11, title="Major risks", blocks=blocks)


def _harms(record: Record) -> Iterator[MajorRisk]:
    report = record.risks
    for risk in report.risks if report else []:
        left = report.residual_by_risk.get(risk.ref) if report else None
        if report is None or left is None or left.level < LOWEST_MAJOR_RESIDUAL:
            continue
        controls = report.controls_of(risk.ref)
        yield MajorRisk(
            text=f"{risk.ref}: {risk.risk}",
            area=PRINCIPLE_NAMES[risk.principle].capitalize(),
            inherent=risk.inherent,
            residual=left.level,
            mitigation="; ".join(control.control for control in controls if control.control),
            owner=", ".join(dict.fromkeys(row.owner for row in controls if row.owner)),
            sources=record.sources(PRINCIPLE_QUESTIONS[risk.principle], "S5-09"),
        )


def finding_items(finding: FindingEntry) -> tuple[str, ...]:
    """The answers a finding speaks about; one about the whole session names its first item."""
    return tuple(finding.answer_ids) or ("S1-01",)


def _findings(record: Record) -> Iterator[MajorRisk]:
    worst_first = sorted(record.findings, key=lambda finding: finding.severity)
    for finding in worst_first:
        if finding.is_open and finding.severity != "MINOR":
            yield MajorRisk(
                text=f"{finding.rule_id}: {finding.message}",
                area=f"Consistency ({finding.severity.lower()})",
                inherent=None,
                residual=None,
                mitigation=finding.reason or finding.how_to_fix,
                owner="",
                sources=record.sources(*finding_items(finding)),
            )


def _weak_data(record: Record) -> Iterator[MajorRisk]:
    for dimension, score in (record.data.dimension_scores if record.data else {}).items():
        if score < LOWEST_CALM_RATING:
            fixes = [
                row.fix
                for row in (record.data.quality_assessments if record.data else [])
                if row.dimension == dimension and row.counted_rating == score and row.fix
            ]
            yield MajorRisk(
                text=f"{label(dimension)} of the data is rated {figure(score)}.",
                area="Data quality",
                inherent=None,
                residual=None,
                mitigation="; ".join(fixes),
                owner="",
                sources=record.sources("S3-04", "S3-01"),
            )
