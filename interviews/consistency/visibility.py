"""Which items of a session are asked, beside their answers."""

from __future__ import annotations

from interviews.answerset import AnswerSet, AnswerView
from interviews.protocol.catalogue import visible_questions
from interviews.protocol.types import Protocol


def visible_answers(
    stage: int | None, answers: AnswerSet, *, protocol: Protocol
) -> dict[str, AnswerView | None]:
    """Every item to ask now, of one stage or of all, with its answer or None."""
    values = {key: answer.value for key, answer in answers.items() if answer.value is not None}
    shown = visible_questions(protocol, values, stage)
    return {question.key: answers.get(question.key) for question in shown}
