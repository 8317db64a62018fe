"""A blank that nobody filled is no part of an answer."""

from __future__ import annotations

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.scoring import coaching, offline
from interviews.scoring.blanks import without_blanks

QUESTIONS = [one for one in default_protocol().questions if one.scored and one.vague]


def test_blanks_are_taken_out_of_any_answer() -> None:
    rows = [{"approach": "One clerk [cost a year, source?]", "kind": "process", "weeks": 3}]
    assert without_blanks(rows) == [{"approach": "One clerk ", "kind": "process", "weeks": 3}]


@pytest.mark.parametrize("text", ["See annex [1].", "Range [0, 10].", "Why? [sic]", "[x]?"])
def test_other_brackets_stay(text: str) -> None:
    assert without_blanks(text) == text


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.key)
def test_every_blank_of_the_coach_is_known_as_one(question) -> None:
    judgement = offline.judge(question, "", detect_copies=False)
    text = coaching.from_rubric(question, "", judgement).text
    assert text
    assert without_blanks(text).strip() == ""


def test_a_models_blanks_are_known_too() -> None:
    reply = coaching.CoachReply(t="Tenants wait [days, how measured]. It costs [EUR 300].")
    text = coaching.checked(reply, ["Tenants wait long. It costs money."]).text
    assert without_blanks(text) == "Tenants wait . It costs ."
