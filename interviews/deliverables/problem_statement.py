"""Stage 1: what goes wrong, why AI, and what exactly the model should answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from interviews.answerset import AnswerSet
from interviews.consistency import archetypes
from interviews.consistency.limits import budget_total, go_live_date
from interviews.consistency.measures import say_date
from interviews.deliverables import reading
from interviews.deliverables.reading import Part

#: The business objective takes its figures from the primary KPI, S2-01.
SOURCES = (*(f"S1-{number:02d}" for number in range(1, 13)), "S2-01")

#: A lookup slower than this (milliseconds) is named as slow.
SLOW_LOOKUP_MS = 1_000


class Alternative(Part):
    approach: str
    kind: str | None
    status: str | None
    result: str
    why_not_enough: str
    is_baseline: bool


class LearnabilityEvidence(Part):
    kinds: list[str]
    text: str


class InputFeature(Part):
    name: str
    meaning: str
    data_type: str | None
    source_system: str
    available_at_prediction: str | None
    essential: bool | None
    access_latency_ms: float | None
    max_age_hours: float | None
    access_method: str | None
    personal_data: str | None
    protected_or_proxy: str | None
    substitute: str


class FeatureAvailability(Part):
    all_available: bool
    unavailable: list[str]
    unsure: list[str]
    slow: list[str]
    manual: list[str]


class TargetOutput(Part):
    name: str
    meaning: str
    unit_of_prediction: str
    output_type: str | None
    possible_values: list[str]
    unit: str
    horizon_s: float | None
    label_delay_days: float | None
    volume_per_day: float | None
    season_length_s: float | None


class ScopeItem(Part):
    item: str
    aspect: str | None
    reason: str


class Assumption(Part):
    statement: str
    how_to_check: str
    owner: str


class Scope(Part):
    in_scope: list[ScopeItem]
    out_of_scope: list[ScopeItem]
    assumptions: list[Assumption]


class Constraint(Part):
    kind: str | None
    detail: str
    hard_or_soft: str | None
    amount: float | None
    unit: str
    date: date | None


class EdgeCase(Part):
    case: str
    share_pct: float | None
    handling: str | None


class ProblemStatement(Part):
    """What stage 1 ends in."""

    business_problem: str
    business_importance: str
    desired_outcome: str
    business_objective: str
    strategic_driver: str | None
    value_at_stake_annual: float | None
    currency: str
    alternatives_considered: list[Alternative]
    ai_necessity_justification: str
    error_tolerance: str | None
    learnability_evidence: LearnabilityEvidence
    input_features: list[InputFeature]
    feature_availability: FeatureAvailability | None
    target_output: TargetOutput | None
    ml_archetype: str | None
    subtask: str | None
    modality: list[str]
    ml_archetype_justification: str
    archetype_suggested: str | None
    archetype_conflict: bool | None
    scope: Scope
    constraints: list[Constraint]
    budget_total: float | None
    go_live_date: date | None
    regulations: list[str]
    edge_cases: list[EdgeCase]


def build(answers: AnswerSet) -> ProblemStatement:
    """The problem statement as far as it has been answered."""
    features = [InputFeature.read(row) for row in reading.rows(answers, "S1-07")]
    constraints = reading.rows(answers, "S1-11")
    return ProblemStatement(
        **_business(answers),
        alternatives_considered=[Alternative.read(row) for row in reading.rows(answers, "S1-04")],
        ai_necessity_justification=answers.text("S1-05"),
        error_tolerance=reading.word(answers.value("S1-05", "error_tolerance")),
        learnability_evidence=LearnabilityEvidence(
            kinds=reading.words(answers.value("S1-06", "evidence")),
            text=answers.text("S1-06"),
        ),
        input_features=features,
        feature_availability=feature_availability(features),
        target_output=_target(answers.value("S1-08")),
        **_archetype(answers),
        scope=_scope(answers),
        constraints=[Constraint.read(row) for row in constraints],
        budget_total=budget_total(constraints),
        go_live_date=go_live_date(constraints),
        regulations=_regulations(constraints),
        edge_cases=[EdgeCase.read(row) for row in reading.rows(answers, "S1-12", "cases")],
    )


def _business(answers: AnswerSet) -> dict[str, Any]:
    return {
        "business_problem": answers.text("S1-01"),
        "business_importance": answers.text("S1-02"),
        "desired_outcome": answers.text("S1-03"),
        "business_objective": business_objective(answers),
        "strategic_driver": reading.word(answers.value("S1-02", "driver")),
        "value_at_stake_annual": reading.number(answers.value("S1-02", "value_at_stake")),
        "currency": answers.currency(),
    }


def business_objective(answers: AnswerSet) -> str:
    """One sentence: measure, from, to, by when; "" until there is a measure."""
    primary = next((row for row in reading.rows(answers, "S2-01") if row.get("is_primary")), {})
    measure = primary.get("name") or answers.value("S1-03", "metric_name")
    if not measure:
        return ""
    unit = f" {primary['unit']}" if primary.get("unit") else ""
    start = reading.number(primary.get("baseline_value"))
    goal = reading.number(primary.get("target_value"))
    by_when = reading.day(primary.get("target_date") or answers.value("S1-03", "target_date"))
    way = reading.word(primary.get("direction") or answers.value("S1-03", "direction"))
    direction = {"up": "Raise", "down": "Lower", "hold": "Hold"}
    verb = direction.get(way or "", "Move")
    parts = [
        f"{verb} {measure}",
        f"from {reading.plain(start)}{unit}" if start is not None else "",
        f"to {reading.plain(goal)}{unit}" if goal is not None else "",
        f"by {say_date(by_when)}" if by_when else "",
    ]
    return " ".join(part for part in parts if part) + "."


def feature_availability(features: list[InputFeature]) -> FeatureAvailability | None:
    """Which inputs exist when the model must answer; None while no input is listed."""
    if not features:
        return None
    return FeatureAvailability(
        all_available=all(row.available_at_prediction == "yes" for row in features),
        unavailable=[row.name for row in features if row.available_at_prediction == "no"],
        unsure=[row.name for row in features if row.available_at_prediction in ("unsure", None)],
        slow=[row.name for row in features if (row.access_latency_ms or 0) > SLOW_LOOKUP_MS],
        manual=[row.name for row in features if row.access_method == "manual"],
    )


def _archetype(answers: AnswerSet) -> dict[str, Any]:
    chosen = reading.word(answers.value("S1-09", "archetype"))
    suggested = archetypes.suggest(answers)
    return {
        "ml_archetype": chosen,
        "subtask": reading.word(answers.value("S1-09", "subtask")),
        "modality": reading.words(answers.value("S1-09", "modality")),
        "ml_archetype_justification": answers.text("S1-09"),
        "archetype_suggested": suggested,
        "archetype_conflict": chosen != suggested if chosen and suggested else None,
    }


def _scope(answers: AnswerSet) -> Scope:
    rows = reading.rows(answers, "S1-10")
    return Scope(
        in_scope=[ScopeItem.read(row) for row in rows if row.get("side") == "in"],
        out_of_scope=[ScopeItem.read(row) for row in rows if row.get("side") == "out"],
        assumptions=[Assumption.read(row) for row in reading.rows(answers, "S1-12", "assumptions")],
    )


def _regulations(constraints: list[dict[str, Any]]) -> list[str]:
    return [
        reading.as_written(row.get("detail"))
        for row in constraints
        if row.get("kind") == "law_regulation"
    ]


def _target(value: Any) -> TargetOutput | None:
    if not isinstance(value, Mapping):
        return None
    return TargetOutput.read(
        value,
        horizon_s=reading.seconds(value.get("horizon")),
        label_delay_days=reading.days(value.get("label_delay")),
        season_length_s=reading.seconds(value.get("season_length")),
    )
