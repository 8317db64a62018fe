"""Sections 7 and 9: the people around the system, and how it is looked after."""

from __future__ import annotations

from charters.sections.blocks import answer_blocks
from charters.sections.record import Record
from charters.statements import Block, Paragraph, Section

EXPLANATION_MINIMUM = {
    "none": "No explanation is required at this criticality.",
    "case": "At this criticality the decision-maker must see why this case got its result.",
    "overall_case_confidence": (
        "At this criticality people must see how the system works overall, why this case got its "
        "result and how sure it is; affected persons get a plain reason."
    ),
}


def user_context(record: Record) -> Section:
    """Section 7."""
    blocks = answer_blocks(record, "S4-01", "S4-02", "S4-03", "S4-04", "S4-05", "S4-06", "S4-07")
    blocks += _explanation(record)
    blocks += answer_blocks(record, "S4-08", "S4-09", "S4-10", "S4-11", "S4-12")
    return Section(key="user_context", number=7, title="User context", blocks=blocks)


def _explanation(record: Record) -> list[Block]:
    level = record.people.required_explanation_level if record.people else None
    if level is None:
        return []
    return [Paragraph(statements=[record.state(EXPLANATION_MINIMUM[level], "S4-07")])]


def operations(record: Record) -> Section:
    """Section 9."""
    blocks = answer_blocks(record, "S5-12", "S5-13", "S5-14")
    return Section(key="operations", number=9, title="Operations", blocks=blocks)
