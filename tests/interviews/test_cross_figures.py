"""A figure that rules, deliverables and feasibility need is the same in all of them."""

from __future__ import annotations

from typing import Any

import pytest

from charters.feasibility import lead_time_weeks, total_cost
from interviews.answerset import AnswerSet, AnswerState
from interviews.consistency import case, cross_money, stage_2
from interviews.consistency.types import RulesConfig
from interviews.deliverables import build_all
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import (
    AS_OF,
    consistent_answers,
    in_state,
    with_row,
    with_value,
    without_field,
)
from tests.builders.charters import feasibility_of
from tests.builders.rules import findings

ANSWERS = consistent_answers()
SECOND = {"name": "Second archive", "kind": "files", "critical": True, "access_status": "granted"}


def case_of(answers: AnswerSet) -> case.Case:
    return case.Case(answers, default_protocol(), AS_OF, RulesConfig())


def made(answers: AnswerSet) -> dict[str, Any]:
    return build_all(answers)


def test_half_rated_data_has_no_overall_score_for_anyone() -> None:
    poor = [{**row, "rating": 5, "how_known": "measured"} for row in ANSWERS.rows("S3-04")]
    rated = with_value(ANSWERS, "S3-04", None, poor)
    assert "G3-4" in findings(rated)
    half_rated = with_row(rated, "S3-01", SECOND)
    assert made(half_rated)["data_quality_scorecard"].overall_score is None
    assert "G3-4" not in findings(half_rated)


@pytest.mark.parametrize("state", [state for state in AnswerState if state != "unknown"])
def test_a_figure_misses_the_same_letters_for_the_rule_and_the_matrix(state: AnswerState) -> None:
    answers = in_state(ANSWERS, state, "S2-02")
    kpis = made(answers)["metric_alignment_matrix"].business_kpis
    for row, kpi in zip(answers.rows("S2-01"), kpis, strict=True):
        missed = [name for name, is_met in kpi.smart.model_dump().items() if not is_met]
        assert stage_2.failed_letters(case_of(answers), row) == missed


def test_a_chain_that_spells_the_figure_longer_leads_to_it_for_both() -> None:
    name = ANSWERS.rows("S2-01")[0]["name"]
    answers = with_value(ANSWERS, "S2-06", (0, "kpi"), f"{name} in the whole city")
    matrix = made(answers)["metric_alignment_matrix"]
    assert matrix.business_kpis[0].smart.relevant
    assert any(matrix.alignment[name].values())
    assert "G2-1" not in findings(answers)


def _total_alone() -> AnswerSet:
    unpriced = without_field(ANSWERS, "S3-07", "cost_per_label")
    return with_value(unpriced, "S3-07", "total_cost", 400_000)


@pytest.mark.parametrize("answers", [ANSWERS, _total_alone()], ids=["whole", "total_alone"])
def test_the_work_costs_the_same_for_the_rule_and_for_feasibility(answers: AnswerSet) -> None:
    known, _ = cross_money.known_costs(case_of(answers))
    deliverables = made(answers)
    whole = total_cost(
        deliverables["metric_alignment_matrix"], deliverables["data_quality_scorecard"]
    )
    assert whole == sum(known.values())


def test_a_labelling_total_without_a_price_exceeds_the_budget_for_both() -> None:
    assert "X-15" in findings(_total_alone())
    assert feasibility_of(_total_alone()).overall == "LOW"


def test_a_plan_that_makes_no_labels_is_none_for_both() -> None:
    answers = with_value(ANSWERS, "S3-07", "labels_needed", 0)
    assert "G3-5" in findings(answers)
    assert feasibility_of(answers).overall == "NOT_FEASIBLE"


def test_a_lead_time_beyond_the_calendar_is_too_long_for_both() -> None:
    answers = with_value(ANSWERS, "S3-09", (3, "lead_time_weeks"), 10**12)
    assert "X-07" in findings(answers)
    assert lead_time_weeks(made(answers)["data_quality_scorecard"]) > 10**12
    assert feasibility_of(answers).overall == "MEDIUM"


def test_limits_are_read_once() -> None:
    seen, problem = case_of(ANSWERS), made(ANSWERS)["problem_statement"]
    assert (seen.budget, seen.go_live) == (problem.budget_total, problem.go_live_date)
    assert seen.margin == made(ANSWERS)["metric_alignment_matrix"].timing.margin_s
