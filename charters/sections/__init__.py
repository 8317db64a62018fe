"""The sections of a charter, in the order in which a board reads them.

0 (cover), 2 (governance decision), 14 (references) and 15 (approvals) are not made of
answers: the page and the exports add them around this content.
"""

from __future__ import annotations

from charters.sections.dangers import dangers_section
from charters.sections.data import data_assessment
from charters.sections.factors import factors_section
from charters.sections.loose_ends import loose_ends_section
from charters.sections.people import operations, user_context
from charters.sections.plan import plan_section
from charters.sections.record import Record
from charters.sections.risk import ethical_risk
from charters.sections.strategy import problem_definition, strategic_alignment
from charters.sections.success import success_and_metric_alignment
from charters.sections.summary import summary_section
from charters.statements import Section

WRITERS = (
    summary_section,
    strategic_alignment,
    problem_definition,
    success_and_metric_alignment,
    data_assessment,
    user_context,
    ethical_risk,
    operations,
    factors_section,
    dangers_section,
    plan_section,
    loose_ends_section,
)


def write_sections(record: Record) -> list[Section]:
    """Sections 1 and 3 to 13."""
    return [write(record) for write in WRITERS]
