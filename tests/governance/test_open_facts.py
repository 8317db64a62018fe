"""The range while somebody answers: never wider than before, the final decision always inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.engine.decide import decide
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts
from governance.engine.range import Interval, interval_of, range_of
from governance.facts import facts_from, facts_so_far
from governance.open_facts import Openness, openness_of
from interviews.answerset import AnswerSet, AnswerState, AnswerView
from interviews.consistency.confidence import confidence
from interviews.consistency.runner import run_rules
from interviews.protocol.catalogue import default_protocol, visible_questions
from tests.builders.answers import (
    AS_OF,
    accepted,
    consistent_answers,
    in_state,
    unknown,
    with_value,
)
from tests.builders.charters import make_content
from tests.builders.issued import sample
from uaip_project.operations import runfile

SAMPLES = ("energy_wizard", "invented_halt", "storm_opioid_risk", "usa_class", "tool_library")
STAGES = (1, 2, 3, 4, 5)
ALL = st.sampled_from(SAMPLES)


@cache
def answers_of(name: str) -> AnswerSet:
    """The answers of a shipped sample, all accepted; what it does not know is unknown."""
    if name == "tool_library":
        return consistent_answers()
    read = runfile.read_run_file(
        sample(f"{name}.json"), protocol=default_protocol(), today=date(2026, 11, 21)
    )
    given_values = {key: attempts[-1] for key, attempts in read.attempts.items()}
    answers = AnswerSet({key: accepted(key, value) for key, value in given_values.items()})
    return unknown(answers, *read.unknowns)


def content_of(answers: Mapping[str, AnswerView], *, is_final: bool = False) -> dict[str, Any]:
    """A charter's content from these answers, with the findings of all rules."""
    now = AnswerSet(answers)
    protocol = default_protocol()
    found = run_rules(
        now, protocol=protocol, as_of=AS_OF, stages_to_check=STAGES if is_final else ()
    )
    rows = [
        {
            "rule_id": one.rule_id,
            "severity": one.severity.value,
            "state": "carried",
            "answer_ids": list(one.answer_ids),
            "message": one.message,
            "reason": "",
        }
        for one in found
        # A stage does not close over what is missing, so no charter carries such a finding.
        if not one.completeness
    ]
    sure = {str(stage): confidence(stage, now, protocol=protocol) for stage in STAGES}
    content = make_content(now, findings=rows, confidence=sure)
    return content.model_dump(mode="json")


def openness(answers: Mapping[str, AnswerView]) -> Openness:
    content = content_of(answers)
    return openness_of(content, facts_so_far(content, config={}), protocol=default_protocol())


def interval(answers: Mapping[str, AnswerView]) -> Interval:
    found = openness(answers)
    return interval_of(found.known, found.open_facts)


def final(answers: Mapping[str, AnswerView]) -> DecisionValue | None:
    facts = facts_from(content_of(answers, is_final=True), config={})
    return decide(Facts.model_validate(facts)).value if facts else None


def some_trouble(data: st.DataObject, answers: AnswerSet) -> AnswerSet:
    """The same with a few answers escalated, unknown or otherwise, as people leave them."""
    keys = st.sampled_from(sorted(answers))
    troubled = in_state(
        answers, AnswerState.ESCALATED, *data.draw(st.lists(keys, max_size=3, unique=True))
    )
    forgotten = data.draw(
        st.lists(st.sampled_from(["S1-07", "S3-04", "S4-04", "S2-09"]), max_size=1)
    )
    troubled = unknown(troubled, *forgotten)
    if data.draw(st.booleans()):
        said = {"answer": data.draw(st.sampled_from(["yes", "unsure", "no"])), "comment": "?"}
        path = ("manipulation",)
        troubled = with_value(troubled, "S5-01", path, said)
    return troubled


def steps_of(order: Sequence[str], count: int) -> list[Sequence[str]]:
    """Ever more of the keys: none, some, all."""
    return [order[: round(len(order) * step / count)] for step in range(count + 1)]


@settings(deadline=None, max_examples=12)
@given(ALL, st.data())
def test_answering_never_widens_it_and_the_decision_lies_inside(name, data):
    answers = some_trouble(data, answers_of(name))
    order = data.draw(st.permutations(sorted(answers)))
    end = final(answers)
    before = interval({})
    assert (before.best, before.worst) == (DecisionValue.PROCEED, DecisionValue.HALT)
    for keys in steps_of(order, 7):
        now = interval({key: answers[key] for key in keys})
        assert before.best <= now.best <= now.worst <= before.worst
        assert end is None or now.best <= end <= now.worst
        before = now


@settings(deadline=None, max_examples=10)
@given(ALL, st.data())
def test_what_is_submitted_but_not_accepted_settles_nothing(name, data):
    answers = answers_of(name)
    keys = data.draw(st.lists(st.sampled_from(sorted(answers)), min_size=1, unique=True))
    waiting = in_state(answers, AnswerState.NEEDS_WORK, *keys)
    without = {key: answer for key, answer in answers.items() if key not in keys}
    found, blank = interval(waiting), interval(without)
    assert (found.best, found.worst) == (blank.best, blank.worst)


@pytest.mark.parametrize("name", SAMPLES)
def test_when_everything_is_settled_the_range_is_the_decision(name):
    answers = answers_of(name)
    settled = AnswerSet({key: one for key, one in answers.items() if one.is_accepted})
    found = interval(settled)
    if len(settled) == len(visible_questions(default_protocol(), values_of(settled))):
        assert found.best == found.worst == final(settled)
    assert found.best <= (final(answers) or found.best) <= found.worst


def values_of(answers: Mapping[str, AnswerView]) -> dict[str, Any]:
    return {key: answer.value for key, answer in answers.items()}


def test_a_prohibited_practice_settles_everything_at_once():
    answers = answers_of("invented_halt")
    found = interval({"S5-01": answers["S5-01"]})
    assert found.best == found.worst == DecisionValue.HALT


def test_the_data_alone_already_say_that_nothing_is_plain_sailing():
    """Rated and poor: whatever comes, it is not PROCEED."""
    answers = consistent_answers()
    rows = [row | {"rating": 3} for row in answers["S3-04"].value]
    poor = with_value(answers, "S3-04", None, rows)
    found = interval({key: poor[key] for key in ("S3-01", "S3-04")})
    assert found.best == DecisionValue.REVISE


def test_the_last_questions_are_named_with_what_they_narrow():
    answers = {key: one for key, one in consistent_answers().items() if key != "S5-11"}
    found = openness(answers)
    asked = range_of(found.known, found.open_facts, order=found.items)
    assert [one.item for one in asked.questions] == ["S5-11"]
    assert asked.interval.worst == DecisionValue.REVISE


def test_an_empty_interview_asks_the_most_telling_question_first():
    found = openness({})
    asked = range_of(found.known, found.open_facts, order=found.items)
    assert asked.questions[0].item == "S5-01"
    assert json.dumps(asked.to_json())
