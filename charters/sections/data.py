"""Section 6: which data there is, how good it is, and whether it may be used."""

from __future__ import annotations

from charters.sections.blocks import answer_blocks
from charters.sections.cells import EMPTY, figure, label, share
from charters.sections.record import Record
from charters.statements import Block, Figure, Paragraph, Section, Statement, Table
from interviews.consistency.ratings import DIMENSIONS

QUALITY_ITEMS = ("S3-04", "S3-01")


def data_assessment(record: Record) -> Section:
    """Section 6."""
    blocks = answer_blocks(record, "S3-01")
    blocks += _quality(record)
    blocks += answer_blocks(
        record, "S3-04", "S3-02", "S3-03", "S3-05", "S3-06", "S3-07", "S3-08", "S3-09", "S3-10"
    )
    blocks += _totals(record)
    return Section(key="data_assessment", number=6, title="Data assessment", blocks=blocks)


def _quality(record: Record) -> list[Block]:
    card = record.data
    if card is None or not card.dimension_scores:
        return []
    rows = [
        record.row([label(name), figure(card.dimension_scores.get(name))], *QUALITY_ITEMS)
        for name in DIMENSIONS
    ]
    table = Table(
        title="Data quality by dimension", columns=["Dimension", "Lowest counted rating"], rows=rows
    )
    blocks: list[Block] = [
        Figure(title="Data quality by dimension", chart="data_quality", table=table)
    ]
    if card.overall_score is not None:
        text = f"Overall data quality is {share(card.overall_score)}: {card.band or EMPTY}."
        blocks.append(Paragraph(statements=[record.state(text, *QUALITY_ITEMS)]))
    return blocks


def _totals(record: Record) -> list[Block]:
    card = record.data
    if card is None:
        return []
    statements: list[Statement] = []
    plan = card.label_strategy.plan if card.label_strategy else None
    if plan and plan.total_cost is not None:
        text = f"Labelling costs {figure(plan.total_cost, plan.currency)} in all."
        statements.append(record.state(text, "S3-07"))
    if card.fair_assessment and card.fair_assessment.maturity:
        text = f"Stewardship maturity is {card.fair_assessment.maturity}."
        statements.append(record.state(text, "S3-08"))
    if card.data_readiness:
        text = f"Readiness of the data: {label(card.data_readiness).lower()}."
        statements.append(record.state(text, "S3-04", "S3-01", "S3-05"))
    return (
        [Paragraph(title="What follows for the data", statements=statements)] if statements else []
    )
