"""The ethical risk report computes what is left of each risk and never rates it down."""

from __future__ import annotations

import pytest

from interviews.answerset import AnswerSet
from interviews.deliverables import EthicalRiskReport, build
from tests.builders.answers import (
    consistent_answers,
    with_row,
    with_value,
    without,
    without_field,
)


def report(answers: AnswerSet) -> EthicalRiskReport:
    made = build("ethical_risk_report", answers)
    assert isinstance(made, EthicalRiskReport)
    return made


def test_risks_without_a_reference_are_counted_through_all_principles():
    answers = consistent_answers()
    for key in ("S5-04", "S5-05", "S5-06", "S5-07", "S5-08"):
        answers = without_field(answers, key, 0, "ref")
    answers = with_row(answers, "S5-04", {"risk": "second", "severity": 1, "likelihood": 1})

    refs = [(risk.ref, risk.principle) for risk in report(answers).risks]

    assert refs[:3] == [("R-01", "human_agency"), ("R-02", "human_agency"), ("R-03", "robustness")]


def test_a_counted_reference_never_takes_one_that_was_given():
    answers = without_field(consistent_answers(), "S5-04", 0, "ref")
    answers = with_value(answers, "S5-05", (0, "ref"), "R-01")

    refs = [risk.ref for risk in report(answers).risks]

    assert len(set(refs)) == len(refs)


def test_the_inherent_level_comes_from_the_matrix():
    made = report(consistent_answers())

    assert {risk.ref: risk.inherent for risk in made.risks} == {
        "R-01": 3,
        "R-02": 3,
        "R-03": 2,
        "R-04": 2,
        "R-05": 2,
    }


def test_only_controls_that_name_a_risk_lower_it():
    made = report(consistent_answers())

    assert made.residual_by_risk["R-01"].level == 2
    assert made.residual_by_risk["R-01"].likelihood == 2
    assert made.residual_by_risk["R-03"].level == 2


@pytest.mark.parametrize(("due", "level"), [("2027-08-31", 2), ("2027-09-01", 3)])
def test_a_planned_control_counts_only_when_due_before_go_live(due, level):
    answers = with_value(consistent_answers(), "S5-09", (0, "status"), "planned")
    answers = with_value(answers, "S5-09", (0, "due_date"), due)

    assert report(answers).residual_by_risk["R-01"].level == level


def test_without_a_go_live_date_planned_controls_cut_nothing():
    answers = with_value(consistent_answers(), "S5-09", (0, "status"), "planned")

    assert report(without(answers, "S1-11")).residual_by_risk["R-01"].level == 3


@pytest.mark.parametrize(("stated", "final"), [(1, 2), (4, 4)])
def test_people_may_rate_higher_than_the_arithmetic_but_not_lower(stated, final):
    answers = with_value(consistent_answers(), "S5-10", "privacy", stated)

    left = report(answers).residual_by_principle["privacy"]

    assert (left.computed, left.stated, left.final) == (2, stated, final)


def test_a_principle_without_risks_is_as_risky_as_stated():
    answers = with_value(consistent_answers(), "S5-06", None, {"none": "no data about people"})

    left = report(answers).residual_by_principle["privacy"]

    assert (left.computed, left.final) == (None, 2)


def test_the_answer_none_is_no_high_risk_area():
    assert report(consistent_answers()).high_risk_areas == []


def test_every_practice_of_the_screening_is_reported():
    answers = with_value(
        consistent_answers(), "S5-01", "face_scraping", {"answer": "unsure", "comment": "asked"}
    )

    found = {row.code: row.answer for row in report(answers).prohibited_practices}

    assert len(found) == 8
    assert found["face_scraping"] == "unsure"


def test_an_unrated_risk_is_listed_without_a_level():
    answers = without_field(consistent_answers(), "S5-04", 0, "severity")

    made = report(answers)

    assert made.risks[0].inherent is None
    assert "R-01" not in made.residual_by_risk
