"""The problem statement says what was answered and works out the rest."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from interviews.answerset import AnswerSet
from interviews.deliverables import KINDS, MODELS, SOURCES, ProblemStatement, build
from tests.builders.answers import consistent_answers, with_row, with_value, without


def problem(answers: AnswerSet) -> ProblemStatement:
    made = build("problem_statement", answers)
    assert isinstance(made, ProblemStatement)
    return made


@pytest.mark.parametrize("kind", MODELS)
def test_every_deliverable_can_be_built_before_anything_is_answered(kind):
    empty = build(kind, AnswerSet())

    assert MODELS[kind].model_validate_json(empty.model_dump_json()) == empty


@pytest.mark.parametrize("kind", MODELS)
def test_a_deliverable_survives_json_unchanged(kind):
    made = build(kind, consistent_answers())

    assert MODELS[kind].model_validate_json(made.model_dump_json()) == made


def test_a_deliverable_knows_no_other_fields_and_is_never_changed():
    made = problem(consistent_answers())

    with pytest.raises(ValidationError):
        ProblemStatement.model_validate({**made.model_dump(), "mood": "good"})
    with pytest.raises(ValidationError):
        made.business_problem = "another"


def test_every_stage_ends_in_a_deliverable_made_of_its_own_answers():
    for stage, kind in KINDS.items():
        assert any(key.startswith(f"S{stage}-") for key in SOURCES[kind])


def test_the_business_objective_is_one_sentence_from_the_primary_figure():
    assert problem(consistent_answers()).business_objective == (
        "Lower Defective tools lent per 1,000 loans from 16 per 1,000 loans "
        "to 6 per 1,000 loans by 30 Jun 2028."
    )


def test_the_business_objective_waits_with_numbers_until_there_is_a_figure():
    objective = problem(without(consistent_answers(), "S2-01")).business_objective

    assert " from " not in objective
    assert objective.endswith(".")


def test_a_missing_input_is_named_and_never_assumed_available():
    answers = with_value(consistent_answers(), "S1-07", (0, "available_at_prediction"), "no")
    answers = with_value(answers, "S1-07", (1, "available_at_prediction"), "unsure")

    found = problem(answers).feature_availability

    assert found.all_available is False
    assert found.unavailable == ["return_photo"]
    assert found.unsure == ["tool_model"]


def test_slow_and_manual_inputs_are_named():
    answers = with_value(consistent_answers(), "S1-07", (0, "access_latency_ms"), 1_001)
    answers = with_value(answers, "S1-07", (1, "access_method"), "manual")

    found = problem(answers).feature_availability

    assert (found.slow, found.manual) == (["return_photo"], ["tool_model"])


def test_nothing_is_said_about_inputs_that_nobody_listed():
    assert problem(without(consistent_answers(), "S1-07")).feature_availability is None


def test_budget_rows_are_added_up_and_the_earliest_deadline_is_go_live():
    answers = with_row(
        consistent_answers(),
        "S1-11",
        {"kind": "budget", "detail": "test", "amount": 20, "unit": "k EUR"},
    )
    answers = with_row(
        answers, "S1-11", {"kind": "deadline", "detail": "pilot", "date": "2027-06-01"}
    )

    made = problem(answers)

    assert made.budget_total == 200_000
    assert made.go_live_date.isoformat() == "2027-06-01"


def test_another_task_than_the_suggested_one_is_a_conflict():
    made = problem(with_value(consistent_answers(), "S1-09", "archetype", "clustering"))

    assert made.archetype_suggested != "clustering"
    assert made.archetype_conflict is True


def test_words_are_kept_as_they_were_written():
    words = "  Tools *break* <b>and</b> nobody looks. 12 % "
    answers = with_value(consistent_answers(), "S1-01", None, words)

    assert problem(answers).business_problem == words
