"""The single deeds that a charter recommends, each from the answer that calls for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from charters.particulars import Recommendation
from charters.sections.cells import label
from charters.sections.dangers import finding_items
from charters.sections.record import Record
from charters.sections.wording import ended
from interviews.answerset import AnswerState
from interviews.deliverables import reading
from interviews.deliverables.ethical_risk_report import Mitigation

#: A data dimension below this gets its fix recommended before building.
FIX_BELOW = 7


def before_build(record: Record) -> list[Recommendation]:
    """What must be settled before money is spent on building."""
    return [
        *_blockers(record),
        *_access(record),
        *_fixes(record),
        *_gaps(record),
        *_assessments(record),
    ]


def during_build(record: Record) -> list[Recommendation]:
    """What is made while the model is built."""
    return [*_labelling(record), *_infrastructure(record), *_controls(record, "planned")]


def before_go_live(record: Record) -> list[Recommendation]:
    """What must stand before the first person is affected."""
    return [
        *_controls(record, "built"),
        *_unknowns(record),
        *_first_test(record),
        *_stop_rule(record),
    ]


def _deed(
    record: Record, action: str, owner: str, due: date | str | None, *keys: str
) -> Recommendation:
    return Recommendation(
        action=ended(action), owner=owner, due=reading.day(due), sources=record.sources(*keys)
    )


def _blockers(record: Record) -> Iterator[Recommendation]:
    for finding in record.findings:
        if finding.is_open and finding.severity == "BLOCKER":
            action = finding.how_to_fix or f"Settle {finding.rule_id}: {finding.message}"
            yield _deed(record, action, "", None, *finding_items(finding))


def _access(record: Record) -> Iterator[Recommendation]:
    for source in record.data.data_sources if record.data else []:
        if source.access_status in ("requested", "unknown"):
            yield _deed(record, f"Obtain access to {source.name}", source.owner, None, "S3-01")


def _fixes(record: Record) -> Iterator[Recommendation]:
    critical = {source.name for source in record.data.critical_sources} if record.data else set()
    for row in record.data.quality_assessments if record.data else []:
        is_weak = row.counted_rating is not None and row.counted_rating < FIX_BELOW
        if is_weak and row.fix and row.source in critical:
            action = f"{label(row.dimension)} of {row.source}: {row.fix}"
            yield _deed(record, action, "", row.fix_due, "S3-04")


def _gaps(record: Record) -> Iterator[Recommendation]:
    for gap in record.data.gaps_to_close if record.data else []:
        yield _deed(record, f"Close the data gap: {gap.gap}", gap.owner, None, "S3-05")


def _assessments(record: Record) -> Iterator[Recommendation]:
    question = record.protocol.question("S5-03")
    for row in record.risks.assessments if record.risks else []:
        if row.status in ("planned", "running"):
            name = question.table.column("assessment").option_label(row.assessment)
            yield _deed(record, f"Finish the assessment: {name}", row.owner, row.date, "S5-03")


def _labelling(record: Record) -> Iterator[Recommendation]:
    strategy = record.data.label_strategy if record.data else None
    if strategy and strategy.plan:
        action = (
            f"Label the data as planned. Quality check: {strategy.plan.qa_process or 'not said'}"
        )
        yield _deed(record, action, strategy.plan.annotators, None, "S3-07")


def _infrastructure(record: Record) -> Iterator[Recommendation]:
    for area in record.data.missing_infrastructure if record.data else []:
        if area.gap:
            yield _deed(record, f"{label(area.area)}: {area.gap}", "", None, "S3-09")


def _controls(record: Record, status: str) -> Iterator[Recommendation]:
    says = {"planned": "Build the control for {}: {}", "built": "Test the control for {}: {}"}
    for row in record.risks.mitigations if record.risks else []:
        if _standing(row) == status:
            action = says[status].format(row.risk_ref, row.control)
            yield _deed(record, action, row.owner, row.due_date, "S5-09")


def _standing(control: Mitigation) -> str | None:
    """Tested without evidence counts as built; transferring and accepting need no deed."""
    if control.kind in ("transfer", "accept"):
        return None
    if control.status == "tested":
        return None if control.as_control.is_tested else "built"
    return control.status


def _unknowns(record: Record) -> Iterator[Recommendation]:
    for key in record.with_state(AnswerState.UNKNOWN):
        owner, due = record.owner_and_due(key)
        title = record.protocol.question(key).title
        yield _deed(record, f"Answer the open question: {title}", owner, due, key)


def _first_test(record: Record) -> Iterator[Recommendation]:
    plan = record.people.adoption_plan if record.people else None
    first = plan.first_test if plan else None
    if plan and first and first.users:
        yield _deed(
            record, f"Run the first test: {first.users}", plan.champion, first.start, "S4-12"
        )


def _stop_rule(record: Record) -> Iterator[Recommendation]:
    plan = record.risks.governance_plan if record.risks else None
    if plan and plan.stop_triggers:
        action = f"Rehearse switching off. It is due on: {'; '.join(plan.stop_triggers)}"
        yield _deed(record, action, plan.who_can_stop, None, "S5-14")
