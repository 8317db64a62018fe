"""The plain checks of stages 1 and 2, and what earlier answers already fill in."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.checks import CHECKS
from interviews.protocol.presets import prefill
from interviews.protocol.values import clean
from tests.builders.answers import AS_OF, consistent_values

PROTOCOL = default_protocol()
VALUES = consistent_values()
#: Checks on what a gate or cross-stage rule looks at again; they must never block.
LEFT_TO_THE_RULES = {
    "two_alternatives_one_not_software",
    "slow_or_manual_features",
    "horizon_named",
    "budget_and_deadline_rows",
    "zero_tolerance_needs_plain_logic",
    "exactly_one_primary_kpi",
    "kpi_target_beyond_baseline",
    "kpi_target_dates_ahead",
    "exactly_one_primary_metric",
    "metric_thresholds_in_range",
    "every_kpi_has_a_pathway",
    "time_margin_left",
    "capacity_for_outputs",
}


def cleaned(key: str, value, **earlier):
    values = {name.replace("_", "-"): answer for name, answer in earlier.items()}
    return clean(PROTOCOL.question(key), value, values={**VALUES, **values}, as_of=AS_OF)


def spoiled(key: str, **changes):
    """The sound answer with some fields (of its first row) changed; None takes one out."""
    value = copy.deepcopy(VALUES[key])
    target = value[0] if isinstance(value, list) else value
    target.update(changes)
    for name in [name for name, change in changes.items() if change is None]:
        del target[name]
    return cleaned(key, value)


def said(found, level: str, path: str) -> bool:
    return any(issue.level == level and issue.path == path for issue in found.issues)


@pytest.mark.parametrize("key", PROTOCOL.keys)
def test_a_sound_set_of_answers_passes_every_check(key):
    found = cleaned(key, VALUES[key])
    assert found.is_complete
    assert not found.warnings


def test_every_check_is_named_by_some_question():
    named = {name for question in PROTOCOL.questions for name in question.checks}
    assert named == set(CHECKS)


@pytest.mark.parametrize("name", ["xgboost", "a chatbot", "Deep Learning"])
def test_a_problem_told_as_a_technology_draws_a_warning(name):
    found = cleaned("S1-01", f"We need {name} for the 40 letters a day that leave too late.")
    assert said(found, "warning", "") and found.is_complete


def test_the_value_at_stake_or_a_reason_is_needed():
    assert said(spoiled("S1-02", value_at_stake=None), "incomplete", "value_at_stake")
    reason = spoiled("S1-02", value_at_stake=None, value_at_stake_none="It is about safety.")
    assert reason.is_complete


def test_an_amount_needs_its_currency():
    assert said(spoiled("S1-02", currency=None), "incomplete", "currency")


def test_an_outcome_by_a_day_long_gone_draws_a_warning():
    assert said(spoiled("S1-03", target_date="2020-01-01"), "warning", "target_date")


def test_one_alternative_alone_draws_a_warning():
    found = cleaned("S1-04", VALUES["S1-04"][:1])
    assert said(found, "warning", "") and found.is_complete


def test_alternatives_that_are_all_software_draw_a_warning():
    rows = [{**row, "kind": "bought_software", "is_baseline": False} for row in VALUES["S1-04"]]
    assert "needs no software" in cleaned("S1-04", rows).warnings[0].message


def test_only_one_alternative_is_the_best_so_far():
    rows = [{**row, "is_baseline": True} for row in VALUES["S1-04"]]
    assert said(cleaned("S1-04", rows), "error", "[1].is_baseline")


def test_no_tolerance_for_errors_draws_a_warning():
    assert said(spoiled("S1-05", error_tolerance="none"), "warning", "error_tolerance")


def test_an_input_has_a_name_of_its_own():
    rows = copy.deepcopy(VALUES["S1-07"])
    rows[1]["name"] = rows[0]["name"].upper().replace("_", " ")
    assert said(cleaned("S1-07", rows), "error", "[1].name")


def test_an_available_input_says_how_long_it_takes_to_fetch():
    found = spoiled("S1-07", available_at_prediction="yes", access_latency_ms=None)
    assert said(found, "incomplete", "[0].access_latency_ms")
    assert spoiled("S1-07", available_at_prediction="no", access_latency_ms=None).is_complete


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"access_latency_ms": 1001}, "[0].access_latency_ms"),
        ({"access_method": "manual"}, "[0].access_method"),
    ],
)
def test_a_slow_or_manual_input_draws_a_warning(changes, path):
    found = spoiled("S1-07", **changes)
    assert said(found, "warning", path) and found.is_complete


def test_categories_are_listed():
    found = spoiled("S1-08", output_type="category", possible_values=["late"])
    assert said(found, "incomplete", "possible_values")


def test_a_number_has_a_unit():
    found = spoiled("S1-08", output_type="number", unit="")
    assert said(found, "incomplete", "unit")


def test_a_missing_horizon_is_left_to_the_gate():
    found = spoiled("S1-08", horizon=None)
    assert said(found, "warning", "horizon") and found.is_complete


def test_reading_images_is_no_subtask_of_text():
    found = spoiled("S1-09", archetype="natural_language_processing", subtask="ocr")
    assert said(found, "error", "subtask")


@pytest.mark.parametrize(("side", "missing"), [("in", "1 missing"), ("out", "1 missing")])
def test_the_fence_has_two_sides(side, missing):
    rows = [row for row in VALUES["S1-10"] if row["side"] != side]
    found = cleaned("S1-10", [*rows, {"item": "Loans", "side": side}])
    assert any(missing in issue.message for issue in found.incomplete)


@pytest.mark.parametrize("kind", ["budget", "deadline"])
def test_a_missing_budget_or_deadline_is_left_to_the_gate(kind):
    found = cleaned("S1-11", [row for row in VALUES["S1-11"] if row["kind"] != kind])
    assert kind in found.warnings[0].message and found.is_complete


def test_a_budget_without_an_amount_draws_a_warning():
    rows = [{"kind": "budget", "detail": "Tight."}, {"kind": "deadline", "detail": "Soon."}]
    paths = [issue.path for issue in cleaned("S1-11", rows).warnings]
    assert paths == ["[0].amount", "[1].date"]


def test_a_deadline_long_gone_draws_a_warning():
    rows = [{"kind": "deadline", "detail": "Last year.", "date": "2025-11-21"}]
    assert said(cleaned("S1-11", rows), "warning", "[0].date")


def test_cases_cannot_be_more_than_all():
    case = {"case": "Implants", "share_pct": 60, "handling": "exclude"}
    found = cleaned("S1-12", {"cases": [case, {**case, "case": "Children"}]})
    assert said(found, "error", "cases")


def test_a_business_figure_has_a_name_of_its_own():
    row = VALUES["S2-01"][0]
    assert said(cleaned("S2-01", [row, {**row, "is_primary": False}]), "error", "[1].name")


def test_none_or_two_main_figures_are_left_to_the_gate():
    row = VALUES["S2-01"][0]
    two = cleaned("S2-01", [row, {**row, "name": "Another"}])
    none = cleaned("S2-01", [{**row, "is_primary": False}])
    assert said(two, "warning", "") and said(none, "warning", "")
    assert two.is_complete and none.is_complete


@pytest.mark.parametrize("part", ["baseline_value", "target_value", "target_date", "data_source"])
def test_what_the_main_figure_lacks_is_named(part):
    found = spoiled("S2-01", is_primary=True, **{part: None})
    assert said(found, "warning", f"[0].{part}")


@pytest.mark.parametrize(
    ("direction", "today", "target", "is_odd"),
    [
        ("up", 10, 12, False),
        ("up", 10, 9, True),
        ("up", 10, 10, True),
        ("down", 10, 9, False),
        ("down", 10, 11, True),
        ("hold", 10, 10, False),
        ("up", 10, 101, True),
        ("down", 10, 0.5, True),
        ("up", 0, 50, False),
    ],
)
def test_a_target_lies_on_the_side_of_its_direction(direction, today, target, is_odd):
    found = spoiled("S2-01", direction=direction, baseline_value=today, target_value=target)
    assert said(found, "warning", "[0].target_value") is is_odd
    assert found.is_complete


def test_a_target_date_must_lie_ahead():
    assert said(spoiled("S2-01", target_date=AS_OF.isoformat()), "warning", "[0].target_date")


@pytest.mark.parametrize(
    ("low", "likely", "high", "path"),
    [(5, 3, 9, "benefit_expected"), (1, 9, 3, "benefit_high"), (9, 9, 9, "")],
)
def test_benefits_rise_from_low_to_high(low, likely, high, path):
    found = spoiled("S2-03", benefit_low=low, benefit_expected=likely, benefit_high=high)
    assert [issue.path for issue in found.errors] == ([path] if path else [])


def test_a_low_value_above_the_high_one_is_noticed_without_a_likely_one():
    raw = {"benefit_low": 9, "benefit_high": 3}
    assert said(cleaned("S2-03", raw), "error", "benefit_high")


def test_two_primary_measures_are_left_to_the_gate():
    rows = [{**row, "role": "primary"} for row in VALUES["S2-04"]]
    found = cleaned("S2-04", rows)
    assert said(found, "warning", "") and found.is_complete


@pytest.mark.parametrize(
    ("metric", "unit", "threshold", "is_odd"),
    [
        ("recall", "", 0.8, False),
        ("recall", "", 80, True),
        ("recall", "%", 80, False),
        ("recall", "%", 101, True),
        ("mcc", "", -0.5, False),
        ("mcc", "", -1.5, True),
        ("r2", "", -3, False),
        ("r2", "", 1.2, True),
        ("mape", "%", 140, False),
        ("mape", "%", -1, True),
        ("bias", "%", -3, False),
    ],
)
def test_a_threshold_must_be_possible(metric, unit, threshold, is_odd):
    found = spoiled("S2-04", metric=metric, unit=unit, threshold=threshold, baseline_value=None)
    assert said(found, "warning", "[0].threshold") is is_odd
    assert found.is_complete


def test_costs_of_mistakes_in_two_units_draw_a_warning():
    found = spoiled("S2-05", false_alarm_cost_unit="nurse-minutes", miss_cost_unit="ICU days")
    assert said(found, "warning", "miss_cost_unit")


def test_a_business_figure_without_a_chain_is_named():
    extra = [*VALUES["S2-01"], {"name": "Waiting time", "direction": "down"}]
    found = cleaned("S2-06", VALUES["S2-06"], S2_01=extra)
    assert "Waiting time" in found.warnings[0].message and found.is_complete


def test_an_answer_that_comes_too_late_is_left_to_the_gate():
    found = spoiled(
        "S2-09",
        action_window={"value": 1, "unit": "h"},
        human_reaction_time={"value": 2, "unit": "h"},
    )
    assert said(found, "warning", "action_window") and found.is_complete


@pytest.mark.parametrize(
    "part", ["action_window", "data_latency", "prediction_latency", "human_reaction_time"]
)
def test_all_four_times_are_needed(part):
    assert said(spoiled("S2-09", **{part: None}), "incomplete", part)


def test_more_answers_than_people_can_handle_are_left_to_the_rules():
    found = spoiled("S2-10", capacity_per_day=6, expected_outputs_per_day=40)
    assert said(found, "warning", "capacity_per_day") and found.is_complete


BAD_ROW = {"kind": "budget", "is_primary": True, "role": "guardrail", "metric": "recall"}
BAD_ROW |= {"threshold": -9, "direction": "up", "baseline_value": 5, "target_value": 5}
BAD_ROW |= {"target_date": "2001-01-01", "access_latency_ms": 5000, "access_method": "manual"}
LATE = {"value": 0, "unit": "h"}
BAD_FORM = {"error_tolerance": "none", "capacity_per_day": 1, "expected_outputs_per_day": 2}
BAD_FORM |= {f"{name}_latency": LATE for name in ("data", "prediction")}
BAD_FORM |= {"action_window": LATE, "human_reaction_time": LATE}


@pytest.mark.parametrize("name", sorted(LEFT_TO_THE_RULES))
def test_what_a_rule_looks_at_again_never_blocks_the_answer(name):
    question = next(q for q in PROTOCOL.questions if name in q.checks)
    value = [BAD_ROW] if question.is_table else BAD_FORM
    earlier = {"S2-01": [{"name": "Sales"}]}
    issues = list(CHECKS[name](question, value, earlier, AS_OF))
    assert issues and {issue.level for issue in issues} == {"warning"}


@pytest.mark.parametrize("name", sorted(CHECKS))
@pytest.mark.parametrize("value", [[], {}, [{}], {"none": "No."}, "", {"text": "x"}])
def test_a_check_copes_with_an_answer_that_is_hardly_there(name, value):
    question = next(q for q in PROTOCOL.questions if name in q.checks)
    assert isinstance(list(CHECKS[name](question, value, {}, date(2026, 1, 1))), list)


def test_the_first_business_figure_comes_from_the_desired_outcome():
    values = {"S1-03": {"metric_name": "Late bags", "direction": "down", "text": "Fewer."}}
    rows = prefill(PROTOCOL.question("S2-01"), values)
    assert rows == [{"name": "Late bags", "direction": "down", "is_primary": True}]


def test_every_business_figure_starts_with_a_chain_from_the_primary_measure():
    values = {
        "S2-01": [{"name": "Late bags"}, {"name": "Complaints"}],
        "S2-04": [{"metric": "recall", "role": "primary"}],
    }
    rows = prefill(PROTOCOL.question("S2-06"), values)
    assert rows[1] == {"model_metric": "recall", "kpi": "Complaints"}


def test_every_critical_source_is_rated_six_times():
    values = {"S3-01": [{"name": "Till", "critical": True}, {"name": "Map", "critical": False}]}
    rows = prefill(PROTOCOL.question("S3-04"), values)
    assert len(rows) == 6
    assert {row["source"] for row in rows} == {"Till"}


def test_laws_and_delays_are_not_asked_twice():
    values = {
        "S1-08": {"label_delay": {"value": 96, "unit": "day"}},
        "S1-11": [{"kind": "law_regulation", "detail": "Medicines act"}, {"kind": "budget"}],
    }
    assert prefill(PROTOCOL.question("S4-07"), values) == {"regulations": ["Medicines act"]}
    assert prefill(PROTOCOL.question("S3-06"), values) == {
        "label_delay": {"value": 96, "unit": "day"}
    }


@pytest.mark.parametrize("key", ["S1-01", "S1-05", "S2-01", "S3-04", "S4-07", "S5-01"])
def test_without_earlier_answers_nothing_is_filled_in(key):
    assert prefill(PROTOCOL.question(key), {}) is None


@pytest.mark.parametrize("key", PROTOCOL.keys)
def test_what_is_filled_in_can_be_read_as_an_answer(key):
    question = PROTOCOL.question(key)
    found = prefill(question, VALUES)
    if found is not None:
        reread = clean(question, found, values=VALUES, as_of=AS_OF)
        assert reread.value == found and not reread.errors
