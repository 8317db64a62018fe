"""The metric alignment matrix links figures, prices errors and computes the margin."""

from __future__ import annotations

import pytest

from interviews.answerset import AnswerSet, AnswerState
from interviews.deliverables import MetricAlignmentMatrix, build
from interviews.deliverables.metric_alignment_matrix import net_3y, payback_months
from tests.builders.answers import consistent_answers, in_state, with_value, without_field


def matrix(answers: AnswerSet) -> MetricAlignmentMatrix:
    made = build("metric_alignment_matrix", answers)
    assert isinstance(made, MetricAlignmentMatrix)
    return made


def test_the_guides_example_pays_back_in_two_point_seven_years():
    assert payback_months(120_000, 22_000, 66_000) == 32.7
    assert net_3y(120_000, 22_000, 66_000) == 12_000


@pytest.mark.parametrize("benefit", [22_000, 10_000])
def test_a_benefit_that_only_pays_the_running_never_pays_back(benefit):
    assert payback_months(120_000, 22_000, benefit) is None


def test_the_margin_is_what_the_action_window_leaves():
    assert matrix(consistent_answers()).timing.margin_s == 4 * 3600 - 180 - 4 - 1200


def test_there_is_no_margin_while_a_duration_is_missing():
    answers = without_field(consistent_answers(), "S2-09", "data_latency")

    assert matrix(answers).timing.margin_s is None


def test_a_margin_may_be_negative():
    answers = with_value(
        consistent_answers(), "S2-09", "action_window", {"value": 10, "unit": "min"}
    )

    assert matrix(answers).timing.margin_s == 600 - 1384


def test_all_five_letters_of_smart_are_met_by_a_complete_figure():
    smart = matrix(consistent_answers()).primary_kpi.smart

    assert set(smart.model_dump().values()) == {True}


@pytest.mark.parametrize(
    ("letter", "spoil"),
    [
        ("specific", lambda it: without_field(it, "S2-01", 0, "definition")),
        ("measurable", lambda it: without_field(it, "S2-01", 0, "data_source")),
        ("achievable", lambda it: in_state(it, AnswerState.ESCALATED, "S2-02")),
        ("relevant", lambda it: with_value(it, "S2-06", (0, "kpi"), "Something else")),
        ("time_bound", lambda it: without_field(it, "S2-01", 0, "target_date")),
    ],
)
def test_a_letter_of_smart_is_lost_with_what_it_stands_for(letter, spoil):
    smart = matrix(spoil(consistent_answers())).primary_kpi.smart.model_dump()

    assert [name for name, is_met in smart.items() if not is_met] == [letter]


def test_the_matrix_links_a_figure_only_to_the_measures_of_its_pathways():
    made = matrix(consistent_answers())
    answers = with_value(consistent_answers(), "S2-06", None, [])

    assert made.alignment[made.primary_kpi.name][made.primary_metric.metric] is True
    assert not any(any(row.values()) for row in matrix(answers).alignment.values())


def test_error_costs_are_compared_only_in_the_same_unit():
    costs = {
        "false_alarm_cost": 12,
        "false_alarm_cost_unit": "EUR",
        "miss_cost": 300,
        "miss_cost_unit": "eur",
        "preferred_error": "false_alarm",
        "text": "why",
    }
    same = with_value(consistent_answers(), "S2-05", None, costs)
    other = with_value(same, "S2-05", "miss_cost_unit", "days in hospital")

    assert matrix(same).error_cost_profile.ratio == 25
    assert matrix(other).error_cost_profile.ratio is None
