"""Sections 3 and 4: what the organization wants, and the problem a model would solve."""

from __future__ import annotations

from collections.abc import Iterator

from charters.sections.blocks import answer_blocks
from charters.sections.cells import EMPTY, figure, label
from charters.sections.record import Record
from charters.statements import Block, Paragraph, Section, Statement, StatementList, Table
from interviews.deliverables.metric_alignment_matrix import Smart


def strategic_alignment(record: Record) -> Section:
    """Section 3."""
    blocks: list[Block] = answer_blocks(record, "S1-01", "S1-02", "S1-03")
    blocks += _objective(record)
    blocks += answer_blocks(record, "S2-01")
    blocks += _smart_table(record)
    blocks += answer_blocks(record, "S2-02", "S2-03")
    blocks += _value_case(record)
    return Section(key="strategic_alignment", number=3, title="Strategic alignment", blocks=blocks)


def _objective(record: Record) -> list[Block]:
    if record.problem is None or not record.problem.business_objective:
        return []
    keys = ("S2-01", "S1-03") if record.usable("S2-01") else ("S1-03",)
    sentence = record.state(record.problem.business_objective, *keys)
    return [Paragraph(title="Business objective", statements=[sentence])]


def _smart_table(record: Record) -> list[Block]:
    kpis = record.success.business_kpis if record.success else []
    if not kpis:
        return []
    letters = list(Smart.model_fields)
    rows = [
        record.row(
            [kpi.name, *("Yes" if getattr(kpi.smart, letter) else "No" for letter in letters)],
            "S2-01",
            "S2-02",
            "S2-06",
        )
        for kpi in kpis
    ]
    columns = ["Business figure", *(label(letter) for letter in letters)]
    return [Table(title="Are the targets SMART", columns=columns, rows=rows)]


def _value_case(record: Record) -> list[Block]:
    case = record.success.financial_case if record.success else None
    if case is None:
        return []
    statements: list[Statement] = []
    if case.payback_months is not None:
        text = f"At the likely benefit the build pays back in {figure(case.payback_months)} months."
        statements.append(record.state(text, "S2-03"))
    elif case.benefit_expected is not None and case.cost_run_annual is not None:
        text = "At the likely benefit the build never pays back."
        statements.append(record.state(text, "S2-03"))
    if case.net_3y is not None:
        text = f"After three years the net value is {figure(case.net_3y, case.currency)}."
        statements.append(record.state(text, "S2-03", "S1-02"))
    return [Paragraph(title="Payback and net value", statements=statements)] if statements else []


def problem_definition(record: Record) -> Section:
    """Section 4."""
    blocks = answer_blocks(record, "S1-05", "S1-04", "S1-06", "S1-07")
    blocks += _availability(record)
    blocks += answer_blocks(record, "S1-08", "S1-09")
    blocks += _suggestion(record)
    blocks += answer_blocks(record, "S1-10", "S1-11", "S1-12")
    return Section(key="problem_definition", number=4, title="Problem definition", blocks=blocks)


def _availability(record: Record) -> list[Block]:
    found = record.problem.feature_availability if record.problem else None
    if found is None:
        return []
    if found.all_available and not found.slow and not found.manual:
        texts = ["Every listed input exists when the model must answer."]
    else:
        texts = list(_availability_gaps(found.model_dump()))
    items = [record.state(text, "S1-07") for text in texts]
    return [StatementList(title="Inputs when the model must answer", items=items)]


def _availability_gaps(found: dict[str, list[str]]) -> Iterator[str]:
    says = {
        "unavailable": "Not available at that moment: {}.",
        "unsure": "Availability not certain: {}.",
        "slow": "Slow to read: {}.",
        "manual": "Entered by hand: {}.",
    }
    for name, sentence in says.items():
        if found[name]:
            yield sentence.format(", ".join(found[name]))


def _suggestion(record: Record) -> list[Block]:
    if record.problem is None or not record.problem.archetype_conflict:
        return []
    suggested = label(record.problem.archetype_suggested).lower() or EMPTY
    text = f"The inputs and the output suggest another kind of task: {suggested}."
    return [Paragraph(statements=[record.state(text, "S1-07", "S1-08", "S1-09")])]
