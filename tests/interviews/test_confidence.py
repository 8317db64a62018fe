"""Confidence weighs how far the answers of a stage can be relied on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviews.answerset import AnswerSet, AnswerState
from interviews.consistency.confidence import confidence
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import consistent_answers, in_state, unknown, with_value, without

ANSWERS = consistent_answers()


def _confidence(answers: AnswerSet, stage: int = 2) -> float | None:
    return confidence(stage, answers, protocol=default_protocol())


def test_accepted_answers_are_relied_on_in_full() -> None:
    assert [_confidence(ANSWERS, stage) for stage in (1, 2, 3, 4, 5)] == [1.0] * 5


def test_a_provisional_answer_counts_half() -> None:
    provisional = AnswerSet({**ANSWERS, "S2-01": replace(ANSWERS["S2-01"], is_provisional=True)})
    assert _confidence(provisional) == pytest.approx(0.95)


def test_an_escalated_answer_counts_two_fifths() -> None:
    assert _confidence(in_state(ANSWERS, AnswerState.ESCALATED, "S2-01")) == pytest.approx(0.94)


def test_an_unknown_or_open_answer_counts_nothing() -> None:
    assert _confidence(unknown(ANSWERS, "S2-01", "S2-02")) == pytest.approx(0.8)
    assert _confidence(without(ANSWERS, "S2-01")) == pytest.approx(0.9)
    assert _confidence(in_state(ANSWERS, AnswerState.NEEDS_WORK, "S2-01")) == pytest.approx(0.9)


def test_a_stage_that_was_not_begun_has_no_confidence() -> None:
    assert _confidence(AnswerSet()) is None
    assert _confidence(in_state(ANSWERS, AnswerState.DRAFT, *_keys("S2-"))) is None


def test_a_stage_of_unknowns_has_a_confidence_of_nought() -> None:
    assert _confidence(unknown(ANSWERS, *_keys("S2-"))) == 0.0


def test_a_hidden_item_does_not_count() -> None:
    recorded = with_value(ANSWERS, "S3-06", "origin", "recorded_outcome")
    assert _confidence(without(recorded, "S3-07"), stage=3) == 1.0


def _keys(prefix: str) -> list[str]:
    return [key for key in ANSWERS if key.startswith(prefix)]
