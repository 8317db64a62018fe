"""Plain checks of stage 4: what stops an answer, and what is only pointed out."""

from __future__ import annotations

import pytest

from tests.protocol.late_checks import run, seen

# People and decisions


def test_groups_that_nobody_was_asked_about_are_pointed_out():
    assumed = [{"persona": "Clerks", "evidence": "assumption"}, {"persona": "Agents"}]
    assert seen("someone_was_asked", "S4-01", assumed) == [("", "warning")]
    asked = [*assumed, {"persona": "Dispatchers", "evidence": "5 interviews"}]
    assert seen("someone_was_asked", "S4-01", asked) == []


def test_data_that_is_needed_but_closed_is_pointed_out():
    rows = [
        {"needs_source_data": True, "data_access": "none"},
        {"needs_source_data": False, "data_access": "none"},
    ]
    found = seen("needed_data_is_open_to_the_persona", "S4-01", rows)
    assert found == [("[0].data_access", "warning")]


def test_a_journey_without_an_after_is_pointed_out():
    rows = [{"phase": "before"}, {"phase": "during"}]
    issues = run("journey_has_three_phases", "S4-03", rows)
    assert [(issue.level, "after" in issue.message) for issue in issues] == [("warning", True)]
    assert run("journey_has_three_phases", "S4-03", [*rows, {"phase": "after"}]) == []


@pytest.mark.parametrize(
    ("level", "seconds", "is_odd"), [(2, 6, True), (3, 9.9, True), (3, 10, False), (5, 6, False)]
)
def test_a_review_of_a_few_seconds_is_pointed_out(level, seconds, is_odd):
    value = {"automation_level": level, "seconds_per_review": seconds}
    found = seen("review_leaves_time_to_think", "S4-04", value)
    assert found == ([("seconds_per_review", "warning")] if is_odd else [])


@pytest.mark.parametrize(
    ("level", "share", "is_odd"), [(2, 60, True), (2, 100, False), (5, 10, True), (5, 0, False)]
)
def test_a_level_that_contradicts_the_reviewed_share_is_pointed_out(level, share, is_odd):
    value = {"automation_level": level, "reviewed_share_pct": share}
    found = seen("level_fits_reviewed_share", "S4-04", value)
    assert found == ([("reviewed_share_pct", "warning")] if is_odd else [])


def test_no_override_and_no_appeal_can_be_said_but_are_pointed_out():
    assert seen("someone_can_override", "S4-05", {}) == [("override_roles", "warning")]
    assert seen("appeal_or_a_reason", "S4-05", {}) == [("appeal_channel", "warning")]
    whole = {"override_roles": ["officer"], "appeal_none_reason": "Machines only."}
    assert seen("someone_can_override", "S4-05", whole) == []
    assert seen("appeal_or_a_reason", "S4-05", whole) == []


# Explanations and interface

OVERALL = {"audience": "Auditor", "scope": "overall"}
FOR_OFFICER = {"audience": "Loan officer", "scope": "case", "confidence_shown": True}
FOR_APPLICANT = {"audience": "Applicant", "scope": "counterfactual", "form": "text"}


@pytest.mark.parametrize(
    ("criticality", "rows", "is_enough"),
    [
        ("low", [{"audience": "Clerk", "scope": "none"}], True),
        ("medium", [OVERALL], False),
        ("medium", [FOR_OFFICER], True),
        ("high", [FOR_OFFICER, FOR_APPLICANT], False),
        ("high", [OVERALL, FOR_OFFICER], False),
        ("critical", [OVERALL, FOR_OFFICER, FOR_APPLICANT], True),
    ],
)
def test_higher_stakes_ask_for_more_explanation(criticality, rows, is_enough):
    earlier = {
        "S4_07": {"criticality": criticality},
        "S4_01": [{"persona": "Loan officer"}],
        "S4_02": [{"group": "Loan applicants"}],
    }
    found = seen("explanations_match_criticality", "S4-08", rows, **earlier)
    assert found == ([] if is_enough else [("", "warning")])


def test_novices_who_get_only_a_chart_are_pointed_out():
    earlier = {"S4_01": [{"persona": "Volunteers", "tech_skill": "novice"}]}
    chart = {"audience": "Volunteers", "form": "chart"}
    words = {"audience": "Volunteers", "form": "reason_list"}
    check = "novices_get_plain_words"
    assert seen(check, "S4-08", [chart], **earlier) == [("[0].form", "warning")]
    assert seen(check, "S4-08", [chart, words], **earlier) == []


def test_a_screen_for_people_asks_for_an_accessibility_level():
    check = "accessibility_is_set"
    assert seen(check, "S4-09", {"channel": "web"}) == [("accessibility", "warning")]
    assert seen(check, "S4-09", {"channel": "api"}) == []


def test_offline_use_of_a_live_model_is_pointed_out():
    check, value = "offline_fits_serving", {"offline_needed": True}
    live, nightly = {"serving_mode": "on_request"}, {"serving_mode": "nightly_batch"}
    assert seen(check, "S4-09", value, S3_03=live) == [("offline_needed", "warning")]
    assert seen(check, "S4-09", value, S3_03=nightly) == []


# Adoption


def test_feedback_that_nobody_reads_is_pointed_out():
    rows = [{"signal": "Thumbs-down", "retrain_trigger": "15 %"}]
    check = "feedback_has_owner_and_trigger"
    assert seen(check, "S4-11", rows) == [("", "warning")]
    assert seen(check, "S4-11", [{**rows[0], "owner": "Editor"}]) == []


def test_a_trigger_that_outruns_its_labels_is_pointed_out():
    delay = {"label_delay": {"value": 96, "unit": "day"}}
    rows = [
        {"review_every_days": 7, "retrain_trigger": "15 %"},
        {"review_every_days": 32, "retrain_trigger": "15 %"},
    ]
    found = seen("retraining_waits_for_labels", "S4-11", rows, S1_08=delay)
    assert found == [("[0].review_every_days", "warning")]


def test_a_first_test_in_the_past_is_pointed_out():
    check = "first_test_lies_ahead"
    late, today = {"first_test": {"start": "2026-11-20"}}, {"first_test": {"start": "2026-11-21"}}
    assert seen(check, "S4-12", late) == [("first_test.start", "warning")]
    assert seen(check, "S4-12", today) == []
