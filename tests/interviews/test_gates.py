"""A stage closes when its items are settled and nothing serious is left unhandled."""

from __future__ import annotations

import pytest

from interviews.answerset import AnswerSet, AnswerState
from interviews.consistency.gates import gate
from interviews.consistency.types import FindingView, GateOutcome, RulesConfig
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import (
    consistent_answers,
    in_state,
    unknown,
    with_value,
    without,
)

ANSWERS = consistent_answers()


def _gate(stage: int, answers: AnswerSet = ANSWERS, *findings: FindingView) -> GateOutcome:
    return gate(stage, answers, findings, protocol=default_protocol())


def _blocker(
    rule_id: str, state: str, *, stage: int = 1, completeness: bool = False
) -> FindingView:
    return FindingView(rule_id, "BLOCKER", completeness, state, stage)


@pytest.mark.parametrize("stage", [1, 2, 3, 4, 5])
def test_a_stage_answered_in_full_closes(stage: int) -> None:
    assert _gate(stage) == GateOutcome(True, (), 0.0, False, ())


def test_an_open_item_keeps_the_gate_shut() -> None:
    outcome = _gate(2, without(ANSWERS, "S2-03", "S2-07"))
    assert not outcome.passed and outcome.missing == ("S2-03", "S2-07")


@pytest.mark.parametrize("state", [AnswerState.DRAFT, AnswerState.SCORING, AnswerState.NEEDS_WORK])
def test_an_answer_that_is_not_settled_is_missing(state: AnswerState) -> None:
    assert _gate(1, in_state(ANSWERS, state, "S1-04")).missing == ("S1-04",)


def test_an_escalated_answer_does_not_hold_a_stage() -> None:
    assert _gate(1, in_state(ANSWERS, AnswerState.ESCALATED, "S1-04", "S1-05")).passed


def test_two_of_ten_may_be_unknown_and_three_may_not() -> None:
    two = _gate(2, unknown(ANSWERS, "S2-01", "S2-02"))
    assert two.passed and two.unknown_share == 0.2
    three = _gate(2, unknown(ANSWERS, "S2-01", "S2-02", "S2-03"))
    assert not three.passed and three.too_many_unknown and not three.missing


def test_the_limit_of_unknown_items_can_be_set() -> None:
    answers = unknown(ANSWERS, "S2-01")
    strict = gate(2, answers, (), protocol=default_protocol(), config=RulesConfig(unknown_limit=0))
    assert strict.too_many_unknown


def test_unknown_without_an_owner_is_missing() -> None:
    assert _gate(1, unknown(ANSWERS, "S1-06", owner="")).missing == ("S1-06",)


@pytest.mark.parametrize("key", ["S5-01", "S5-04", "S5-10"])
def test_ethical_risks_may_not_be_unknown(key: str) -> None:
    assert _gate(5, unknown(ANSWERS, key)).missing == (key,)


def test_a_hidden_item_is_neither_asked_nor_counted() -> None:
    recorded = with_value(ANSWERS, "S3-06", "origin", "recorded_outcome")
    outcome = _gate(3, unknown(without(recorded, "S3-07"), "S3-01"))
    assert outcome.passed and outcome.unknown_share == pytest.approx(1 / 9)


@pytest.mark.parametrize("state", ["open", "answered"])
def test_a_blocker_that_nobody_dealt_with_stops_the_gate(state: str) -> None:
    outcome = _gate(1, ANSWERS, _blocker("G1-3", state))
    assert not outcome.passed and outcome.blockers == ("G1-3",)


@pytest.mark.parametrize("state", ["carried", "disputed", "waived", "fixed"])
def test_a_flaw_of_the_project_may_be_carried_on(state: str) -> None:
    assert _gate(1, ANSWERS, _blocker("G1-3", state)).passed


@pytest.mark.parametrize(
    ("state", "passes"),
    [("open", False), ("carried", False), ("disputed", False), ("waived", False), ("fixed", True)],
)
def test_what_is_incomplete_can_only_be_fixed(state: str, passes: bool) -> None:
    assert _gate(1, ANSWERS, _blocker("G1-2", state, completeness=True)).passed is passes


@pytest.mark.parametrize("severity", ["MAJOR", "MINOR"])
def test_lesser_findings_never_stop_a_gate(severity: str) -> None:
    assert _gate(1, ANSWERS, FindingView("G1-4", severity, False, "open", 1)).passed


def test_a_finding_of_a_later_gate_waits_there() -> None:
    cross = _blocker("X-07", "open", stage=3)
    assert _gate(1, ANSWERS, cross).passed and not _gate(3, ANSWERS, cross).passed


def test_blockers_are_listed_once_in_the_order_of_the_tables() -> None:
    found = [_blocker(rule_id, "open") for rule_id in ("X-04", "G1-5", "X-01", "G1-5")]
    assert _gate(1, ANSWERS, *found).blockers == ("G1-5", "X-01", "X-04")


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown_limit"):
        RulesConfig(unknown_limit=20)
