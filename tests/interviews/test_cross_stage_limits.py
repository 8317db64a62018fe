"""Where each cross-stage rule draws its line: what it still forgives and what it says."""

from __future__ import annotations

import pytest

from interviews.answerset import AnswerSet, AnswerState
from interviews.consistency.types import RulesConfig, Severity
from tests.builders.answers import in_state, unknown, with_row, with_value
from tests.builders.contradictions import ANSWERS, REGISTER, SPOILED, changed
from tests.builders.rules import findings


def test_a_measure_under_another_name_is_recognised() -> None:
    named = changed(("S2-04", (0, "metric"), "other"), ("S2-04", (0, "metric_name"), "Silhouette"))
    assert "Silhouette" in findings(named)["X-01"].message
    unheard_of = with_value(named, "S2-04", (0, "metric_name"), "Bench index")
    assert "X-01" not in findings(unheard_of)


def test_the_outcome_may_not_go_the_other_way() -> None:
    assert "should go up" in findings(changed(("S1-03", "direction", "up")))["X-03"].message


def test_no_error_and_a_threshold_below_one_are_quoted_together() -> None:
    finding = findings(SPOILED["X-04"][0])["X-04"]
    assert {quote.answer_id for quote in finding.quotes} == {"S1-05", "S2-04"}


def test_no_error_contradicts_any_learning_task() -> None:
    errors = changed(("S1-05", "error_tolerance", "none"), ("S2-04", (0, "metric"), "log_loss"))
    assert "sometimes wrong" in findings(errors)["X-04"].message


def test_accuracy_is_fine_where_no_outcome_is_rare() -> None:
    even = with_value(SPOILED["X-05"][0], "S3-02", "rarest_class_share_pct", 20)
    assert "X-05" not in findings(even)


def test_a_figure_that_holds_need_not_wait_for_the_test() -> None:
    assert findings(changed(("S2-01", (1, "target_date"), "2027-09-15"))) == {}


def test_lead_times_say_what_takes_how_long() -> None:
    message = findings(SPOILED["X-07"][0])["X-07"].message
    assert "40 weeks of labelling + 10 weeks of closing gaps + 6 weeks of technology" in message
    assert "18 Dec 2027" in message and "1 Sep 2027" in message


def test_a_lead_time_beyond_the_calendar_is_still_a_finding() -> None:
    forever = changed(("S3-09", (3, "lead_time_weeks"), 10**12))
    assert "31 Dec 9999" in findings(forever)["X-07"].message
    endless_test = changed(("S2-08", "duration", {"value": 10**12, "unit": "week"}))
    assert "X-06" in findings(endless_test)


def test_a_gap_that_is_only_nice_to_close_delays_nobody() -> None:
    far = changed(("S3-05", (0, "lead_time_weeks"), 60))
    assert "X-07" in findings(far)
    assert "X-07" not in findings(with_value(far, "S3-05", (0, "severity"), "nice_to_have"))


def test_an_input_with_a_second_source_can_be_delivered() -> None:
    refused = changed(("S3-01", (1, "access_status"), "refused"))
    assert "tool_model" in findings(refused)["X-08"].message
    second = {**ANSWERS["S3-01"].value[1], "name": "Inventory copy", "critical": False}
    assert "X-08" not in findings(with_row(refused, "S3-01", second))


def test_a_source_that_does_not_exist_delivers_nothing() -> None:
    none_yet = changed(("S3-01", (2, "kind"), "none_yet"))
    assert "does not exist yet" in findings(none_yet)["X-08"].message


def test_a_master_record_may_be_older_than_the_window() -> None:
    assert "X-09" not in findings(changed(("S3-01", (1, "lag_hours"), 300)))


def test_the_window_may_be_used_up_to_the_last_minute() -> None:
    exact = changed(
        ("S2-09", "prediction_latency", {"value": 0, "unit": "s"}),
        ("S2-09", "human_reaction_time", {"value": 1, "unit": "h"}),
        ("S3-01", (0, "lag_hours"), 3),
        ("S1-07", (0, "max_age_hours"), 3),
    )
    assert "X-09" not in findings(exact)
    assert "X-09" in findings(with_value(exact, "S3-01", (0, "lag_hours"), 3.1))


def test_a_nightly_list_may_use_data_of_yesterday() -> None:
    assert "X-10" not in findings(
        with_value(SPOILED["X-10"][0], "S3-03", "serving_mode", "nightly_batch")
    )


def test_a_list_that_says_what_comes_first_may_be_long() -> None:
    ranked = with_value(
        SPOILED["X-11"][0], "S2-10", "text", "The crew opens the top 30, the rest wait a day."
    )
    assert "X-11" not in findings(ranked)


def test_reviews_must_fit_the_working_day() -> None:
    finding = findings(changed(("S1-08", "volume_per_day", 20_000)))["X-11"]
    assert "222.2 h" in finding.message and "72 h" in finding.message
    assert {"S1-08", "S4-01", "S4-04"} <= set(finding.answer_ids)
    longer = RulesConfig(productive_hours_per_day=19)
    assert "X-11" not in findings(changed(("S1-08", "volume_per_day", 20_000)), config=longer)


def test_truth_that_comes_after_the_target_date_is_too_late() -> None:
    slow = changed(("S3-06", "label_delay", {"value": 60, "unit": "week"}))
    assert "until the target is due" in findings(slow)["X-12"].message


def test_labels_that_will_be_made_count_as_examples() -> None:
    few = changed(("S3-02", "target_examples", 12))
    assert "X-13" not in findings(few)
    recorded = with_value(few, "S3-06", "origin", "recorded_outcome")
    assert "Only 12 records" in findings(recorded)["X-13"].message


def test_a_promised_class_needs_an_example() -> None:
    recorded = changed(
        ("S3-06", "origin", "recorded_outcome"), ("S1-08", "possible_values", ["fit", "lost"])
    )
    assert '"lost"' in findings(recorded)["X-13"].message


def test_a_verified_test_set_is_truth_enough() -> None:
    verified = with_value(
        SPOILED["X-14"][0], "S2-04", (0, "evaluated_on"), "300 tools labelled by technicians"
    )
    verified = with_value(verified, "S2-04", (1, "evaluated_on"), "the same labelled tools")
    assert "X-14" not in findings(verified)


def test_a_soft_budget_makes_overspending_lighter() -> None:
    hard = findings(SPOILED["X-15"][0])["X-15"]
    soft = findings(with_value(SPOILED["X-15"][0], "S1-11", (0, "hard_or_soft"), "soft"))["X-15"]
    assert (hard.severity, soft.severity) == (Severity.BLOCKER, Severity.MAJOR)
    assert "EUR 245,200" in hard.how_to_fix


def test_a_budget_in_thousands_is_read_as_such() -> None:
    assert findings(changed(("S1-11", (0, "amount"), 180), ("S1-11", (0, "unit"), "kEUR"))) == {}


def test_labelling_may_cost_half_a_year_of_benefit() -> None:
    half = changed(("S3-07", "cost_per_label", 1), ("S2-03", "benefit_expected", 18_000))
    assert "X-16" not in findings(half)


def test_costs_in_different_units_are_weighed_by_preference() -> None:
    other_units = with_value(SPOILED["X-18"][0], "S2-05", "miss_cost_unit", "injuries")
    assert "X-18" in findings(other_units)
    assert "X-18" not in findings(with_value(other_units, "S2-05", "preferred_error", "miss"))


def test_a_group_that_is_as_common_in_the_data_is_not_thin() -> None:
    known = with_value(
        SPOILED["X-19"][0], "S3-02", ("groups_missing_or_thin", 0, "share_in_data_pct"), 14
    )
    assert "X-19" not in findings(known)


@pytest.mark.parametrize(("same", "speaks"), [("yes", False), ("partly", True), ("no", True)])
def test_training_and_use_must_share_their_steps(same: str, speaks: bool) -> None:
    assert ("X-20" in findings(changed(("S3-03", "same_pipeline", same)))) is speaks


def test_a_forecast_wants_two_seasons() -> None:
    forecast = changed(
        ("S1-08", "output_type", "number"),
        ("S1-08", "season_length", {"value": 70, "unit": "week"}),
        ("S1-09", "archetype", "time_series_forecasting"),
    )
    assert "two seasons" in findings(forecast)["X-22"].message


def test_a_slow_interface_or_rhythm_misses_the_window() -> None:
    assert (
        "interface takes" in findings(changed(("S4-09", "response_ms", 20_000_000)))["X-24"].message
    )
    rare = changed(("S2-09", "prediction_frequency", {"value": 1, "unit": "day"}))
    assert "X-24" in findings(rare)
    assert "X-24" not in findings(with_value(rare, "S3-03", "serving_mode", "nightly_batch"))


def test_a_serious_project_without_any_risk_is_contradicted() -> None:
    bare = changed(*((key, None, {"none": "There is no material risk."}) for key in REGISTER))
    assert "no risk is named" in findings(bare)["X-28"].message


def test_privacy_cannot_be_denied_beside_personal_inputs() -> None:
    denied = changed(("S5-06", None, {"none": "No personal data is used."}))
    assert set(findings(denied)) == {"X-30"}
    assert "privacy is said to carry no risk" in findings(denied)["X-30"].message


def test_a_right_may_be_listed_in_other_words() -> None:
    reworded = changed(("S3-10", (1, "data"), "history of loans a borrower has made"))
    assert "X-30" not in findings(reworded)


def test_a_fairness_risk_or_a_group_measure_is_enough() -> None:
    measured = with_value(SPOILED["X-31"][0], "S2-04", (0, "evaluated_on"), "recall per age group")
    assert "X-31" not in findings(measured)


def test_a_side_effect_names_a_group_that_the_register_forgot() -> None:
    forgotten = changed(("S4-10", (1, "group"), "Suppliers"))
    assert '"Suppliers"' in findings(forgotten)["X-32"].message


def test_a_control_after_go_live_is_late() -> None:
    late = findings(changed(("S5-09", (0, "due_date"), "2027-10-01")))["X-34"]
    assert {quote.answer_id for quote in late.quotes} == {"S1-11", "S5-09"}


def test_dear_controls_count_even_where_the_work_is_over_budget() -> None:
    over = changed(("S2-03", "cost_build", 400_000), ("S5-09", (0, "cost"), 300_000))
    assert set(findings(over)) == {"X-15", "X-35"}
    assert set(findings(changed(("S2-03", "cost_build", 400_000)))) == {"X-15"}


def test_a_glance_is_no_review() -> None:
    glance = changed(
        ("S5-09", (0, "control"), "Human review of each flag"), ("S4-04", "seconds_per_review", 6)
    )
    assert "a review takes 6 s" in findings(glance)["X-36"].message
    slow = with_value(glance, "S4-04", "seconds_per_review", 10)
    assert "X-36" not in findings(slow)


def test_deletion_is_held_against_the_data_it_names() -> None:
    photos = with_value(
        SPOILED["X-37"][0], "S5-09", (2, "control"), "Delete return photos after 90 days"
    )
    assert "X-37" not in findings(photos)


def test_a_law_may_forbid_the_transfer() -> None:
    law = {"kind": "law_regulation", "detail": "city charter: loan data must stay in the country"}
    travelling = changed(
        ("S3-10", (1, "leaves_region"), "Singapore"), ("S3-10", (1, "must_stay"), False)
    )
    assert findings(travelling) == {}
    finding = findings(with_row(travelling, "S1-11", law))["X-43"]
    assert {quote.answer_id for quote in finding.quotes} == {"S1-11", "S3-10"}


@pytest.mark.parametrize("words", ["no", "No, stays in the EU", "stays in the city", ""])
def test_data_that_stays_is_not_travelling(words: str) -> None:
    assert findings(changed(("S3-10", (1, "leaves_region"), words))) == {}


def test_a_fifth_of_answers_given_up_is_tolerated() -> None:
    eleven = in_state(ANSWERS, AnswerState.ESCALATED, *list(ANSWERS)[::5][:11])
    assert "X-40" not in findings(eleven)
    assert "12 of 58" in findings(SPOILED["X-40"][0])["X-40"].message


def test_confidence_is_judged_for_full_stages_until_the_end() -> None:
    few = unknown(ANSWERS, *(f"S3-{n:02d}" for n in range(1, 7)))
    assert "Stage 3" in findings(few)["X-40"].message
    started = AnswerSet({"S1-01": ANSWERS["S1-01"]})
    assert findings(started) == {}
    assert "Stage 5" not in findings(started, is_complete=True)["X-40"].message


def test_a_rule_named_under_criticality_may_forbid_the_transfer() -> None:
    travelling = changed(
        ("S3-10", (1, "leaves_region"), "Singapore"),
        ("S3-10", (1, "must_stay"), False),
        ("S4-07", "regulations", ["loan data may not leave the city"]),
    )
    assert {quote.answer_id for quote in findings(travelling)["X-43"].quotes} == {"S3-10", "S4-07"}
