"""Plain checks of stage 3: what stops an answer, and what is only pointed out."""

from __future__ import annotations

import pytest

from interviews.protocol.presets import DIMENSIONS
from tests.protocol.late_checks import LATE_CHECKS, PERSONAL_INPUT, SOURCES, rating, run, seen

# Every check, on an answer that gives it nothing to say.


@pytest.mark.parametrize("check", sorted(LATE_CHECKS))
@pytest.mark.parametrize("value", [None, "", [], {}, [{}], {"none": "Looked at all of it."}])
def test_a_check_never_stumbles_over_an_answer_that_is_hardly_there(check, value):
    key = "S3-01" if isinstance(value, list) else "S3-02"
    assert all(issue.message.endswith(".") for issue in run(check, key, value))


# Sources


def test_sources_without_a_critical_one_are_refused():
    rows = [{"name": "Meters", "critical": False}, {"name": "Weather", "critical": False}]
    assert seen("one_source_is_critical", "S3-01", rows) == [("", "error")]
    rows[1]["critical"] = True
    assert seen("one_source_is_critical", "S3-01", rows) == []


def test_two_sources_of_one_name_are_refused():
    rows = [{"name": "Meters"}, {"name": " METERS"}]
    assert seen("source_names_differ", "S3-01", rows) == [("[1].name", "error")]


def test_an_essential_input_without_a_source_keeps_the_answer_back():
    features = [
        {"name": "Rain", "essential": True, "available_at_prediction": "yes"},
        {"name": "Holiday", "essential": False, "available_at_prediction": "unsure"},
        {"name": "Sales", "essential": True, "available_at_prediction": "no"},
    ]
    check, rows = "every_feature_has_a_source", [{"name": "Radar", "covers_features": []}]
    assert seen(check, "S3-01", rows, S1_07=features) == [("", "incomplete"), ("", "warning")]
    rows[0]["covers_features"] = ["rain", "Holiday"]
    assert seen(check, "S3-01", rows, S1_07=features) == []


def test_class_counts_that_contradict_the_stated_share_are_pointed_out():
    counts = [{"class": "fine", "count": 990}, {"class": "cracked", "count": 10}]
    value = {"class_counts": counts, "rarest_class_share_pct": 20}
    check = "class_shares_agree"
    assert seen(check, "S3-02", value) == [("rarest_class_share_pct", "warning")]
    assert seen(check, "S3-02", {**value, "rarest_class_share_pct": 1}) == []


# Quality ratings


def test_a_missing_rating_of_a_critical_source_is_pointed_out_by_name():
    rows = [rating(7, dimension=name) for name in DIMENSIONS if name != "integrity"]
    issues = run("six_ratings_per_critical_source", "S3-04", rows, S3_01=SOURCES)
    assert [(issue.level, issue.message) for issue in issues] == [
        ("warning", "Rate Meters on integrity as well.")
    ]


def test_six_ratings_of_a_critical_source_are_enough():
    rows = [rating(7, dimension=name) for name in DIMENSIONS]
    assert seen("six_ratings_per_critical_source", "S3-04", rows, S3_01=SOURCES) == []


@pytest.mark.parametrize(
    ("score", "how", "is_refused"),
    [
        (9, "not_checked", True),
        (10, "not_checked", True),
        (8, "not_checked", False),
        (9, "estimated", False),
    ],
)
def test_a_rating_of_nine_that_nobody_checked_is_refused(score, how, is_refused):
    found = seen("high_rating_needs_a_look", "S3-04", [rating(score, how)])
    assert found == ([("[0].rating", "error")] if is_refused else [])


@pytest.mark.parametrize(
    ("score", "how", "is_capped"),
    [
        (8, "estimated", True),
        (7, "estimated", False),
        (6, "not_checked", True),
        (5, "not_checked", False),
        (10, "sampled", False),
    ],
)
def test_a_person_is_told_that_an_unproven_rating_counts_less(score, how, is_capped):
    found = seen("unproven_rating_is_capped", "S3-04", [rating(score, how)])
    assert found == ([("[0].rating", "warning")] if is_capped else [])


def test_a_quality_rated_twice_is_pointed_out():
    rows = [rating(7), rating(5), rating(7, dimension="validity")]
    assert seen("rated_once", "S3-04", rows) == [("[1].dimension", "warning")]


def test_a_rating_below_four_asks_for_a_dated_fix():
    rows = [
        rating(3, fix="New meters"),
        rating(3, fix="New meters", fix_due="2027-03-01"),
        rating(4),
    ]
    assert seen("low_rating_needs_a_dated_fix", "S3-04", rows) == [("[0].fix", "warning")]


# Gaps and labels


def test_a_blocking_gap_that_can_be_closed_asks_for_its_weeks():
    rows = [
        {"severity": "blocks", "obtainable": "later"},
        {"severity": "blocks", "obtainable": "no"},
        {"severity": "blocks", "obtainable": "yes", "lead_time_weeks": 0},
        {"severity": "hurts", "obtainable": "yes"},
    ]
    found = seen("blocking_gap_needs_a_way_out", "S3-05", rows)
    assert found == [("[0].lead_time_weeks", "warning")]


@pytest.mark.parametrize(
    ("archetype", "is_odd"),
    [("classification", True), ("clustering", False), ("anomaly_detection", False)],
)
def test_no_labels_fits_only_tasks_that_learn_without_them(archetype, is_odd):
    earlier = {"S1_09": {"archetype": archetype}}
    found = seen("labels_fit_the_task", "S3-06", {"origin": "none_needed"}, **earlier)
    assert found == ([("origin", "warning")] if is_odd else [])


def test_a_label_delay_that_contradicts_the_target_is_pointed_out():
    target = {"label_delay": {"value": 1, "unit": "week"}}
    same, other = {"value": 7, "unit": "day"}, {"value": 3, "unit": "day"}
    check = "label_delay_matches_target"
    assert seen(check, "S3-06", {"label_delay": same}, S1_08=target) == []
    assert seen(check, "S3-06", {"label_delay": other}, S1_08=target) == [
        ("label_delay", "warning")
    ]


@pytest.mark.parametrize(
    ("total", "is_refused"),
    [(28_800, False), (28_900, False), (None, False), (30_000, True)],
)
def test_a_labelling_total_must_be_labels_times_cost(total, is_refused):
    value = {"labels_needed": 9_000, "cost_per_label": 3.2, "total_cost": total}
    found = run("labelling_cost_adds_up", "S3-07", value)
    assert [issue.level for issue in found] == (["error"] if is_refused else [])
    assert all("28,800.00" in issue.message for issue in found)


def test_labels_that_cost_nothing_are_fine():
    value = {"labels_needed": 9_000, "cost_per_label": 0, "total_cost": 0, "weeks": 3}
    assert seen("labelling_cost_adds_up", "S3-07", value) == []
    found = seen("labelling_plan_is_whole", "S3-07", value)
    assert found == [("qa_process", "warning")]


# Platform and rights


def test_a_platform_area_that_is_left_out_is_named():
    rows = [{"area": area} for area in ("storage", "computing", "pipelines", "serving")]
    issues = run("six_areas_are_rated", "S3-09", rows)
    assert [issue.message for issue in issues] == [
        "Say what is ready for monitoring and security as well."
    ]


def test_an_area_that_is_not_ready_asks_for_its_weeks():
    rows = [{"area": "serving", "ready": "no"}, {"area": "storage", "ready": "yes"}]
    found = seen("missing_area_needs_a_lead_time", "S3-09", rows)
    assert found == [("[0].lead_time_weeks", "warning")]


def test_a_personal_input_that_is_not_listed_is_pointed_out():
    check, earlier = "personal_features_are_listed", {"S1_07": PERSONAL_INPUT}
    assert seen(check, "S3-10", [{"data": "Traces"}], **earlier) == [("", "warning")]
    assert seen(check, "S3-10", [{"data": "Home address of tenants"}], **earlier) == []


def test_personal_data_needs_a_footing_before_it_is_submitted():
    rows = [{"category": "personal"}, {"category": "none"}, {"category": "confidential"}]
    found = seen("rights_row_names_a_footing", "S3-10", rows)
    assert found == [("[0].lawful_basis", "incomplete")]


def test_an_unknown_footing_can_be_submitted_but_is_pointed_out():
    rows = [{"category": "children", "lawful_basis": "unknown"}]
    assert seen("rights_row_names_a_footing", "S3-10", rows) == []
    found = seen("unknown_footing_for_personal_data", "S3-10", rows)
    assert found == [("[0].lawful_basis", "warning")]


@pytest.mark.parametrize(
    ("where", "is_odd"),
    [("no", False), ("stays in EU", False), ("Norway", True), ("to a US processor", True)],
)
def test_data_that_must_stay_but_travels_is_pointed_out(where, is_odd):
    rows = [{"leaves_region": where, "must_stay": True}]
    found = seen("transfer_against_must_stay", "S3-10", rows)
    assert found == ([("[0].leaves_region", "warning")] if is_odd else [])


def test_a_bare_yes_to_a_transfer_asks_where_to():
    found = seen("transfer_says_where", "S3-10", [{"leaves_region": "Yes"}])
    assert found == [("[0].leaves_region", "warning")]
    assert seen("transfer_says_where", "S3-10", [{"leaves_region": "Canada"}]) == []
