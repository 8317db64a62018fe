"""A model's reply is read or refused; nothing between, and nothing of it is repeated."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from interviews.llm.replies import MOST_CHARACTERS, read_reply
from interviews.llm.types import FaultKind, ModelFault, ProviderReply, Stop


class Verdict(BaseModel):
    """A verdict with limits."""

    model_config = ConfigDict(extra="forbid")

    element: str = Field(max_length=5)
    score: int = Field(ge=0, le=10)


class Reply(BaseModel):
    """The shape of a reply here."""

    verdicts: list[Verdict]


GOOD = '{"verdicts": [{"element": "a", "score": 7}]}'
READ = Reply(verdicts=[Verdict(element="a", score=7)])


def read(text: str, stop: Stop = Stop.COMPLETE) -> Reply:
    """Reads a reply of this text."""
    return read_reply(ProviderReply(text, stop), Reply)


def fault_of(text: str, stop: Stop = Stop.COMPLETE) -> ModelFault:
    """The fault of a reply that must not be read."""
    with pytest.raises(ModelFault) as raised:
        read(text, stop)
    return raised.value


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  \n{GOOD}\n",
        f"\ufeff{GOOD}",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"Here is my judgement:\n{GOOD}\nI hope this helps!",
        f"Sure: ```json\n{GOOD}\n``` as you asked",
        f"A smile {{:-) and then {GOOD}",
        f"<think>Is it {{7}} or 8? {GOOD}</think>\n{GOOD}",
        json.dumps(json.loads(GOOD) | {"remark": "surplus keys are left out"}),
    ],
)
def test_an_object_is_found_in_what_models_put_around_it(text: str) -> None:
    assert read(text) == READ


def test_a_truncated_reply_is_never_parsed_even_if_it_looks_whole() -> None:
    assert fault_of(GOOD, Stop.TRUNCATED).kind == FaultKind.TRUNCATED


def test_a_refusal_is_never_parsed() -> None:
    assert fault_of(GOOD, Stop.REFUSED).kind == FaultKind.REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I would give this a 7.",
        GOOD[:-3],
        GOOD.replace('"', "'"),
        GOOD.replace("7", "NaN"),
        GOOD.replace("7", "Infinity"),
        GOOD.replace("7", "07"),
        GOOD.replace("7", "9" * 5000),
        f"{GOOD}\n{GOOD}",
        f'The answer held {{"verdicts": []}}, so I say {GOOD}',
        "{" * 100_000,
        '{"verdicts": ' + "[" * 100_000,
        "{" + '"a":{' * 50_000,
        "{} " * 60,
        "<html>502</html>",
        "x" * (MOST_CHARACTERS + 1),
        "```json\n```",
        "null and void",
    ],
    ids=lambda text: text[:30],
)
def test_what_is_not_one_object_is_malformed(text: str) -> None:
    assert fault_of(text).kind == FaultKind.MALFORMED


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "7",
        "null",
        '"ten"',
        "{}",
        f"[{GOOD}]",
        '{"verdicts": null}',
        '{"verdicts": {"a": 7}}',
        '{"verdicts": [7]}',
        GOOD.replace("7", "11"),
        GOOD.replace("7", "-1"),
        GOOD.replace("7", '"ten"'),
        GOOD.replace("7", "7.5"),
        GOOD.replace("7", "1e400"),
        GOOD.replace('"a"', '"far too long"'),
        GOOD.replace('"score": 7', '"points": 7'),
        json.dumps(Reply.model_json_schema()),
        json.dumps(Reply.model_json_schema() | {"verdicts": []}),
    ],
)
def test_an_object_of_another_shape_is_told_from_no_object(text: str) -> None:
    assert fault_of(text).kind in {FaultKind.WRONG_SHAPE, FaultKind.MALFORMED}
    assert fault_of(text).kind == FaultKind.WRONG_SHAPE


def test_the_reason_says_where_and_what_but_repeats_nothing() -> None:
    bad = {"element": "SECRET words of a person", "score": "SECRET", "SECRET": 1}
    fault = fault_of(json.dumps({"verdicts": [bad]}))
    assert "verdicts.0.element: string_too_long" in str(fault)
    assert "verdicts.0.score: int_parsing" in str(fault)
    assert "SECRET" not in str(fault)
    assert fault.__cause__ is None
    assert len(str(fault)) <= 300


def test_a_reason_names_few_of_many_faults() -> None:
    fault = fault_of(json.dumps({"verdicts": [{"score": 99}] * 5000}))
    assert len(str(fault)) <= 300


def test_a_validator_of_ours_speaks_for_itself() -> None:
    def refuse(value: str) -> str:
        raise ValueError("a letter is expected")

    class Letter(BaseModel):
        letter: Annotated[str, AfterValidator(refuse)]

    with pytest.raises(ModelFault, match="a letter is expected") as raised:
        read_reply(ProviderReply('{"letter": "SECRET"}'), Letter)
    assert "SECRET" not in str(raised.value)


def test_characters_that_no_database_keeps_are_left_out() -> None:
    class Words(BaseModel):
        words: str

    text = r'{"words": "a\u0000b\ud800c\u0007d\ne"}'
    assert read_reply(ProviderReply(text), Words).words == "abcd\ne"


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except ModelFault as fault:
        assert fault.kind in {FaultKind.MALFORMED, FaultKind.WRONG_SHAPE}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["verdicts", "element", "score", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_within_its_limits_or_refused(content: Any) -> None:
    try:
        found = read(json.dumps(content))
    except ModelFault as fault:
        assert fault.kind in {FaultKind.MALFORMED, FaultKind.WRONG_SHAPE}
    else:
        assert all(0 <= one.score <= 10 for one in found.verdicts)


@pytest.mark.parametrize(
    "text",
    ["```" + "\n" * 100_000 + "x", "```\nx" + "\n" * 100_000 + "x", "```\n" * 90_000],
    ids=["a fence and blank lines", "blank lines in a fence", "fence after fence"],
)
def test_a_fence_without_an_end_is_given_up_at_once(text: str) -> None:
    began = time.monotonic()
    assert fault_of(text).kind == FaultKind.MALFORMED
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize("depth", [600, 900, 50_000])
def test_brackets_without_end_are_a_fault_and_no_accident(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    assert fault_of(f'{{"verdicts": {deep}}}').kind == FaultKind.MALFORMED
