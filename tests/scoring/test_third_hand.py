"""The embedded scorer on answers by somebody who knew nothing of it (data/README.md)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.scoring import measure

FILE = Path(__file__).parent / "data" / "heldout_third_hand.jsonl"


@cache
def lines() -> tuple[measure.Line, ...]:
    return tuple(measure.read_lines([FILE]))


def accepted(kind: str) -> float:
    """Share of a kind's answers that reach the threshold of their stage."""
    held = [line for line in lines() if line.kind == kind]
    assert len(held) >= 50
    passed = [measure.score(x.question, x.answer) >= measure.threshold(x.question) for x in held]
    return sum(passed) / len(passed)


def test_specific_answers_by_a_stranger_are_accepted() -> None:
    assert accepted("specific") >= 0.96


def test_terse_complete_answers_by_a_stranger_are_mostly_accepted() -> None:
    assert accepted("terse") >= 0.90


def test_vague_answers_by_a_stranger_are_asked_back_about() -> None:
    assert accepted("vague") <= 0.05


def test_most_of_a_strangers_texts_without_an_answer_are_asked_back_about() -> None:
    assert accepted("gaming") <= 0.20


def test_a_strangers_specific_answers_score_above_the_vague_ones() -> None:
    by_kind = {
        kind: [measure.score(x.question, x.answer) for x in lines() if x.kind == kind]
        for kind in ("specific", "vague")
    }
    assert measure.auc(by_kind["specific"], by_kind["vague"]) >= 0.97


def test_a_strangers_answers_score_best_under_their_own_question() -> None:
    right = [x for x in lines() if x.kind in ("specific", "terse")][::8]
    won, _strict, passed, pairs = measure.pairwise(right)
    assert pairs >= 300
    assert won >= 0.95
    assert passed <= 0.05
