"""Durations, money and names are read and said the way people write them."""

from __future__ import annotations

from datetime import date

import pytest

from interviews.consistency import measures, wording


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ({"value": 90, "unit": "s"}, 90),
        ({"value": 1.5, "unit": "h"}, 5_400),
        ({"value": 2, "unit": "week"}, 1_209_600),
        ({"value": 2, "unit": "fortnight"}, None),
        ({"unit": "h"}, None),
        ("3 h", None),
    ],
)
def test_a_duration_is_read_in_seconds(value: object, seconds: float | None) -> None:
    assert measures.seconds(value) == seconds


@pytest.mark.parametrize(
    ("amount", "unit", "money"),
    [
        (240, "kEUR", 240_000),
        (240, "k EUR", 240_000),
        (240, "EUR k", 240_000),
        (1.9, "EUR million", 1_900_000),
        (240, "EUR", 240),
        (240, "MAD", 240),
        (240, "KRW", 240),
        (240, "", 240),
        (True, "EUR", None),
    ],
)
def test_an_amount_is_read_with_its_unit(amount: object, unit: str, money: float | None) -> None:
    assert measures.money(amount, unit) == money


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (4, "4 s"),
        (1_206, "20.1 min"),
        (8_820, "2 h 27 min"),
        (14_400, "4 h"),
        (8_294_400, "96 days"),
        (-60, "minus 1 min"),
    ],
)
def test_a_duration_is_said_in_the_units_that_matter(span: float, said: str) -> None:
    assert measures.say_duration(span) == said


def test_numbers_are_said_without_noise() -> None:
    assert [measures.say_number(value) for value in (1_234_567.0, 0.25, 3.0, 3.9)] == [
        "1,234,567",
        "0.25",
        "3",
        "3.9",
    ]
    assert measures.say_date(date(2027, 10, 1)) == "1 Oct 2027"


@pytest.mark.parametrize(
    ("text", "number"), [("finds 48 % of defects", 48), ("1,200 a day", 1_200), ("some", None)]
)
def test_a_number_is_found_in_a_text(text: str, number: float | None) -> None:
    assert measures.written_number(text) == number


@pytest.mark.parametrize("text", ["", None, "no", "None", "No, stays in the EU", "n/a", "never"])
def test_a_no_is_understood(text: str | None) -> None:
    assert wording.says_no(text)


@pytest.mark.parametrize("text", ["no more than 5 % a week", "Norway", "notary's office", "yes"])
def test_a_word_that_starts_like_no_is_not_a_no(text: str) -> None:
    assert not wording.says_no(text)


def test_singular_and_plural_name_the_same_people() -> None:
    assert wording.one_names_the_other("Night nurses", "night nurse")
    assert not wording.one_names_the_other("night nurse", "day nurse")
    assert wording.shares_word("Members who borrow tools", "member")


def test_a_long_list_of_names_is_cut() -> None:
    assert wording.listed("abcdefg", limit=2) == '"a", "b" and 5 more'
