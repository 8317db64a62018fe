"""Feasibility is the worst level that any reason forces, and every reason is named."""

from __future__ import annotations

import pytest

from tests.builders.answers import consistent_answers, with_value, without_field
from tests.builders.charters import feasibility_of, make_finding


def changed(key, path, value):
    return with_value(consistent_answers(), key, path, value)


def levels(answers=None, **facts):
    found = feasibility_of(answers, **facts)
    return found.overall, [reason.level for reason in found.reasons]


def test_a_project_without_a_reason_against_it_is_highly_feasible():
    assert levels() == ("HIGH", [])


@pytest.mark.parametrize(
    ("answers", "item"),
    [
        (changed("S3-06", "origin", "none_needed"), "S3-06"),
        (changed("S2-09", "action_window", {"value": 1384, "unit": "s"}), "S2-09"),
        (changed("S1-07", (0, "available_at_prediction"), "no"), "S1-07"),
        (changed("S3-01", (0, "access_status"), "refused"), "S3-01"),
        (changed("S1-05", "error_tolerance", "none"), "S1-05"),
    ],
)
def test_each_impossibility_alone_makes_it_not_feasible(answers, item):
    found = feasibility_of(answers)

    assert found.overall == "NOT_FEASIBLE"
    assert item in found.reasons[0].items


def test_labels_to_be_made_without_a_plan_are_no_route_to_labels():
    answers = with_value(consistent_answers(), "S3-07", None, None)

    assert levels(answers)[0] == "NOT_FEASIBLE"


def test_finding_groups_needs_no_labels():
    answers = with_value(
        changed("S3-06", "origin", "none_needed"), "S1-09", "archetype", "clustering"
    )

    assert levels(answers)[0] == "HIGH"


def test_an_essential_input_may_be_missing_when_something_replaces_it():
    answers = changed("S1-07", (0, "available_at_prediction"), "no")
    answers = with_value(answers, "S1-07", (0, "substitute"), "the photo of the day before")

    assert levels(answers)[0] == "HIGH"


def test_a_refused_source_that_is_not_critical_is_no_reason():
    assert levels(changed("S3-01", (2, "access_status"), "refused"))[0] == "HIGH"


@pytest.mark.parametrize(("rating", "level"), [(4, "LOW"), (6, "MEDIUM"), (7, "HIGH")])
def test_the_band_of_the_data_limits_feasibility(rating, level):
    rows = [
        {**row, "rating": rating, "how_known": "measured"}
        for row in consistent_answers().rows("S3-04")
    ]

    assert levels(changed("S3-04", None, rows))[0] == level


@pytest.mark.parametrize(("count", "level"), [(1, "MEDIUM"), (2, "MEDIUM"), (3, "LOW")])
def test_open_major_contradictions_weigh_by_their_number(count, level):
    findings = [make_finding(f"X-{number}") for number in range(11, 11 + count)]

    assert levels(findings=findings) == (level, [level])


@pytest.mark.parametrize(
    "finding",
    [
        make_finding(state="fixed"),
        make_finding(state="waived"),
        make_finding("G3-4"),
        make_finding(severity="MINOR"),
    ],
)
def test_closed_small_and_single_stage_findings_do_not_weigh(finding):
    assert levels(findings=[finding] * 3)[0] == "HIGH"


@pytest.mark.parametrize("state", ["answered", "carried", "disputed"])
def test_a_written_answer_alone_closes_no_contradiction(state):
    assert levels(findings=[make_finding(state=state)])[0] == "MEDIUM"


def test_costs_above_the_budget_make_it_low():
    assert levels(changed("S2-03", "cost_build", 180_001))[0] == "LOW"


def test_no_budget_is_never_exceeded():
    answers = without_field(changed("S2-03", "cost_build", 9_000_000), "S1-11", 0, "amount")

    assert levels(answers)[0] == "HIGH"


def test_lead_times_beyond_go_live_make_it_medium():
    assert levels(changed("S3-07", "weeks", 40)) == ("MEDIUM", ["MEDIUM"])


@pytest.mark.parametrize(("figure", "level"), [(0.69, "MEDIUM"), (0.7, "HIGH")])
def test_low_confidence_makes_it_medium(figure, level):
    assert levels(confidence={"1": figure, "2": figure})[0] == level


def test_the_worst_reason_comes_first():
    answers = with_value(changed("S3-07", "weeks", 90), "S1-05", "error_tolerance", "none")

    assert levels(answers) == ("NOT_FEASIBLE", ["NOT_FEASIBLE", "MEDIUM"])
