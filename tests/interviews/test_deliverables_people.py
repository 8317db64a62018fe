"""The user context knows who was met, what must be explained and who stays in charge."""

from __future__ import annotations

import pytest

from interviews.answerset import AnswerSet
from interviews.deliverables import UserContext, build
from interviews.deliverables.user_context import persona_evidence
from tests.builders.answers import consistent_answers, with_value, without, without_field


def context(answers: AnswerSet) -> UserContext:
    made = build("user_context", answers)
    assert isinstance(made, UserContext)
    return made


@pytest.mark.parametrize(
    ("said", "kind", "count"),
    [
        ("5 interviews + 2 night shifts observed", "interviews", 5),
        ("survey of 40 members", "survey", 40),
        ("Assumption", "assumption", None),
        ("", None, None),
    ],
)
def test_evidence_about_a_group_is_read_from_its_words(said, kind, count):
    found = persona_evidence(said)

    assert (found.kind, found.n, found.text) == (kind, count, said)


def test_only_the_phases_that_have_a_step_are_covered():
    rows = [{"phase": "after", "step": "sign"}, {"phase": "before", "step": "scan"}]

    made = context(with_value(consistent_answers(), "S4-03", None, rows))

    assert made.phases_covered == ["before", "after"]


@pytest.mark.parametrize(
    ("criticality", "level"),
    [
        ("low", "none"),
        ("medium", "case"),
        ("high", "overall_case_confidence"),
        ("critical", "overall_case_confidence"),
    ],
)
def test_the_worse_an_error_the_more_must_be_explained(criticality, level):
    answers = with_value(consistent_answers(), "S4-07", "criticality", criticality)

    assert context(answers).required_explanation_level == level


def test_automation_and_override_are_one_decision_process():
    process = context(consistent_answers()).decision_process

    assert process.automation_level is not None
    assert process.has_override
    assert process.has_appeal


def test_a_way_to_object_that_is_named_none_is_no_way():
    answers = with_value(consistent_answers(), "S4-05", "appeal_channel", "None")
    answers = without_field(answers, "S4-05", "override_roles")

    process = context(answers).decision_process

    assert (process.has_appeal, process.has_override) == (False, False)


def test_half_of_the_decision_process_is_enough_to_show_it():
    process = context(without(consistent_answers(), "S4-05")).decision_process

    assert process.automation_level is not None
    assert process.override_roles == []
