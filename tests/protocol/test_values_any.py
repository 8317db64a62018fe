"""Whatever comes in, however large or odd: an answer or an issue, never a crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviews.protocol.values import display, free_text
from tests.protocol.asking import PROTOCOL, answer


def nested(depth: int):
    raw: object = "x"
    for _ in range(depth):
        raw = [raw]
    return raw


@pytest.mark.parametrize("raw", [nested(10_000), ["x"] * 30_000, {"text": "x" * 600_000}, object()])
@pytest.mark.parametrize("key", ["S1-01", "S1-07", "S2-09", "S5-01"])
def test_an_answer_that_is_far_too_large_is_refused_politely(key, raw):
    cleaned = answer(key, raw)
    assert cleaned.value is None
    assert len(cleaned.errors) == 1 and len(cleaned.errors[0].message) < 200


@pytest.mark.parametrize("raw", [None, "", "  ", [], {}])
@pytest.mark.parametrize("key", PROTOCOL.keys)
def test_nothing_is_an_incomplete_answer_to_any_question(key, raw):
    cleaned = answer(key, raw)
    assert not cleaned.is_complete and not cleaned.errors


NAMES = sorted({field.name for q in PROTOCOL.questions for field in q.fields})
NAMES += sorted({c.name for q in PROTOCOL.questions for f in q.fields for c in f.columns})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        ["yes", "3 h", "EUR 5 k", "2027-01-01", "1,2,3", "none", "other", "\ud800", "-"]
    )
)
KEYS = st.sampled_from([*NAMES, "none", "value", "unit", "rows"]) | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(key=st.sampled_from(PROTOCOL.keys), raw=JSON)
def test_any_json_is_read_without_a_crash_and_stays_as_it_is_when_read_again(key, raw):
    cleaned = answer(key, raw)
    for issue in cleaned.issues:
        issue.message.encode()
        issue.path.encode()
    json.dumps(cleaned.value, allow_nan=False, ensure_ascii=False).encode()
    question = PROTOCOL.question(key)
    assert isinstance(display(question, cleaned.value), str)
    assert isinstance(free_text(question, cleaned.value), str)
    if cleaned.value is not None:
        assert answer(key, cleaned.value).value == cleaned.value


@settings(max_examples=200, deadline=None)
@given(key=st.sampled_from(PROTOCOL.keys), data=st.data())
def test_any_row_or_card_with_the_right_keys_is_read_without_a_crash(key, data):
    question = PROTOCOL.question(key)
    fields = question.table.columns if question.is_table else question.fields
    card = st.fixed_dictionaries({}, optional={field.name: JSON for field in fields})
    raw = data.draw(st.lists(card, max_size=3) if question.is_table else card)
    cleaned = answer(key, raw)
    json.dumps(cleaned.value, allow_nan=False)
    assert isinstance(display(question, cleaned.value), str)
