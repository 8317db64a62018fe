"""Whether the project can be done at all, with every reason and the answers it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from charters.particulars import FeasibilityLevel, FindingEntry
from interviews.consistency.archetypes import CAN_DO_WITHOUT_LABELS
from interviews.consistency.measures import later, total
from interviews.consistency.work import costs, lacks_labels, lead_times
from interviews.deliverables import (
    DataQualityScorecard,
    MetricAlignmentMatrix,
    ProblemStatement,
)

#: Worst first; the worst level that has a reason is the overall one.
LEVELS: tuple[FeasibilityLevel, ...] = ("NOT_FEASIBLE", "LOW", "MEDIUM", "HIGH")

MAJORS_FOR_LOW = 3
CONFIDENCE_FLOOR = 0.7


@dataclass(frozen=True)
class Case:
    """What feasibility is judged on; a deliverable that is not there raises no reason."""

    problem: ProblemStatement | None
    success: MetricAlignmentMatrix | None
    data: DataQualityScorecard | None
    findings: Sequence[FindingEntry]
    confidence: Mapping[str, float | None]
    as_of: date
    #: Questions whose answers are unknown, escalated or provisional.
    weak_items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One sentence, the level it forces, and the questions it comes from."""

    level: FeasibilityLevel
    text: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Feasibility:
    overall: FeasibilityLevel
    reasons: tuple[Reason, ...]


def judge(case: Case) -> Feasibility:
    """The overall feasibility: the worst level that any reason forces, HIGH without one."""
    reasons = sorted(
        (reason for look in _LOOKS for reason in look(case)),
        key=lambda reason: LEVELS.index(reason.level),
    )
    return Feasibility(reasons[0].level if reasons else "HIGH", tuple(reasons))


def overall_confidence(confidence: Mapping[str, float | None]) -> float | None:
    """The mean over the stages that have a figure."""
    known = [figure for figure in confidence.values() if figure is not None]
    return round(fmean(known), 4) if known else None


def total_cost(success: MetricAlignmentMatrix | None, data: DataQualityScorecard | None) -> float:
    """Everything to be paid until go-live: building, labels, data gaps and infrastructure."""
    case = success.financial_case if success else None
    plan = data.labelling_plan if data else None
    found = costs(
        building=case.cost_build if case else None,
        labelling=plan.total_cost if plan else None,
        gaps=(gap.cost for gap in data.gaps_to_close) if data else (),
        technology=(area.cost for area in data.missing_infrastructure) if data else (),
    )
    return total(found.values())


def lead_time_weeks(data: DataQualityScorecard | None) -> float:
    """Weeks before building on the data can be finished: labels, gaps, then infrastructure."""
    return total(weeks_by_kind(data).values())


def weeks_by_kind(data: DataQualityScorecard | None) -> dict[str, float]:
    """Weeks of labelling, of closing gaps and of technology, where there are any."""
    if data is None:
        return {}
    plan = data.labelling_plan
    return lead_times(
        labelling=plan.weeks if plan else None,
        gaps=(gap.lead_time_weeks for gap in data.gaps_to_close),
        technology=(area.lead_time_weeks for area in data.missing_infrastructure),
    )


def _labels(case: Case) -> Iterator[Reason]:
    strategy = case.data.label_strategy if case.data else None
    if strategy is None:
        return
    archetype = case.problem.ml_archetype if case.problem else None
    if strategy.origin == "none_needed" and archetype and archetype not in CAN_DO_WITHOUT_LABELS:
        yield Reason(
            "NOT_FEASIBLE",
            "The task learns from right answers, but none are planned.",
            ("S3-06", "S1-09"),
        )
    plan = strategy.plan
    if lacks_labels(strategy.origin, plan.labels_needed if plan else None):
        yield Reason(
            "NOT_FEASIBLE",
            "Right answers must be labelled, but there is no plan for it.",
            ("S3-06", "S3-07"),
        )


def _inputs(case: Case) -> Iterator[Reason]:
    for row in case.problem.input_features if case.problem else []:
        if row.essential and row.available_at_prediction == "no" and not row.substitute.strip():
            yield Reason(
                "NOT_FEASIBLE",
                f"The essential input “{row.name}” is not there when the model must answer, "
                "and nothing replaces it.",
                ("S1-07",),
            )


def _timing(case: Case) -> Iterator[Reason]:
    timing = case.success.timing if case.success else None
    if timing and timing.margin_s is not None and timing.margin_s <= 0:
        yield Reason("NOT_FEASIBLE", "The answer comes too late to act on it.", ("S2-09",))


def _access(case: Case) -> Iterator[Reason]:
    for source in case.data.critical_sources if case.data else []:
        if source.access_status == "refused":
            yield Reason(
                "NOT_FEASIBLE",
                f"Access to the critical source “{source.name}” was refused.",
                ("S3-01",),
            )


def _errors(case: Case) -> Iterator[Reason]:
    # Every archetype is statistical: each of them is wrong now and then.
    if case.problem and case.problem.error_tolerance == "none" and case.problem.ml_archetype:
        yield Reason(
            "NOT_FEASIBLE",
            "No error is tolerated, but a learned model is sometimes wrong.",
            ("S1-05", "S1-09"),
        )


def _data_quality(case: Case) -> Iterator[Reason]:
    levels: dict[str, FeasibilityLevel] = {"poor": "LOW", "fair": "MEDIUM"}
    if case.data and case.data.band in levels:
        level = levels[case.data.band]
        yield Reason(level, f"Data quality is {case.data.band}.", ("S3-04", "S3-01"))


def _contradictions(case: Case) -> Iterator[Reason]:
    found = [
        row
        for row in case.findings
        if row.is_open and row.severity == "MAJOR" and row.is_cross_stage
    ]
    if found:
        rules = ", ".join(row.rule_id for row in found)
        items = tuple(dict.fromkeys(item for row in found for item in row.answer_ids))
        yield Reason(
            "LOW" if len(found) >= MAJORS_FOR_LOW else "MEDIUM",
            f"Contradictions between answers are still open: {rules}.",
            items,
        )


def _cost(case: Case) -> Iterator[Reason]:
    budget = case.problem.budget_total if case.problem else None
    if budget is not None and total_cost(case.success, case.data) > budget:
        yield Reason(
            "LOW",
            "Building, labels, data gaps and infrastructure cost more than the budget.",
            ("S1-11", "S2-03", "S3-05", "S3-07", "S3-09"),
        )


def _lead_times(case: Case) -> Iterator[Reason]:
    go_live = case.problem.go_live_date if case.problem else None
    if go_live and later(case.as_of, 7 * lead_time_weeks(case.data)) > go_live:
        yield Reason(
            "MEDIUM",
            "Labels, data gaps and infrastructure take longer than the time to go-live.",
            ("S1-11", "S3-05", "S3-07", "S3-09"),
        )


def _confidence(case: Case) -> Iterator[Reason]:
    found = overall_confidence(case.confidence)
    if found is not None and found < CONFIDENCE_FLOOR:
        yield Reason(
            "MEDIUM",
            "Too many answers are unknown, escalated or provisional to be confident.",
            case.weak_items or ("S1-01",),
        )


_LOOKS: tuple[Callable[[Case], Iterator[Reason]], ...] = (
    _labels,
    _inputs,
    _timing,
    _access,
    _errors,
    _data_quality,
    _contradictions,
    _cost,
    _lead_times,
    _confidence,
)
