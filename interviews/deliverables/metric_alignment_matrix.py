"""Stage 2: which business figures must move, and how the model moves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from interviews.answerset import AnswerSet
from interviews.consistency.case import metric_name
from interviews.consistency.limits import margin_s
from interviews.consistency.metrics import metric_family
from interviews.consistency.smart import leads_to, smart_letters
from interviews.deliverables import reading
from interviews.deliverables.reading import Part

SOURCES = tuple(f"S2-{number:02d}" for number in range(1, 11))


class Smart(Part):
    specific: bool
    measurable: bool
    achievable: bool
    relevant: bool
    time_bound: bool


class BusinessKpi(Part):
    name: str
    definition: str
    unit: str
    direction: str | None
    baseline_value: float | None
    baseline_period: str
    target_value: float | None
    target_date: date | None
    data_source: str
    owner: str
    measure_every_days: float | None
    is_primary: bool
    smart: Smart


class FinancialCase(Part):
    cost_build: float | None
    cost_run_annual: float | None
    benefit_low: float | None
    benefit_expected: float | None
    benefit_high: float | None
    currency: str
    payback_months: float | None
    net_3y: float | None


class ModelMetric(Part):
    metric: str
    family: str | None
    role: str | None
    comparator: str | None
    threshold: float | None
    unit: str
    baseline_value: float | None
    evaluated_on: str
    live_measurement: str


class ErrorCostProfile(Part):
    false_alarm_cost: float | None
    miss_cost: float | None
    preferred_error: str | None
    ratio: float | None


class CausalPathway(Part):
    model_metric: str
    kpi: str
    steps: str
    assumptions: list[str]
    failure_modes: list[str]
    proxy_risk: str


class TradeOff(Part):
    give_up: str
    in_exchange_for: str
    limit: str
    decided_by: str


class ImpactValidationPlan(Part):
    method: str | None
    unit: str
    duration_days: float | None
    smallest_effect: str
    decision_rule: str


class Timing(Part):
    action_window_s: float | None
    data_latency_s: float | None
    prediction_latency_s: float | None
    human_reaction_s: float | None
    frequency_s: float | None
    margin_s: float | None


class ActionPlan(Part):
    text: str
    owner_role: str
    capacity_per_day: float | None
    expected_outputs_per_day: float | None


class MetricAlignmentMatrix(Part):
    """What stage 2 ends in."""

    business_kpis: list[BusinessKpi]
    kpi_rationale: str
    confounders: list[str]
    financial_case: FinancialCase | None
    model_metrics: list[ModelMetric]
    error_cost_profile: ErrorCostProfile | None
    causal_pathways: list[CausalPathway]
    #: KPI -> model metric -> whether a pathway links them.
    alignment: dict[str, dict[str, bool]]
    trade_offs: list[TradeOff]
    impact_validation_plan: ImpactValidationPlan | None
    timing: Timing | None
    action_plan: ActionPlan | None

    @property
    def primary_kpi(self) -> BusinessKpi | None:
        return next((kpi for kpi in self.business_kpis if kpi.is_primary), None)

    @property
    def primary_metric(self) -> ModelMetric | None:
        return next((metric for metric in self.model_metrics if metric.role == "primary"), None)


def build(answers: AnswerSet) -> MetricAlignmentMatrix:
    """The metric alignment matrix as far as it has been answered."""
    chains = reading.rows(answers, "S2-06")
    pathways = [_pathway(row) for row in chains]
    kpis = [
        BusinessKpi.read(row, smart=Smart(**smart_letters(row, answers, chains)))
        for row in reading.rows(answers, "S2-01")
    ]
    metrics = [_metric(row) for row in reading.rows(answers, "S2-04")]
    return MetricAlignmentMatrix(
        business_kpis=kpis,
        kpi_rationale=answers.text("S2-02"),
        confounders=reading.words(answers.value("S2-02", "confounders")),
        financial_case=_financial_case(answers.value("S2-03"), answers.currency()),
        model_metrics=metrics,
        error_cost_profile=_error_costs(answers.value("S2-05")),
        causal_pathways=pathways,
        alignment=_alignment(kpis, metrics, pathways),
        trade_offs=[TradeOff.read(row) for row in reading.rows(answers, "S2-07")],
        impact_validation_plan=_impact_test(answers.value("S2-08")),
        timing=_timing(answers.value("S2-09")),
        action_plan=_action_plan(answers.value("S2-10")),
    )


def payback_months(
    build_cost: float | None, run_cost: float | None, benefit: float | None
) -> float | None:
    """Months until the likely yearly gain has paid the build; None when it never does."""
    if build_cost is None or run_cost is None or benefit is None or benefit <= run_cost:
        return None
    return round(build_cost / (benefit - run_cost) * 12, 1)


def net_3y(build_cost: float | None, run_cost: float | None, benefit: float | None) -> float | None:
    """What is left of three likely years after building and running."""
    if build_cost is None or run_cost is None or benefit is None:
        return None
    return round(3 * (benefit - run_cost) - build_cost, 2)


def _error_costs(value: Any) -> ErrorCostProfile | None:
    if not isinstance(value, Mapping):
        return None
    false_alarm = reading.number(value.get("false_alarm_cost"))
    miss = reading.number(value.get("miss_cost"))
    return ErrorCostProfile(
        false_alarm_cost=false_alarm,
        miss_cost=miss,
        preferred_error=reading.word(value.get("preferred_error")),
        ratio=_ratio(miss, false_alarm) if _same_unit(value) else None,
    )


def _same_unit(value: Mapping[str, Any]) -> bool:
    # A ratio of nurse-minutes to intensive-care days would be a number without meaning.
    false_alarm, miss = value.get("false_alarm_cost_unit"), value.get("miss_cost_unit")
    return reading.fold(false_alarm) == reading.fold(miss)


def _ratio(miss: float | None, false_alarm: float | None) -> float | None:
    return round(miss / false_alarm, 2) if false_alarm and miss is not None else None


def _alignment(
    kpis: list[BusinessKpi], metrics: list[ModelMetric], pathways: list[CausalPathway]
) -> dict[str, dict[str, bool]]:
    return {
        kpi.name: {
            metric.metric: any(
                leads_to(path.kpi, kpi.name) and _is_about(path, metric) for path in pathways
            )
            for metric in metrics
        }
        for kpi in kpis
    }


def _is_about(path: CausalPathway, metric: ModelMetric) -> bool:
    """A pathway may name the measure by its token, its label or the words of "other"."""
    is_same_family = metric.family is not None and metric_family(path.model_metric) == metric.family
    return is_same_family or reading.same_name(path.model_metric, metric.metric)


def _timing(value: Any) -> Timing | None:
    if not isinstance(value, Mapping):
        return None
    return Timing(
        action_window_s=reading.seconds(value.get("action_window")),
        data_latency_s=reading.seconds(value.get("data_latency")),
        prediction_latency_s=reading.seconds(value.get("prediction_latency")),
        human_reaction_s=reading.seconds(value.get("human_reaction_time")),
        frequency_s=reading.seconds(value.get("prediction_frequency")),
        margin_s=margin_s(value),
    )


def _metric(row: Mapping[str, Any]) -> ModelMetric:
    name = metric_name(row)
    return ModelMetric.read(row, metric=name, family=metric_family(name))


def _pathway(row: Mapping[str, Any]) -> CausalPathway:
    return CausalPathway.read(row, steps=" → ".join(reading.words(row.get("steps"))))


def _financial_case(value: Any, currency: str) -> FinancialCase | None:
    if not isinstance(value, Mapping):
        return None
    figures = [
        reading.number(value.get(name))
        for name in ("cost_build", "cost_run_annual", "benefit_expected")
    ]
    return FinancialCase.read(
        value,
        currency=currency,
        payback_months=payback_months(*figures),
        net_3y=net_3y(*figures),
    )


def _impact_test(value: Any) -> ImpactValidationPlan | None:
    if not isinstance(value, Mapping):
        return None
    return ImpactValidationPlan.read(value, duration_days=reading.days(value.get("duration")))


def _action_plan(value: Any) -> ActionPlan | None:
    if not isinstance(value, Mapping):
        return None
    return ActionPlan.read(value, owner_role=reading.text(value.get("action_owner_role")))
