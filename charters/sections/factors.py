"""Section 10: what must come true for the project to succeed, at most eight factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from charters.particulars import SuccessFactor
from charters.sections.cells import EMPTY, day, figure, label
from charters.sections.record import Record
from charters.sections.wording import ended, kpi_target, metric_bar
from charters.statements import Block, Section, Table
from interviews.consistency.measures import say_duration
from interviews.risk import PRINCIPLE_QUESTIONS

MOST = 8


def critical_success_factors(record: Record) -> list[SuccessFactor]:
    """The most telling promises of the answers, in the order a board asks for them."""
    return [factor for look in _LOOKS for factor in look(record)][:MOST]


def factors_section(record: Record) -> Section:
    """Section 10."""
    rows = [
        record.row([factor.text, factor.measure], *(source.item for source in factor.sources))
        for factor in critical_success_factors(record)
    ]
    title = "Critical success factors"
    table = Table(title=title, columns=["What must come true", "How it is measured"], rows=rows)
    blocks: list[Block] = [table] if rows else []
    return Section(key="critical_success_factors", number=10, title=title, blocks=blocks)


def _factor(record: Record, text: str, measure: str | None, *keys: str) -> SuccessFactor:
    sentence = ended(text[:1].upper() + text[1:])
    return SuccessFactor(text=sentence, measure=measure or EMPTY, sources=record.sources(*keys))


def _primary_kpi(record: Record) -> Iterator[SuccessFactor]:
    kpi = record.success.primary_kpi if record.success else None
    if kpi:
        yield _factor(record, kpi_target(kpi), kpi.data_source, "S2-01")


def _primary_metric(record: Record) -> Iterator[SuccessFactor]:
    metric = record.success.primary_metric if record.success else None
    if metric:
        measure = metric.live_measurement or metric.evaluated_on
        yield _factor(record, metric_bar(record, metric), measure, "S2-04")


def _data_fix(record: Record) -> Iterator[SuccessFactor]:
    card = record.data
    critical = {source.name for source in card.critical_sources} if card else set()
    rows = [
        row
        for row in (card.quality_assessments if card else [])
        if row.fix and row.counted_rating is not None and row.source in critical
    ]
    worst = min(rows, key=lambda row: row.counted_rating or 0, default=None)
    if worst:
        measure = f"{label(worst.dimension)} of {worst.source}"
        yield _factor(record, f"The data gets better: {worst.fix}", measure, "S3-04")


def _human_control(record: Record) -> Iterator[SuccessFactor]:
    process = record.people.decision_process if record.people else None
    if process and process.has_override:
        roles = ", ".join(process.override_roles)
        measure = "Every override is recorded" if process.override_logged else None
        yield _factor(record, f"{roles} can overrule the system", measure, "S4-05")


def _timing(record: Record) -> Iterator[SuccessFactor]:
    timing = record.success.timing if record.success else None
    if timing and timing.margin_s is not None and timing.margin_s > 0:
        text = f"Answers come in time, with a margin of {say_duration(timing.margin_s)}"
        yield _factor(record, text, None, "S2-09")


def _capacity(record: Record) -> Iterator[SuccessFactor]:
    plan = record.success.action_plan if record.success else None
    if plan and plan.owner_role and plan.capacity_per_day is not None:
        text = f"{plan.owner_role} can act on {figure(plan.capacity_per_day)} cases a day"
        yield _factor(record, text, None, "S2-10")


def _top_control(record: Record) -> Iterator[SuccessFactor]:
    report = record.risks
    rated = [risk for risk in (report.risks if report else []) if risk.inherent is not None]
    worst = max(rated, key=lambda risk: risk.inherent or 0, default=None)
    if report is None or worst is None:
        return
    for control in report.controls_of(worst.ref)[:1]:
        measure = control.evidence or (
            f"Done by {day(control.due_date)}" if control.due_date else None
        )
        keys = (PRINCIPLE_QUESTIONS[worst.principle], "S5-09")
        yield _factor(record, f"{worst.ref}: {control.control}", measure, *keys)


def _small_start(record: Record) -> Iterator[SuccessFactor]:
    plan = record.people.adoption_plan if record.people else None
    if plan and plan.stop_rule:
        yield _factor(record, f"The roll-out stops in time: {plan.stop_rule}", None, "S4-12")


def _proof(record: Record) -> Iterator[SuccessFactor]:
    plan = record.success.impact_validation_plan if record.success else None
    if plan and plan.decision_rule:
        text = f"The effect is proven: {plan.decision_rule}"
        yield _factor(record, text, label(plan.method), "S2-08")


_LOOKS: tuple[Callable[[Record], Iterator[SuccessFactor]], ...] = (
    _primary_kpi,
    _primary_metric,
    _data_fix,
    _human_control,
    _timing,
    _top_control,
    _proof,
    _small_start,
    _capacity,
)
