"""No text is longer than the caller allows, in whatever part of an answer it stands."""

from __future__ import annotations

from typing import Any

import pytest

from interviews.protocol.types import Field
from interviews.protocol.values import clean, plain
from tests.protocol.asking import TODAY, form, item

LONG = "A sentence of many words. " * 3


def complaints(field: Field, raw: Any, limit: int = 50) -> list[str]:
    question = form(field)
    return [
        one.message for one in clean(question, {"it": raw}, as_of=TODAY, text_limit=limit).errors
    ]


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        (Field("it", "long_text", "It"), LONG),
        (Field("it", "long_text", "It", max_length=10_000), LONG),
        (Field("it", "text", "It", max_length=200), LONG),
        (Field("it", "list", "It"), ["short", LONG]),
        (Field("it", "table", "It", columns=(Field("c", "long_text", "C"),)), [{"c": LONG}]),
        (Field("it", "group", "It", columns=(Field("c", "text", "C"),)), {"c": LONG}),
        (
            Field("it", "table", "It", columns=(Field("c", "text", "C"),), none_allowed=True),
            {"none": LONG},
        ),
    ],
)
def test_the_smaller_limit_counts(field: Field, raw: Any) -> None:
    assert complaints(field, raw) == [
        f"Shorten this to 50 characters; there are {len(LONG.strip())}."
    ]
    assert complaints(field, raw, limit=10_000) == []


def test_a_fields_own_limit_counts_where_it_is_smaller() -> None:
    field = Field("it", "text", "It", max_length=20)
    assert complaints(field, LONG)[0].startswith("Shorten this to 20 characters")


def test_a_comment_on_a_practice_is_a_text_too() -> None:
    question = item("S5-01")
    code = question.fields[0].options[0].value
    raw = {code: {"answer": "yes", "comment": LONG}}
    assert clean(question, raw, as_of=TODAY, text_limit=50).errors[0].path == f"{code}.comment"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        ("As it was typed.", "As it was typed."),
        ({"biggest_driver": "cost", "is_new": True}, "Biggest driver: cost\nIs new: Yes"),
        ([{"name": "Age", "latency": 1_900_000}], "Name: Age; Latency: 1,900,000"),
        ({"none": "There is none."}, "None: There is none."),
        ({"rows": [{"a": 1}, {"a": 2}]}, "Rows: A: 1, A: 2"),
    ],
)
def test_an_answer_without_its_question_is_readable(value: Any, said: str) -> None:
    assert plain(value) == said
