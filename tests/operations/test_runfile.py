"""Reading a run file: everything wrong is named, nothing else is ever raised."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.protocol import catalogue
from tests.operations.command import sample
from uaip_project.operations.jsonfile import SIZE_LIMIT, UnusableRunFile, oddities, parse_json
from uaip_project.operations.runfile import UNSUPPLIED_OWNER, RunFile, read_run_file

TODAY = date(2026, 11, 21)
KEYS = catalogue.default_protocol().keys
PROBLEM = "Tenants wait 19 days for a heating repair, and 45 of them complain each month."


def read(raw: Any) -> RunFile:
    return read_run_file(raw, protocol=catalogue.default_protocol(), today=TODAY)


def file_with(given: Any = None, /, **changes: Any) -> dict[str, Any]:
    """The smallest usable run file, with changes."""
    whole = {"protocol": "uaip/1", "project_name": "Repairs", "answers": given or {}}
    return {**whole, **changes}


def complaints(raw: Any) -> dict[str, str]:
    with pytest.raises(UnusableRunFile) as caught:
        read(raw)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_plain_value_is_one_attempt() -> None:
    assert read(file_with({"S1-01": PROBLEM})).attempts == {"S1-01": (PROBLEM,)}


def test_attempts_are_kept_in_order() -> None:
    run = read(file_with({"S1-01": {"attempts": ["We want more efficiency.", PROBLEM]}}))
    assert run.attempts["S1-01"] == ("We want more efficiency.", PROBLEM)


def test_as_of_is_today_unless_the_file_says_otherwise() -> None:
    assert read(file_with()).as_of == TODAY
    assert read(file_with(as_of="2027-02-01")).as_of == date(2027, 2, 1)


def test_an_unknown_names_its_owner_and_date() -> None:
    run = read(file_with({"S1-03": {"unknown": {"owner": "Ann", "due": "2027-01-31"}}}))
    assert run.unknowns["S1-03"].owner == "Ann"
    assert run.unknowns["S1-03"].due_date == date(2027, 1, 31)


def test_an_unknown_without_an_owner_gets_the_one_of_absent_items() -> None:
    run = read(file_with({"S1-03": {"unknown": {}}}))
    assert run.unknowns["S1-03"].owner == UNSUPPLIED_OWNER


@pytest.mark.parametrize("nothing", [None, "", "  ", {"text": ""}])
def test_an_empty_answer_counts_as_absent_with_a_warning(nothing: Any) -> None:
    run = read(file_with({"S1-01": nothing}))
    assert "S1-01" not in run.attempts
    assert any(one.startswith("answers.S1-01: holds no answer") for one in run.warnings)


def test_what_is_merely_missing_is_a_warning() -> None:
    run = read(file_with({"S1-02": {"driver": "cost"}}))
    assert run.attempts["S1-02"] == ({"driver": "cost"},)
    assert any(one.startswith("answers.S1-02.text: Fill in") for one in run.warnings)


def test_a_hidden_conditional_item_is_ignored_with_a_warning() -> None:
    run = read(
        file_with({"S3-06": {"origin": ["recorded_outcome"]}, "S3-07": {"anything": "at all"}})
    )
    assert "S3-07" not in run.attempts
    assert "answers.S3-07: is ignored: the question does not apply here." in run.warnings


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("protocol", {"protocol": "uaip/2"}),
        ("project_name", {"project_name": ""}),
        ("project_name", {"project_name": 7}),
        ("project_name", {"project_name": "x" * 201}),
        ("as_of", {"as_of": "21.11.2026"}),
        ("as_of", {"as_of": "2026-02-30"}),
        ("as_of", {"as_of": None}),
        ("answers", {"answers": []}),
        ("provenance", {"provenance": []}),
        ("provenance.S1-01", {"provenance": {"S1-01": "invented"}}),
        ("provenance.S1-1", {"provenance": {"S1-1": "record"}}),
        ("findings", {"findings": ["G3-7"]}),
        ("findings.G9-1", {"findings": {"G9-1": {"action": "carry", "reason": "x"}}}),
        ("findings.X-99", {"findings": {"X-99": {"action": "carry", "reason": "x"}}}),
        ("findings.G3-7", {"findings": {"G3-7": "carry"}}),
        ("findings.G3-7.action", {"findings": {"G3-7": {"action": "ignore", "reason": "x"}}}),
        ("findings.G3-7.reason", {"findings": {"G3-7": {"action": "carry"}}}),
        ("findings.G3-7.reson", {"findings": {"G3-7": {"action": "fix", "reson": "x"}}}),
    ],
)
def test_a_bad_place_beside_the_answers_is_named(path: str, changes: dict[str, Any]) -> None:
    assert path in complaints(file_with(**changes))


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("answers.S1-01", "S1-01", 5),
        ("answers.S1-01", "S1-01", ["a", "b"]),
        ("answers.S1-01", "S1-01", {"text": ["a"]}),
        ("answers.S1-02.driver", "S1-02", {"driver": "costt"}),
        ("answers.S1-02.drivr", "S1-02", {"drivr": "cost"}),
        ("answers.S1-04[0].kind", "S1-04", [{"approach": "x", "kind": "magic"}]),
        ("answers.S1-01.attempts", "S1-01", {"attempts": []}),
        ("answers.S1-01.attempts", "S1-01", {"attempts": "once"}),
        ("answers.S1-01.attempts[1]", "S1-01", {"attempts": [PROBLEM, 7]}),
        ("answers.S5-01.telepathy", "S5-01", {"telepathy": {"answer": "no"}}),
        ("answers.S5-01.manipulation.answer", "S5-01", {"manipulation": {"answer": "perhaps"}}),
        ("answers.S5-04.unknown", "S5-04", {"unknown": {"owner": "Ann"}}),
        ("answers.S1-03.unknown", "S1-03", {"unknown": "later"}),
        ("answers.S1-03.unknown.owner", "S1-03", {"unknown": {"owner": ""}}),
        ("answers.S1-03.unknown.due", "S1-03", {"unknown": {"owner": "A", "due": "soon"}}),
        ("answers.S1-03.unknown.ownr", "S1-03", {"unknown": {"ownr": "A"}}),
        ("answers.S1-01", "S1-01", "a\x00b" * 30),
        ("answers.S1-01", "S1-01", "\ud800" * 50),
        ("answers.S2-03.benefit_low", "S2-03", {"benefit_low": math.inf}),
        ("answers.S2-03.benefit_low", "S2-03", {"benefit_low": math.nan}),
    ],
)
def test_a_bad_place_in_an_answer_is_named(path: str, key: str, value: Any) -> None:
    assert path in complaints(file_with({key: value}))


def test_every_bad_place_is_named_at_once() -> None:
    found = complaints(
        file_with({"S1-1": "x", "S1-02": {"driver": 3}}, as_of="soon", protocol="x", extra=1)
    )
    assert {"answers.S1-1", "answers.S1-02.driver", "as_of", "protocol", "extra"} <= set(found)


def test_a_mistyped_key_gets_a_hint() -> None:
    found = complaints(file_with({"S1-01a": PROBLEM}, project_nam="Repairs"))
    assert "Did you mean S1-01?" in found["answers.S1-01a"]
    assert "Did you mean project_name?" in found["project_nam"]


def test_a_place_is_named_once_even_when_two_checks_see_it() -> None:
    with pytest.raises(UnusableRunFile) as caught:
        read(file_with({"S1-01": "\x00" * 50}))
    assert [one.path for one in caught.value.problems] == ["answers.S1-01"]


def test_no_message_steers_a_terminal() -> None:
    with pytest.raises(UnusableRunFile) as caught:
        read(file_with({"\x1b[2J\n": 1}))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("raw", [None, [], "text", 5, True])
def test_only_an_object_is_a_run_file(raw: Any) -> None:
    assert complaints(raw) == {"(file)": "must be a JSON object."}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"protocol": "uaip/1", "answ', "line 1, column 24"),
        (b"", "line 1, column 1"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 10_000, "nested too deeply"),
        (b" " * (SIZE_LIMIT + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_json_says_where(raw: bytes, words: str) -> None:
    with pytest.raises(UnusableRunFile, match=words):
        parse_json(raw)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"a": {"b": 1, "b": 2}}', "a.b"),
        (b'{"a": [1, 1e400]}', "a[1]"),
        (b'{"a": NaN}', "a"),
        (b'{"a": -Infinity}', "a"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "a"),
        (b'{"a": "\\u0000"}', "a"),
        (b'{"a": {"\\ud800": 1}}', "a"),
    ],
)
def test_what_json_allows_and_nothing_can_hold_is_named(raw: bytes, path: str) -> None:
    assert [one.path for one in oddities(parse_json(raw))] == [path]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_the_shipped_samples_have_nothing_odd() -> None:
    for name in ("energy_wizard", "storm_opioid_risk", "usa_class", "invented_halt"):
        assert read(sample(name)).project_name


ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.sampled_from(["", "none", "uaip/1"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(ANY_TEXT | st.sampled_from(["attempts", "unknown", "text"]), inner)
    ),
    max_leaves=12,
)


def _read_or_refuse(raw: Any) -> None:
    try:
        run = read(raw)
    except UnusableRunFile as refusal:
        assert refusal.problems
    else:
        assert isinstance(run, RunFile)


@given(ANY_JSON)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    _read_or_refuse(raw)


@given(st.sampled_from(KEYS), ANY_JSON)
def test_any_json_as_an_answer_is_read_or_refused(key: str, raw: Any) -> None:
    _read_or_refuse(file_with({key: raw}))


@given(
    st.sampled_from(["as_of", "provenance", "findings", "answers", "project_name", "protocol"]),
    ANY_JSON,
)
def test_any_json_beside_the_answers_is_read_or_refused(key: str, raw: Any) -> None:
    _read_or_refuse(file_with(**{key: raw}))


@given(st.binary(max_size=200) | ANY_JSON.map(lambda raw: json.dumps(raw).encode()))
def test_any_bytes_are_json_or_refused(raw: bytes) -> None:
    try:
        _read_or_refuse(parse_json(raw))
    except UnusableRunFile as refusal:
        assert refusal.problems
