"""The number behind a judgement: weights, caps, quotes and rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviews.protocol.types import Field, Question, RubricElement
from interviews.scoring import rubric
from interviews.scoring.judgement import ElementVerdict, Judgement

ELEMENTS = (
    RubricElement("event", 3, True, "a concrete event", "What happened?"),
    RubricElement("size", 3, True, "a figure", "How many?"),
    RubricElement("who", 2, False, "a team", "Who?"),
    RubricElement("harm", 2, False, "a consequence", "So what?"),
)
QUESTION = Question(
    key="Q-1",
    slug="problem",
    title="Problem",
    ask="What goes wrong?",
    why="We need to know.",
    input="text",
    stage_number=1,
    group_key="g",
    minutes=1,
    fields=(Field("text", "long_text", "Answer"),),
    rubric=ELEMENTS,
    vague="Things.",
    strong="Ten letters a day are late.",
)


def judged(*verdicts: str, **flags: object) -> Judgement:
    elements = tuple(
        ElementVerdict(element.id, verdict, "x")
        for element, verdict in zip(ELEMENTS, verdicts, strict=True)
    )
    return replace(Judgement(elements=elements), **flags)


def test_all_elements_met_is_ten() -> None:
    assert rubric.score(QUESTION, judged("met", "met", "met", "met"), threshold=7.0) == 10.0


def test_partly_counts_half_of_the_weight() -> None:
    assert rubric.score(QUESTION, judged("met", "partly", "met", "absent"), threshold=7.0) == 6.5


def test_a_missing_required_element_caps_below_the_threshold() -> None:
    assert rubric.score(QUESTION, judged("met", "absent", "met", "met"), threshold=7.0) == 6.5
    assert rubric.score(QUESTION, judged("met", "absent", "met", "met"), threshold=8.0) == 7.0


@pytest.mark.parametrize("flag", ["is_off_topic", "copied_example", "is_placeholder"])
def test_an_answer_that_answers_nothing_scores_two_at_most(flag: str) -> None:
    judgement = judged("met", "met", "met", "met", **{flag: True})
    assert rubric.score(QUESTION, judgement, threshold=7.0) == 2.0


def test_a_blanket_denial_is_capped_where_the_question_says_so() -> None:
    judgement = judged("met", "met", "met", "met", is_denial=True)
    assert rubric.score(replace(QUESTION, none_cap=4), judgement, threshold=8.0) == 4.0
    assert rubric.score(QUESTION, judgement, threshold=8.0) == 10.0


def test_half_a_tenth_is_rounded_up() -> None:
    quarter = (replace(ELEMENTS[0], weight=1), *ELEMENTS[1:])
    question = replace(QUESTION, rubric=quarter)
    assert rubric.score(question, judged("partly", "met", "met", "met"), threshold=9.05) == 7.5
    judgement = judged("absent", "met", "met", "met")
    assert rubric.score(question, judgement, threshold=6.75) == 6.3


def test_a_verdict_for_an_unknown_element_counts_nothing() -> None:
    stray = Judgement(elements=(ElementVerdict("other", "met", "x"),))
    assert rubric.score(QUESTION, stray, threshold=7.0) == 0.0


def test_a_quote_that_is_not_in_the_answer_makes_the_verdict_absent() -> None:
    verdicts = [
        ElementVerdict("event", "met", "letters are late"),
        ElementVerdict("size", "met", "nine"),
    ]
    checked = rubric.verify_quotes("Ten letters\n are late.", verdicts)
    assert [verdict.verdict for verdict in checked] == ["met", "absent"]
    assert checked[1].quote == ""


def test_a_verdict_without_a_quote_is_absent() -> None:
    (checked,) = rubric.verify_quotes("Ten letters.", [ElementVerdict("event", "partly", "")])
    assert checked.verdict == "absent"


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        (["met", "met"], "met"),
        (["met", "absent"], "partly"),
        (["met", "absent", "absent"], "absent"),
        (["partly", "partly"], "absent"),
        ([], "absent"),
    ],
)
def test_an_element_over_rows(rows: list[str], verdict: str) -> None:
    assert rubric.combine_rows(rows) == verdict
