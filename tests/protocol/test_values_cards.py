"""Whole cards and rows: what is named, dropped, moved beside, asked for and shown."""

from __future__ import annotations

from datetime import date

from interviews.protocol.types import Field, Option
from interviews.protocol.values import clean, display, free_text
from tests.protocol.asking import PROTOCOL, TODAY, answer, form


def test_a_form_with_free_text_may_be_given_as_that_text():
    cleaned = answer("S2-02", "A pilot in two shops showed 9 %.")
    assert cleaned.value == {"text": "A pilot in two shops showed 9 %."}


def test_a_group_may_be_given_as_words():
    cleaned = answer("S4-12", {"first_test": "Two wards"})
    assert cleaned.value == {"first_test": {"users": "Two wards"}}


def test_what_is_optional_and_empty_is_left_out():
    raw = {"text": "We saw it in a pilot.", "confounders": "  "}
    assert answer("S2-02", raw).value == {"text": "We saw it in a pilot."}


def test_a_misspelled_column_is_named_with_the_one_that_is_meant():
    cleaned = answer("S1-07", [{"name": "age", "data_typ": "number"}])
    assert cleaned.errors[0].path == "[0].data_typ"
    assert 'Did you mean "data_type"?' in cleaned.errors[0].message


def test_a_column_may_be_headed_by_its_label():
    cleaned = answer("S1-07", [{"Name": "age", "May be at most this old": "2 h"}])
    assert cleaned.value == [{"name": "age", "max_age_hours": 2}]


def test_a_remark_that_the_question_does_not_have_is_dropped_with_a_word():
    cleaned = answer("S1-10", [{"item": "Paper files", "side": "out", "comment": "for now"}])
    assert cleaned.value == [{"item": "Paper files", "side": "out"}]
    assert cleaned.warnings[0].path == "[0].comment"


def test_missing_parts_of_a_row_are_named_by_their_path():
    cleaned = answer("S1-04", [{"approach": "More staff", "kind": "more staff"}])
    assert [issue.path for issue in cleaned.incomplete] == ["[0].status"]


def test_empty_rows_do_not_count():
    cleaned = answer("S2-07", [{}, {"give_up": "", "limit": None}])
    assert cleaned.value is None and cleaned.incomplete


def test_too_many_rows_are_an_error():
    assert "at most 6 rows" in answer("S2-01", [{"name": "x"}] * 7).errors[0].message


def test_a_reason_may_stand_for_rows_only_where_there_may_be_none():
    assert answer("S3-05", {"none": "We have all."}).value == {"none": "We have all."}
    assert answer("S3-05", {"none": " "}).incomplete
    assert answer("S1-04", {"none": "No."}).errors


def test_a_table_inside_a_form_names_its_rows():
    cleaned = answer("S1-12", {"cases": [{"case": "Implants", "handling": "ignore"}]})
    assert cleaned.errors[0].path == "cases[0].handling"


def test_what_a_condition_hides_is_left_out_with_a_warning():
    raw = {"archetype": "regression", "subtask": "ocr", "text": "A number comes out."}
    cleaned = answer("S1-09", raw)
    assert "subtask" not in cleaned.value and cleaned.is_complete
    assert cleaned.warnings[0].path == "subtask"


def test_what_a_condition_shows_is_asked_for():
    assert answer("S1-09", {"archetype": "NLP"}).incomplete[0].path == "subtask"


def test_a_name_from_an_earlier_answer_takes_its_spelling():
    row = {"model_metric": "WAPE", "kpi": "picks per hour", "steps": "Better plan, fewer walks."}
    known = {"S2_01": [{"name": "Picks per hour"}], "S2_04": [{"metric": "wape"}]}
    value = answer("S2-06", [row], **known).value
    assert (value[0]["model_metric"], value[0]["kpi"]) == ("wape", "Picks per hour")


def test_a_name_that_was_never_given_is_kept_with_a_warning():
    row = {"model_metric": "wape", "kpi": "Sales", "steps": "Better plan."}
    cleaned = answer("S2-06", [row], S2_01=[{"name": "Picks per hour"}])
    assert cleaned.value[0]["kpi"] == "Sales"
    assert "[0].kpi" in [issue.path for issue in cleaned.warnings]


def test_a_measure_of_ones_own_becomes_an_other_with_its_name():
    row = {"metric": "Queue minutes saved", "role": "primary", "comparator": ">=", "threshold": 4}
    value = answer("S2-04", [row]).value[0]
    assert (value["metric"], value["metric_name"]) == ("other", "Queue minutes saved")


def test_a_unit_written_behind_the_number_goes_beside_it():
    raw = {
        "false_alarm_cost": "12 nurse-minutes",
        "preferred_error": "miss",
        "text": "Wards mute it.",
    }
    value = answer("S2-05", raw).value
    assert (value["false_alarm_cost"], value["false_alarm_cost_unit"]) == (12, "nurse-minutes")


def test_a_percent_sign_behind_a_threshold_is_kept_as_its_unit():
    row = {"metric": "recall", "role": "primary", "comparator": ">=", "threshold": "80 %"}
    cleaned = answer("S2-04", [row])
    assert (cleaned.value[0]["threshold"], cleaned.value[0]["unit"]) == (80, "%")
    assert not cleaned.warnings


def test_a_unit_that_differs_from_the_one_beside_it_draws_a_warning():
    row = {"name": "Letters", "direction": "down", "unit": "h", "baseline_value": "31 letters"}
    assert answer("S2-01", [row]).warnings[0].path == "[0].baseline_value"


def test_one_half_of_a_double_label_is_enough():
    cleaned = answer("S1-11", [{"kind": "law", "detail": "Medicines act"}])
    assert cleaned.value[0]["kind"] == "law_regulation"


def test_two_currencies_on_one_card_are_an_error():
    raw = {"driver": "cost", "value_at_stake": "USD 5", "currency": "EUR", "text": "The plan."}
    assert answer("S1-02", raw).errors[0].path == "value_at_stake"


def test_a_screening_wants_every_practice_and_a_comment_on_doubt():
    cleaned = answer("S5-01", {"manipulation": "no", "exploitation": {"answer": "Unsure"}})
    assert cleaned.value["manipulation"] == {"answer": "no", "comment": ""}
    paths = [issue.path for issue in cleaned.incomplete]
    assert "exploitation.comment" in paths and "social_scoring" in paths


def test_a_screening_refuses_practices_nobody_asks_about():
    cleaned = answer("S5-01", {"manipulaton": "no"})
    assert 'Did you mean "manipulation"?' in cleaned.errors[0].message


def test_a_practice_is_asked_from_its_first_day_only():
    new = Option("deep_fakes", "Deep fakes", from_date=date(2027, 1, 1))
    question = form(Field("practices", "multi", "P", options=(new,)), kind="screening")
    assert clean(question, {"deep_fakes": "no"}, as_of=TODAY).warnings
    assert clean(question, {"deep_fakes": "no"}, as_of=date(2027, 1, 1)).is_complete


def test_an_answer_is_shown_with_labels_units_and_no_tokens():
    question = PROTOCOL.question("S1-02")
    value = {
        "driver": "service_quality",
        "value_at_stake": 1900000,
        "currency": "EUR",
        "text": "Why.",
    }
    assert display(question, value).splitlines() == [
        "Main reason: Service quality",
        "Value at stake per year: 1,900,000",
        "Currency of all amounts: EUR",
        "Why.",
    ]


def test_rows_are_shown_one_a_line():
    question = PROTOCOL.question("S1-07")
    rows = [{"name": "dwell_s", "access_latency_ms": 400, "essential": True}, {"name": "rain_mm"}]
    assert display(question, rows) == (
        "Name: dwell_s; Essential: Yes; Time to fetch: 400 ms\nName: rain_mm"
    )


def test_a_duration_and_a_reason_for_none_are_shown_in_words():
    timing = {"action_window": {"value": 3, "unit": "h"}, "reason": "Gates are slow."}
    assert display(PROTOCOL.question("S2-09"), timing).startswith("Answer is useful for: 3 h")
    assert display(PROTOCOL.question("S3-05"), {"none": "All there."}) == "None: All there."


def test_a_screening_is_shown_by_practice():
    value = {"manipulation": {"answer": "unsure", "comment": "Nudges."}}
    assert display(PROTOCOL.question("S5-01"), value).endswith(": Unsure (Nudges.)")


def test_free_text_is_what_a_person_worded_and_nothing_else():
    row = {"approach": "Clerk", "kind": "more_staff", "status": "tried", "result": "84 %"}
    assert free_text(PROTOCOL.question("S1-04"), [row]) == "Clerk\n84 %"
    assert free_text(PROTOCOL.question("S3-05"), {"none": "All there."}) == "All there."
    value = {"manipulation": {"answer": "no", "comment": ""}, "exploitation": {"comment": "Yes."}}
    assert free_text(PROTOCOL.question("S5-01"), value) == "Yes."
