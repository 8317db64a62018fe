"""Plain checks of stage 5: what stops an answer, and what is only pointed out."""

from __future__ import annotations

import pytest

from tests.protocol.late_checks import PERSONAL_INPUT, risk, run, seen

# Screening


def test_none_beside_an_area_is_refused():
    check = "none_stands_alone"
    assert seen(check, "S5-02", {"areas": ["none", "education"]}) == [("areas", "error")]
    assert seen(check, "S5-02", {"areas": ["none"]}) == []


@pytest.mark.parametrize(
    ("areas", "criticality", "text", "is_held_back"),
    [
        (["none"], "high", "No.", True),
        (["none"], "critical", "", True),
        (["none"], "high", "It sorts spare parts; a fitter decides on every single case.", False),
        (["none"], "medium", "", False),
        (["education"], "high", "", False),
    ],
)
def test_no_area_at_high_stakes_needs_a_reason(areas, criticality, text, is_held_back):
    value = {"areas": areas, "text": text}
    earlier = {"S4_07": {"criticality": criticality}}
    found = seen("none_needs_a_reason_when_stakes_are_high", "S5-02", value, **earlier)
    assert found == ([("text", "incomplete")] if is_held_back else [])


def test_an_assessment_that_is_not_needed_says_why():
    rows = [{"status": "not_needed"}, {"status": "not_needed", "result": "No personal data."}]
    assert seen("not_needed_says_why", "S5-03", rows) == [("[0].result", "incomplete")]


def test_assessment_dates_that_contradict_the_status_are_pointed_out():
    rows = [
        {"status": "done", "date": "2026-12-01"},
        {"status": "planned", "date": "2026-05-01"},
        {"status": "done", "date": "2026-03-09"},
        {"status": "planned", "date": "2026-12-01"},
    ]
    found = seen("assessment_dates_fit", "S5-03", rows)
    assert found == [("[0].date", "warning"), ("[1].date", "warning")]


def test_personal_data_without_a_planned_assessment_is_pointed_out():
    check = "personal_data_is_assessed"
    planned = [{"assessment": "data_protection", "status": "planned"}]
    refused = [{"assessment": "data_protection", "status": "not_needed"}]
    earlier = {"S1_07": PERSONAL_INPUT}
    assert seen(check, "S5-03", refused, **earlier) == [("", "warning")]
    assert seen(check, "S5-03", planned, **earlier) == []
    assert seen(check, "S5-03", refused) == []


# Risk register


def test_a_reference_that_another_card_uses_is_refused():
    earlier = {"S5_04": [risk(3, 3, ref="R-01")]}
    rows = [risk(2, 2, ref="r-01"), risk(2, 2), risk(2, 2, ref="R-02"), risk(2, 2, ref="R-02")]
    found = seen("risk_refs_differ", "S5-05", rows, **earlier)
    assert found == [("[0].ref", "error"), ("[3].ref", "error")]


def test_a_card_that_is_changed_may_keep_its_own_references():
    rows = [risk(3, 3, ref="R-01")]
    assert seen("risk_refs_differ", "S5-04", rows, S5_04=rows) == []


@pytest.mark.parametrize(
    ("level", "value", "is_odd"),
    [
        (4, [risk(2, 2)], True),
        (5, {"none": "People can always call us."}, True),
        (4, [risk(3, 3)], False),
        (3, [risk(1, 1)], False),
    ],
)
def test_a_machine_that_decides_alone_shows_in_the_register(level, value, is_odd):
    earlier = {"S4_04": {"automation_level": level}}
    found = seen("automation_shows_in_human_agency", "S5-04", value, **earlier)
    assert found == ([("", "warning")] if is_odd else [])


def test_personal_data_with_no_privacy_risk_is_pointed_out():
    check, denial = "personal_data_shows_in_privacy", {"none": "All data is encrypted."}
    rights = [{"data": "Traces", "category": "location"}]
    assert seen(check, "S5-06", denial, S3_10=rights) == [("", "warning")]
    assert seen(check, "S5-06", [risk(2, 2)], S3_10=rights) == []
    assert seen(check, "S5-06", denial) == []


def test_a_protected_input_with_no_fairness_risk_is_pointed_out():
    check = "protected_inputs_show_in_fairness"
    earlier = {"S1_07": [{"name": "hours_worked", "protected_or_proxy": "likely_proxy"}]}
    issues = run(check, "S5-08", {"none": "Gender is removed."}, **earlier)
    assert [issue.level for issue in issues] == ["warning"]
    assert "hours_worked" in issues[0].message
    assert run(check, "S5-08", [risk(4, 4)], **earlier) == []


# Countermeasures


def test_a_countermeasure_must_name_a_risk_of_the_register():
    earlier = {"S5_04": [risk(3, 3)], "S5_08": [risk(4, 4), risk(2, 2, ref="F-1")]}
    rows = [{"risk_ref": ref} for ref in ("R-01", "r-02", "F-1", "R-03")]
    found = seen("risk_ref_is_known", "S5-09", rows, **earlier)
    assert found == [("[3].risk_ref", "error")]


def test_references_are_counted_through_all_five_cards():
    earlier = {"S5_04": [risk(1, 1), risk(1, 1)], "S5_06": [risk(4, 4)]}
    issues = run("every_serious_risk_has_a_control", "S5-09", [{"risk_ref": "R-01"}], **earlier)
    assert [(issue.level, issue.message[:22]) for issue in issues] == [
        ("warning", "R-03 is rated 4 high. ")
    ]


def test_a_serious_risk_that_has_a_control_is_left_alone():
    earlier = {"S5_06": [risk(4, 4)]}
    rows = [{"risk_ref": "R-01", "control": "Names are removed."}]
    assert seen("every_serious_risk_has_a_control", "S5-09", rows, **earlier) == []


def test_an_accepted_risk_asks_who_approves():
    rows = [{"kind": "accept"}, {"kind": "accept", "approver": "COO"}, {"kind": "prevent"}]
    found = seen("accepted_risk_names_an_approver", "S5-09", rows)
    assert found == [("[0].approver", "warning")]


def test_a_tested_control_asks_for_its_evidence():
    rows = [{"status": "tested"}, {"status": "tested", "evidence": "Gap 0.05"}, {"status": "built"}]
    found = seen("tested_control_shows_evidence", "S5-09", rows)
    assert found == [("[0].evidence", "warning")]


def test_a_planned_control_that_comes_too_late_is_pointed_out():
    earlier = {"S1_11": [{"kind": "deadline", "date": "2027-10-01"}]}
    days = ("2026-11-20", "2026-11-21", "2027-09-30", "2027-10-01")
    rows = [{"status": "planned", "due_date": day} for day in days]
    found = seen("control_dates_fit", "S5-09", rows, **earlier)
    assert found == [("[0].due_date", "warning"), ("[3].due_date", "warning")]
    built = [{"status": "built", "due_date": "2026-01-01"}]
    assert seen("control_dates_fit", "S5-09", built, **earlier) == []


# What is left


def test_a_rating_below_what_the_register_leaves_is_pointed_out():
    earlier = {"S5_05": [risk(5, 2)]}
    check = "no_rating_below_our_calculation"
    assert seen(check, "S5-10", {"robustness": 3}, **earlier) == [("robustness", "warning")]
    assert seen(check, "S5-10", {"robustness": 4, "privacy": 1}, **earlier) == []


def test_a_tested_control_lowers_what_the_register_leaves():
    control = {"risk_ref": "R-01", "kind": "prevent", "status": "tested", "evidence": "Ice test"}
    earlier = {"S5_05": [risk(5, 3)], "S5_09": [{**control, "cuts_likelihood_by": 2}]}
    check = "no_rating_below_our_calculation"
    assert seen(check, "S5-10", {"robustness": 3}, **earlier) == []
    assert seen(check, "S5-10", {"robustness": 2}, **earlier) == [("robustness", "warning")]


def test_an_acceptance_that_has_ended_is_pointed_out():
    check = "acceptance_lies_ahead"
    assert seen(check, "S5-11", {"valid_until": "2026-11-20"}) == [("valid_until", "warning")]
    assert seen(check, "S5-11", {"valid_until": "2026-11-21"}) == []


def test_every_principle_with_risk_left_asks_for_a_figure():
    earlier = {"S5_05": [risk(4, 3)], "S5_10": {"robustness": 4, "fairness": 2, "privacy": 1}}
    check = "every_open_principle_is_watched"
    by_name = [{"principle_or_risk": "Fairness"}, {"principle_or_risk": "robustness (braking)"}]
    by_ref = [{"principle_or_risk": "fairness"}, {"principle_or_risk": "R-01"}]
    assert seen(check, "S5-12", by_name, **earlier) == []
    assert seen(check, "S5-12", by_ref, **earlier) == []
    assert seen(check, "S5-12", [{"principle_or_risk": "privacy"}], **earlier) == [
        ("", "warning"),
        ("", "warning"),
    ]


def test_a_system_that_nobody_can_stop_is_pointed_out():
    found = seen("someone_can_stop_it", "S5-14", {"auditor": "Outside firm"})
    assert found == [("who_can_stop", "warning"), ("stop_triggers", "warning")]
    whole = {"who_can_stop": "Duty manager", "stop_triggers": ["any injury"]}
    assert seen("someone_can_stop_it", "S5-14", whole) == []
