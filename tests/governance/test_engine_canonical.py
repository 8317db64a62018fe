"""One content, one sequence of bytes: what makes a content hash checkable by anyone."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charters.canonical import canonical_bytes, content_hash

texts = st.text(st.characters(exclude_categories=["Cs"]))
contents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(0, 1e15) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(contents)
def test_an_ordinary_json_library_finds_the_same_hash(content):
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert content_hash(content) == hashlib.sha256(plain.encode()).hexdigest()


@given(contents)
def test_reading_the_bytes_back_keeps_them(content):
    once = canonical_bytes(content)
    assert canonical_bytes(json.loads(once)) == once


def test_keys_are_sorted_and_text_stays_readable():
    assert canonical_bytes({"b": [1, 0.5], "a": "Łódź"}) == '{"a":"Łódź","b":[1,0.5]}'.encode()


def test_composed_and_decomposed_letters_stay_different():
    assert content_hash("\u00e9") != content_hash("e\u0301")


def test_numbers_are_written_as_a_json_column_returns_them():
    assert canonical_bytes([1e16, -0.0, 1.0, 1e-7]) == b"[10000000000000000,0.0,1.0,1e-07]"


@pytest.mark.parametrize("content", [{1: "a"}, {"a": {1, 2}}, [object()]])
def test_what_json_cannot_hold_is_refused(content):
    with pytest.raises(TypeError):
        canonical_bytes(content)


@pytest.mark.parametrize("content", [float("nan"), [float("inf")], {"a": "\ud800"}])
def test_a_value_without_one_spelling_is_refused(content):
    with pytest.raises(ValueError, match="."):
        canonical_bytes(content)
