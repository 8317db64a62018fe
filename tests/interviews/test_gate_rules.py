"""Each gate rule speaks when its stage has its fault, and only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from interviews.answerset import AnswerSet, AnswerState
from interviews.consistency.rules import BY_ID
from interviews.consistency.runner import run_rules
from interviews.consistency.types import RulesConfig, Severity
from interviews.protocol.catalogue import default_protocol
from interviews.protocol.values import clean
from tests.builders.answers import (
    AS_OF,
    consistent_answers,
    in_state,
    unknown,
    with_row,
    with_value,
    without,
    without_field,
)
from tests.builders.rules import findings

ANSWERS = consistent_answers()
ALL_STAGES = (1, 2, 3, 4, 5)


def _rows(key: str, keep: Callable[[dict], bool]) -> AnswerSet:
    """The set with only some rows of a table."""
    return with_value(ANSWERS, key, None, [row for row in ANSWERS[key].value if keep(row)])


def _each(key: str, field: str, value: object) -> AnswerSet:
    """The set with one column of a table set throughout."""
    return with_value(ANSWERS, key, None, [{**row, field: value} for row in ANSWERS[key].value])


def _unexplained(answers: AnswerSet) -> AnswerSet:
    return with_value(answers, "S1-09", "text", "")


def _automatic_without_override() -> AnswerSet:
    level_5 = with_value(ANSWERS, "S4-04", "automation_level", 5)
    return with_value(level_5, "S4-05", "override_roles", [])


def _refused_archive() -> AnswerSet:
    return with_value(ANSWERS, "S3-01", (0, "access_status"), "refused")


#: Rule id -> the set with that one fault, and the other rules that the same fault must wake.
SPOILED: dict[str, tuple[AnswerSet, set[str]]] = {
    "G1-1": (without_field(ANSWERS, "S1-08", "unit_of_prediction"), set()),
    "G1-2": (without_field(ANSWERS, "S1-07", 0, "available_at_prediction"), set()),
    "G1-3": (with_value(ANSWERS, "S1-07", (1, "available_at_prediction"), "no"), set()),
    "G1-4": (with_value(ANSWERS, "S1-07", (1, "available_at_prediction"), "unsure"), set()),
    # A number is no class either, so nothing else is promised in its stead.
    "G1-5": (with_value(ANSWERS, "S1-08", "output_type", "segment"), set()),
    "G1-6": (_unexplained(ANSWERS), set()),
    "G1-7": (with_value(ANSWERS, "S1-04", (0, "result"), "some"), set()),
    "G1-8": (_rows("S1-11", lambda row: row["kind"] != "budget"), set()),
    "G1-9": (_each("S1-10", "aspect", "function"), set()),
    "G2-1": (with_value(ANSWERS, "S2-01", (1, "is_primary"), True), set()),
    "G2-2": (with_value(ANSWERS, "S2-01", (0, "target_value"), 20), set()),
    "G2-3": (
        with_value(with_value(ANSWERS, "S2-01", (0, "definition"), ""), "S2-01", (0, "unit"), ""),
        set(),
    ),
    "G2-4": (with_value(ANSWERS, "S2-04", (0, "threshold"), 75), set()),
    "G2-5": (with_value(ANSWERS, "S2-04", (0, "threshold"), 0.48), set()),
    "G2-6": (
        with_value(ANSWERS, "S2-09", "data_latency", {"value": 4, "unit": "h"}),
        set(),
    ),
    "G2-7": (
        with_value(ANSWERS, "S2-09", "human_reaction_time", {"value": 210, "unit": "min"}),
        set(),
    ),
    "G2-8": (with_value(ANSWERS, "S2-08", "method", "shadow_run_only"), set()),
    "G3-1": (_rows("S3-04", lambda row: row["dimension"] != "validity"), set()),
    "G3-2": (with_value(ANSWERS, "S3-04", (0, "rating"), 3), set()),
    "G3-3": (with_value(ANSWERS, "S3-04", (0, "rating"), 5), set()),
    "G3-4": (_each("S3-04", "rating", 6), set()),
    "G3-5": (with_value(ANSWERS, "S3-07", "labels_needed", 0), set()),
    "G3-6": (without_field(ANSWERS, "S3-07", "weeks"), set()),
    "G3-7": (with_value(ANSWERS, "S3-10", (1, "lawful_basis"), "unknown"), set()),
    "G3-8": (without_field(ANSWERS, "S3-09", 3, "lead_time_weeks"), set()),
    "G4-1": (_rows("S4-03", lambda row: row["phase"] != "after"), set()),
    "G4-2": (_each("S4-01", "evidence", "assumption"), set()),
    "G4-3": (_rows("S4-08", lambda row: row["scope"] != "overall"), set()),
    "G4-4": (_automatic_without_override(), set()),
    "G4-5": (with_value(ANSWERS, "S4-05", "appeal_channel", "none"), set()),
    "G4-6": (with_value(ANSWERS, "S4-11", (0, "owner"), ""), set()),
    "G4-7": (without_field(ANSWERS, "S4-09", "accessibility"), set()),
    "G5-1": (without_field(ANSWERS, "S5-01", "face_scraping"), set()),
    "G5-2": (
        in_state(
            with_value(ANSWERS, "S5-07", None, {"none": "No risk."}),
            AnswerState.ESCALATED,
            "S5-07",
        ),
        set(),
    ),
    "G5-3": (_rows("S5-09", lambda row: row["risk_ref"] != "R-01"), {"G5-4"}),
    "G5-4": (with_value(ANSWERS, "S5-10", "robustness", 1), set()),
    "G5-5": (_rows("S5-12", lambda row: row["principle_or_risk"] != "privacy"), set()),
    "G5-6": (with_value(ANSWERS, "S5-14", "stop_triggers", []), set()),
    "G5-7": (_rows("S5-03", lambda row: row["assessment"] != "data_protection"), set()),
}
#: Limits that make a fault count which the set's own size would forgive.
CONFIGS = {"G2-8": RulesConfig(comparison_value=50_000)}


def test_a_sound_project_hears_nothing() -> None:
    assert findings(ANSWERS, closing=ALL_STAGES, is_complete=True) == {}


def test_the_sound_project_is_what_the_pages_would_store() -> None:
    raw = {key: answer.value for key, answer in ANSWERS.items()}
    for question in default_protocol().questions:
        cleaned = clean(question, raw[question.key], values=raw, as_of=AS_OF)
        assert (cleaned.value, cleaned.issues) == (raw[question.key], ()), question.key
    assert set(raw) == set(default_protocol().keys) and len(raw) == 58


@pytest.mark.parametrize("rule_id", SPOILED)
def test_a_fault_wakes_its_rule_and_no_other(rule_id: str) -> None:
    answers, companions = SPOILED[rule_id]
    found = findings(answers, closing=ALL_STAGES, config=CONFIGS.get(rule_id))
    assert set(found) == {rule_id} | companions


@pytest.mark.parametrize("rule_id", SPOILED)
def test_a_finding_can_be_read_and_acted_on(rule_id: str) -> None:
    answers, _ = SPOILED[rule_id]
    finding = findings(answers, closing=ALL_STAGES, config=CONFIGS.get(rule_id))[rule_id]
    assert finding.message.endswith((".", "!")) and finding.how_to_fix.endswith(".")
    assert finding.gate == int(rule_id[1]) and rule_id.startswith("G")
    assert finding.answer_ids and set(finding.answer_ids) <= set(BY_ID[rule_id].reads)
    assert all(0 < len(quote.text) <= 200 for quote in finding.quotes)
    assert finding.quotes or finding.completeness


def test_an_empty_session_is_not_flooded() -> None:
    assert findings(AnswerSet()) == {}


@pytest.mark.parametrize("key", sorted(ANSWERS))
def test_what_is_not_answered_yet_is_held_against_nobody(key: str) -> None:
    assert findings(without(ANSWERS, key)) == {}
    # Labels that must be made and a plan that nobody knows are no open question any more.
    assert set(findings(unknown(ANSWERS, key))) == ({"G3-5"} if key == "S3-07" else set())


def test_labels_without_a_plan_block_the_gate_and_not_the_work_before_it() -> None:
    unwritten = without(ANSWERS, "S3-07")
    assert "G3-5" not in findings(unwritten)
    for answers in (unwritten, unknown(ANSWERS, "S3-07")):
        found = findings(answers, closing=(3,))["G3-5"]
        assert found.severity == Severity.BLOCKER
        assert "there is no plan" in found.message and "S3-07" in found.answer_ids


def test_recorded_outcomes_need_no_plan_at_the_gate() -> None:
    recorded = with_value(without(ANSWERS, "S3-07"), "S3-06", "origin", "recorded_outcome")
    assert "G3-5" not in findings(recorded, closing=(3,))


def test_closing_an_empty_stage_names_every_open_item() -> None:
    finding = findings(AnswerSet(), closing=(1,))["G1-1"]
    assert finding.answer_ids == tuple(f"S1-{n:02d}" for n in range(1, 13))
    assert "12 items" in finding.message and finding.completeness


def test_closing_one_stage_says_nothing_about_the_next() -> None:
    assert {finding.gate for finding in findings(AnswerSet(), closing=(3,)).values()} == {3}


def test_an_item_with_an_owner_who_finds_out_is_complete() -> None:
    waiting = unknown(ANSWERS, "S1-02", "S2-06", "S3-04", "S4-03")
    assert findings(waiting, closing=ALL_STAGES) == {}


def test_an_item_that_nobody_finds_out_is_missing() -> None:
    nobody = unknown(ANSWERS, "S1-02", owner=" ")
    assert findings(nobody, closing=(1,))["G1-1"].answer_ids == ("S1-02",)


@pytest.mark.parametrize("key", ["S5-01", "S5-04", "S5-08", "S5-09", "S5-10"])
def test_risks_cannot_be_left_unknown(key: str) -> None:
    assert findings(unknown(ANSWERS, key), closing=(5,))


def test_a_substitute_makes_up_for_an_input_that_comes_too_late() -> None:
    late = with_value(ANSWERS, "S1-07", (1, "available_at_prediction"), "no")
    named = with_value(late, "S1-07", (1, "substitute"), "tool family printed on the label")
    assert "G1-3" not in findings(named)


def test_a_slow_input_matters_only_where_someone_waits() -> None:
    slow = with_value(ANSWERS, "S1-07", (1, "access_latency_ms"), 4_000)
    assert "tool_model" in findings(slow)["G1-4"].message
    assert findings(with_value(slow, "S3-03", "serving_mode", "nightly_batch")) == {}


def test_a_forecast_needs_a_horizon() -> None:
    number = with_value(ANSWERS, "S1-08", "output_type", "number")
    forecast = with_value(number, "S1-09", "archetype", "time_series_forecasting")
    assert "G1-5" not in findings(forecast)
    blind = with_value(forecast, "S1-08", "horizon", {"value": 0, "unit": "day"})
    assert "how far ahead" in findings(blind)["G1-5"].message


def test_a_past_target_date_is_found_on_the_day_after_it() -> None:
    due = date(2028, 6, 30)
    for day, expected in ((due, False), (due + timedelta(days=1), True)):
        found = run_rules(ANSWERS, protocol=default_protocol(), as_of=day)
        assert ("G2-2" in {finding.rule_id for finding in found}) is expected


def test_a_figure_that_should_hold_may_keep_its_value() -> None:
    assert ANSWERS["S2-01"].value[1]["target_value"] == 6
    assert "G2-2" not in findings(ANSWERS)


def test_a_figure_is_achievable_once_that_is_accepted() -> None:
    vague = _each("S2-01", "unit", "")
    assert "G2-3" not in findings(vague)
    assert (
        "not achievable" in findings(in_state(vague, AnswerState.SCORING, "S2-02"))["G2-3"].message
    )


def test_a_percentage_is_a_share_in_another_unit() -> None:
    percent = with_value(ANSWERS, "S2-04", (0, "threshold"), 75)
    assert "G2-4" in findings(percent)
    assert "G2-4" not in findings(with_value(percent, "S2-04", (0, "unit"), "%"))


def test_no_primary_measure_is_incomplete() -> None:
    found = findings(_each("S2-04", "role", "secondary"))
    assert "No model measure is marked as primary" in found["G2-4"].message


def test_no_critical_source_is_incomplete() -> None:
    assert "No source is marked" in findings(_each("S3-01", "critical", False))["G3-1"].message


def test_a_dated_fix_answers_for_poor_data() -> None:
    poor = with_value(ANSWERS, "S3-04", (0, "rating"), 3)
    dated = with_value(poor, "S3-04", (0, "fix_due"), "2027-04-30")
    assert "G3-2" in findings(poor) and "G3-2" not in findings(dated)


def test_what_nobody_checked_counts_for_five() -> None:
    unchecked = with_value(ANSWERS, "S3-04", (0, "how_known"), "not_checked")
    assert "5 of 10" in findings(unchecked)["G3-3"].message


def test_an_overall_quality_of_exactly_the_floor_is_enough() -> None:
    assert "G3-4" not in findings(_each("S3-04", "rating", 7))


def test_quality_below_half_is_said_to_be_hardly_feasible() -> None:
    assert "hardly feasible" in findings(_each("S3-04", "rating", 4))["G3-4"].message


def test_supervised_learning_without_right_answers_is_a_blocker() -> None:
    found = findings(with_value(ANSWERS, "S3-06", "origin", "none_needed"))
    assert set(found) == {"G3-5", "X-14"}


def test_labels_may_cost_nothing() -> None:
    free = with_value(ANSWERS, "S3-07", "cost_per_label", 0)
    assert findings(without_field(free, "S3-07", "total_cost")) == {}


def test_a_critical_source_to_which_access_was_refused_is_a_blocker() -> None:
    assert set(findings(_refused_archive())) == {"G3-7", "X-08"}


def test_anonymous_data_needs_no_legal_footing() -> None:
    unknown_basis = with_value(ANSWERS, "S3-10", (1, "lawful_basis"), "unknown")
    anonymous = with_value(unknown_basis, "S3-10", (1, "deidentified"), "anonymised")
    assert "G3-7" not in findings(anonymous)


def test_data_that_is_hard_to_reuse_is_noted() -> None:
    poor = with_value(ANSWERS, "S3-08", "findable", "none")
    assert set(findings(with_value(poor, "S3-08", "reusable", "none"))) == {"G3-8"}


def test_one_person_asked_is_enough_to_know_something() -> None:
    assert findings(with_value(ANSWERS, "S4-01", (0, "evidence"), "assumption")) == {}


@pytest.mark.parametrize("criticality", ["low", "medium"])
def test_little_at_stake_needs_little_explanation(criticality: str) -> None:
    mild = with_value(ANSWERS, "S4-07", "criticality", criticality)
    assert findings(with_value(mild, "S4-08", None, [{"audience": "staff", "scope": "none"}])) == {}


def test_people_affected_are_owed_a_reason_in_words() -> None:
    charted = with_value(ANSWERS, "S4-08", (2, "form"), "chart")
    assert "people affected" in findings(charted)["G4-3"].message


def test_an_interface_between_machines_needs_no_accessibility() -> None:
    machine = without_field(ANSWERS, "S4-09", "accessibility")
    assert "G4-7" not in findings(with_value(machine, "S4-09", "channel", "api"))


def test_practices_are_screened_from_the_day_they_are_prohibited() -> None:
    assert "G5-1" not in findings(ANSWERS)
    later = run_rules(ANSWERS, protocol=default_protocol(), as_of=date(2026, 12, 2))
    (finding,) = [entry for entry in later if entry.rule_id == "G5-1"]
    assert "intimate imagery" in finding.message


def test_an_accepted_reason_stands_for_a_risk() -> None:
    reasoned = with_value(ANSWERS, "S5-07", None, {"none": "Each hold is explained in person."})
    assert "G5-2" not in findings(reasoned, closing=(5,))


def test_a_named_approver_may_accept_a_risk() -> None:
    accepting = {"risk_ref": "R-01", "control": "accept it", "kind": "accept"}
    bare = _rows("S5-09", lambda row: row["risk_ref"] != "R-01")
    assert "G5-3" in findings(with_row(bare, "S5-09", accepting))
    approved = {**accepting, "approver": "I. Sandoval"}
    assert "G5-3" not in findings(with_row(bare, "S5-09", approved))


def test_one_control_may_answer_for_two_risks() -> None:
    both = with_value(ANSWERS, "S5-09", (1, "risk_ref"), "R-01, R-02")
    alone = with_value(both, "S5-09", None, [both["S5-09"].value[1]])
    assert "G5-3" not in findings(alone)


def test_a_risk_without_a_reference_is_counted_through_the_register() -> None:
    assert findings(without_field(ANSWERS, "S5-04", 0, "ref")) == {}


def test_residual_risk_may_be_rated_higher_than_computed() -> None:
    assert "G5-4" not in findings(with_value(ANSWERS, "S5-10", "privacy", 4), closing=(5,))


def test_a_risk_may_be_watched_by_its_reference() -> None:
    rows = ANSWERS["S5-12"].value
    by_ref = [
        {**row, "principle_or_risk": "R-03"} if row["principle_or_risk"] == "privacy" else row
        for row in rows
    ]
    assert findings(with_value(ANSWERS, "S5-12", None, by_ref)) == {}


def test_personal_inputs_alone_call_for_a_data_protection_assessment() -> None:
    unassessed = SPOILED["G5-7"][0]
    early = without(unassessed, "S3-10")
    assert "member_loan_count" in findings(early)["G5-7"].message


def test_findings_come_in_the_order_of_the_tables() -> None:
    spoiled = with_value(SPOILED["G5-6"][0], "S2-03", "benefit_low", 1_000)
    spoiled = with_value(spoiled, "S1-04", (0, "result"), "some")
    assert list(findings(spoiled)) == ["G1-7", "G5-6", "X-17"]


def test_the_same_answers_give_the_same_findings() -> None:
    spoiled = _refused_archive()
    first = run_rules(spoiled, protocol=default_protocol(), as_of=AS_OF)
    assert first == run_rules(spoiled, protocol=default_protocol(), as_of=AS_OF)


def test_a_slow_feed_is_quoted_with_how_it_is_served() -> None:
    slow = with_value(ANSWERS, "S1-07", (1, "access_latency_ms"), 4_000)
    assert [quote.answer_id for quote in findings(slow)["G1-4"].quotes] == ["S1-07", "S3-03"]


def test_no_input_and_no_source_at_all_is_incomplete() -> None:
    bare = with_value(with_value(ANSWERS, "S1-07", None, []), "S3-01", None, [])
    found = findings(bare, closing=(1, 3))
    assert "No input is listed" in found["G1-2"].message
    assert "No source is marked" in found["G3-1"].message


def test_a_primary_measure_needs_something_to_beat() -> None:
    blind = without_field(ANSWERS, "S2-04", 0, "baseline_value")
    assert "no value of today" in findings(blind)["G2-5"].message


def test_a_figure_without_a_chain_is_incomplete() -> None:
    chains = _rows("S2-06", lambda row: row["model_metric"] == "recall")
    assert "No chain leads to" in findings(chains)["G2-1"].message
