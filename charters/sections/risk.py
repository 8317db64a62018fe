"""Section 8: what could harm people, what is done about it, and what remains."""

from __future__ import annotations

from charters.sections.blocks import answer_blocks
from charters.sections.cells import EMPTY, cell, figure
from charters.sections.record import Record
from charters.statements import Block, Figure, Paragraph, Row, Section, Table
from interviews.consistency.risks import REGISTER, RegisteredRisk, registered
from interviews.deliverables import EthicalRiskReport, reading
from interviews.deliverables.ethical_risk_report import Risk
from interviews.risk import LEVEL_NAMES, PRINCIPLE_NAMES, PRINCIPLE_QUESTIONS

REGISTER_COLUMNS = (
    "Ref",
    "Principle",
    "Risk",
    "How it happens",
    "Who is harmed",
    "Evidence",
    "Why these ratings",
)
MATRIX_COLUMNS = (
    "Ref",
    "Severity before",
    "Likelihood before",
    "Level before",
    "Severity after",
    "Likelihood after",
    "Level after",
)
LEVEL_COLUMNS = ("Principle", "Computed", "Stated", "Final")


def ethical_risk(record: Record) -> Section:
    """Section 8."""
    blocks = answer_blocks(record, "S5-01", "S5-02", "S5-03")
    blocks += _register(record)
    blocks += _matrix(record)
    blocks += answer_blocks(record, "S5-09")
    blocks += _levels(record)
    blocks += answer_blocks(record, "S5-11")
    return Section(key="ethical_risk", number=8, title="Ethical risk", blocks=blocks)


def level_name(level: int | None) -> str:
    """3 -> "3 medium"; a dash when there is none."""
    return EMPTY if level is None else f"{level} {LEVEL_NAMES[level]}"


def _register(record: Record) -> list[Block]:
    blocks: list[Block] = []
    rows = [
        _register_row(record, entry)
        for entry in registered({key: reading.rows(record.answers, key) for key in REGISTER})
    ]
    if rows:
        blocks.append(Table(title="Risk register", columns=list(REGISTER_COLUMNS), rows=rows))
    # A principle without rows is reasoned away or still open; both have to be seen.
    for key in REGISTER:
        if not reading.rows(record.answers, key):
            blocks += answer_blocks(record, key)
    return blocks


def _register_row(record: Record, entry: RegisteredRisk) -> Row:
    table = record.protocol.question(entry.key).table
    names = ("risk", "how_it_happens", "who_is_harmed", "evidence", "evidence_note")
    said = [cell(table.column(name), entry.row.get(name)) for name in names]
    return record.row([entry.ref, PRINCIPLE_NAMES[entry.principle].capitalize(), *said], entry.key)


def _matrix(record: Record) -> list[Block]:
    report = record.risks
    if report is None or not report.residual_by_risk:
        return []
    rows = [_matrix_row(record, report, risk) for risk in report.risks if risk.inherent is not None]
    title = "Risks before and after controls"
    table = Table(title=title, columns=list(MATRIX_COLUMNS), rows=rows)
    return [Figure(title=title, chart="risk_matrix", table=table)]


def _matrix_row(record: Record, report: EthicalRiskReport, risk: Risk) -> Row:
    left = report.residual_by_risk[risk.ref]
    cells = [
        risk.ref,
        figure(risk.severity),
        figure(risk.likelihood),
        level_name(risk.inherent),
        figure(left.severity),
        figure(left.likelihood),
        level_name(left.level),
    ]
    return record.row(cells, PRINCIPLE_QUESTIONS[risk.principle], "S5-09")


def _levels(record: Record) -> list[Block]:
    report, answer = record.risks, record.usable("S5-10")
    if report is None or all(row.final is None for row in report.residual_by_principle.values()):
        return answer_blocks(record, "S5-10")
    rows = [
        record.row(
            [
                PRINCIPLE_NAMES[principle].capitalize(),
                level_name(row.computed),
                level_name(row.stated),
                level_name(row.final),
            ],
            PRINCIPLE_QUESTIONS[principle],
            "S5-09",
            "S5-10",
        )
        for principle, row in report.residual_by_principle.items()
    ]
    blocks: list[Block] = [
        Table(title="Remaining risk by principle", columns=list(LEVEL_COLUMNS), rows=rows)
    ]
    if answer is None:
        return blocks + answer_blocks(record, "S5-10")
    reason = record.answers.text("S5-10")
    if reason:
        blocks.append(
            Paragraph(title="Why so much is left", statements=[record.state(reason, "S5-10")])
        )
    return blocks
