"""One raw value in, one canonical value out: lenient on spelling, strict on meaning."""

from __future__ import annotations

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.types import Option
from interviews.protocol.values import clean
from tests.protocol.asking import TODAY, answer, read


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (3, 3),
        (3.0, 3),
        (0.5, 0.5),
        ("1 200", 1200),
        ("1,200", 1200),
        ("1,200.50", 1200.5),
        ("1.200,50", 1200.5),
        ("1.200.000", 1_200_000),
        ("1\u202f200", 1200),
        ("1'200", 1200),
        ("0,5", 0.5),
        (".5", 0.5),
        ("−4", -4),
        ("1e3", 1000),
        ("12 %", 12),
        ("240 k", 240_000),
        ("about 40", 40),
    ],
)
def test_a_number_may_be_written_as_people_write_it(raw, number):
    value, cleaned = read("number", raw)
    assert value == number and type(value) is type(number)
    assert cleaned.is_complete


@pytest.mark.parametrize(
    "raw",
    [
        float("nan"),
        float("inf"),
        "NaN",
        "Infinity",
        "1e400",
        10**400,
        True,
        False,
        "8-20",
        "4/5",
        "3 of 5",
        "more than 5",
        "1 2",
        "1,2,3.4",
        "many",
        "9" * 80,
        [],
        [5, 6],
        {"x": 1},
    ],
)
def test_what_is_no_single_number_is_refused(raw):
    value, cleaned = read("number", raw, required=True)
    assert value is None
    assert not cleaned.is_complete


def test_times_are_brought_to_the_unit_of_the_field():
    assert read("number", "0.4 s", unit="ms")[0] == 400
    assert read("number", "2 days", unit="h")[0] == 48
    assert read("number", "400 ms", unit="ms")[0] == 400


def test_another_unit_than_the_field_asks_for_is_an_error():
    _, cleaned = read("number", "5 kg", unit="ms")
    assert cleaned.errors[0].message == "Give the number in ms."


def test_money_in_another_currency_is_an_error():
    session = {"S1-02": {"currency": "EUR"}}
    assert read("money", "EUR 1.9 M", session)[0] == 1_900_000
    assert read("money", "€ 1,900", session)[0] == 1_900
    assert "Amounts are in EUR" in read("money", "USD 5", session)[1].errors[0].message


@pytest.mark.parametrize(("stated", "faults"), [("EUR", []), ("eur", []), ("PLN", ["currency"])])
def test_a_currency_beside_an_amount_must_be_the_session_s(stated, faults):
    plan = {"labels_needed": 10, "cost_per_label": 2, "currency": stated}
    cleaned = clean(
        default_protocol().question("S3-07"),
        plan,
        values={"S1-02": {"currency": "EUR"}},
        as_of=TODAY,
    )
    assert [issue.path for issue in cleaned.errors] == faults
    assert cleaned.value == {"labels_needed": 10, "cost_per_label": 2}


@pytest.mark.parametrize(("raw", "is_fine"), [(0, True), (100, True), (-1, False), (101, False)])
def test_a_percentage_lies_between_0_and_100(raw, is_fine):
    assert read("percent", raw)[1].is_complete is is_fine


@pytest.mark.parametrize(("raw", "is_fine"), [(1, True), ("5", True), (6, False), (2.5, False)])
def test_a_rating_is_a_whole_number_in_its_range(raw, is_fine):
    assert read("rating", raw, minimum=1, maximum=5)[1].is_complete is is_fine


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ({"value": 3, "unit": "h"}, 3, "h"),
        ({"value": "3", "unit": "hours"}, 3, "h"),
        ("3 h", 3, "h"),
        ("2 weeks", 2, "week"),
        ("2 h 27 min", 147, "min"),
        ("1,5 hours", 1.5, "h"),
        ("every 15 min", 15, "min"),
        ("40 ms", 0.04, "s"),
        ({"value": 0, "unit": "day"}, 0, "day"),
        ("3 months", 90, "day"),
    ],
)
def test_a_duration_may_be_written_in_words(raw, value, unit):
    assert read("duration", raw)[0] == {"value": value, "unit": unit}


@pytest.mark.parametrize(
    "raw",
    [
        3,
        "3",
        "soon",
        "3 parsecs",
        "-3 h",
        True,
        {"value": -1, "unit": "h"},
        {"hours": 3},
        "1e9 weeks",
    ],
)
def test_a_duration_without_a_clear_length_is_an_error(raw):
    assert read("duration", raw)[1].errors


def test_a_duration_left_blank_is_missing_and_no_error():
    _, cleaned = read("duration", {"value": "", "unit": "h"}, required=True)
    assert [issue.level for issue in cleaned.issues] == ["incomplete"]


@pytest.mark.parametrize(
    "raw",
    ["2027-10-01", "2027/10/1", "1 Oct 2027", "October 1, 2027", "01.10.2027", "2027-10-01T08:00Z"],
)
def test_a_date_may_be_written_in_several_ways(raw):
    assert read("date", raw)[0] == "2027-10-01"


@pytest.mark.parametrize("raw", ["2027-02-30", "01/10/2027", "0001-01-01", "soon", 20271001, True])
def test_a_day_that_is_none_is_an_error(raw):
    assert read("date", raw)[1].errors


@pytest.mark.parametrize("raw", [True, "yes", "YES", "true", "y"])
def test_yes_may_be_said_in_several_ways(raw):
    assert read("yes_no", raw)[0] is True


@pytest.mark.parametrize("raw", ["perhaps", "ja", 1, "unsure"])
def test_what_is_neither_yes_nor_no_is_an_error(raw):
    assert read("yes_no", raw)[1].errors


@pytest.mark.parametrize(
    "raw", ["special_category", "Special category", "SPECIAL-CATEGORY", "Special"]
)
def test_a_choice_is_found_by_token_and_by_label(raw):
    options = (Option("none", "None"), Option("special_category", "Special: category"))
    assert read("choice", raw, options=options)[0] == "special_category"


def test_an_unknown_choice_is_an_error_that_lists_what_can_be_chosen():
    options = (Option("granted", "Granted"), Option("refused", "Refused"))
    _, cleaned = read("choice", "grantd", options=options)
    message = cleaned.errors[0].message
    assert "granted, refused" in message and 'Did you mean "granted"?' in message


def test_both_spellings_of_a_word_are_one_option():
    assert answer("S2-08", {"method": "Randomized test"}).value == {"method": "randomised_test"}


@pytest.mark.parametrize("raw", ["≥", ">=", ">", "at least"])
def test_a_comparator_may_be_any_sign_that_says_it(raw):
    row = {"metric": "F1", "role": "primary", "comparator": raw, "threshold": 0.8}
    assert answer("S2-04", [row]).value[0]["comparator"] == ">="


@pytest.mark.parametrize(
    "raw", ["a; b\nc", ["a", "b", "c"], "- a\n- b\n- c", ["a", " b", "c", "c"]]
)
def test_a_list_may_come_as_lines(raw):
    assert read("list", raw)[0] == ["a", "b", "c"]


def test_several_choices_may_come_as_one_string():
    options = (Option("text", "Text"), Option("image", "Image"))
    assert read("multi", "Text, image", options=options)[0] == ["text", "image"]


def test_text_is_kept_in_one_form():
    assert answer("S1-01", "  Cafe\u0301\r\nopens late, forty characters are needed. ").value == (
        "Café\nopens late, forty characters are needed."
    )


@pytest.mark.parametrize("raw", ["a\x00b", "a\ud800b"])
def test_text_that_cannot_be_stored_is_an_error(raw):
    assert answer("S1-01", raw).errors


def test_limits_count_characters_and_not_bytes():
    assert answer("S1-01", "é" * 2000).is_complete
    assert answer("S1-01", "😀" * 2001).errors
    assert answer("S1-01", "é" * 39).incomplete
    assert answer("S1-01", "é" * 40).is_complete
