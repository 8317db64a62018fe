"""Asks back: one follow-up aimed at the heaviest missing element, a few in reserve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interviews.protocol.types import Question, RubricElement
from interviews.protocol.values import display
from interviews.scoring.answertext import AnswerText, Row
from interviews.scoring.judgement import QUOTE_LENGTH, ElementVerdict, FollowUpText
from interviews.scoring.signals import Reading

_KEPT = 3
_LONGEST = 2000
_QUOTED = 90


def follow_ups(
    question: Question,
    verdicts: Sequence[ElementVerdict],
    reading: Reading,
    answer: AnswerText,
) -> tuple[FollowUpText, ...]:
    """The follow-up to ask first, then those kept in reserve."""
    by_id = {verdict.id: verdict for verdict in verdicts}
    open_elements = [e for e in question.rubric if by_id[e.id].verdict != "met"]
    open_elements.sort(key=lambda e: _urgency(e, by_id[e.id]), reverse=True)
    return tuple(
        FollowUpText(
            element.id, _wording(question, element, by_id[element.id], reading, answer)[:_LONGEST]
        )
        for element in open_elements[:_KEPT]
    )


def _urgency(element: RubricElement, verdict: ElementVerdict) -> tuple[float, bool]:
    """What could still be won, missing required elements before all others."""
    missing = element.weight * (0.5 if verdict.verdict == "partly" else 1.0)
    blocks = element.required and verdict.verdict == "absent"
    return (missing + (10 if blocks else 0), element.required)


def _wording(
    question: Question,
    element: RubricElement,
    verdict: ElementVerdict,
    reading: Reading,
    answer: AnswerText,
) -> str:
    ask = element.ask or f"Please add: {element.means}"
    seen = readable(question, answer, verdict.quote) if verdict.quote else ""
    if seen:
        return f'You wrote "{_short(seen)}". That is a start. {ask}'
    words = _own_words(answer) if answer.is_structured else _vague_words(reading)
    return f'You wrote "{_short(words)}". {ask}' if words else ask


def readable(question: Question, answer: AnswerText, quote: str) -> str:
    """A quote as a person reads it: a field that holds no text of theirs gets its label."""
    if not answer.is_structured:
        return quote
    for row in answer.rows:
        for name, cell in row.cells.items():
            if cell[:QUOTE_LENGTH].strip() == quote:
                return quote if name in row.free else display(question, _alone(question, row, name))
    # Several fields joined: only what the person worded can be read.
    return next((cell for cell in _worded(answer) if cell in quote or quote in cell), "")


def _alone(question: Question, row: Row, name: str) -> Any:
    """The answer with one field only, in the shape of its question."""
    cell = row.cells[name]
    held: Any = cell.split(", ") if ", " in cell else cell
    for part in reversed(name.split(".")):
        held = {part: held}
    if question.is_table:
        return [held]
    return {row.table: [held]} if row.table else held


def _worded(answer: AnswerText) -> list[str]:
    """The fields in the person's own words."""
    return [
        cell for row in answer.rows for name, cell in row.cells.items() if cell and name in row.free
    ]


def _own_words(answer: AnswerText) -> str:
    return next(iter(_worded(answer)), "")


def _vague_words(reading: Reading) -> str:
    """The person's own loosest words, with what stands around them."""
    for name in ("wish", "vague", "buzz"):
        hits = reading.hits.get(name)
        if hits:
            start, end = reading.spans[hits[0][2]]
            return _short(reading.text[start:end])
    if reading.spans:
        start, end = reading.spans[0]
        return _short(reading.text[start:end])
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _QUOTED:
        return text.rstrip(".")
    return text[:_QUOTED].rsplit(" ", 1)[0] + " ..."


def example_for(question: Question, attempt_number: int) -> str:
    """From the second attempt on, what a strong answer looks like in another domain."""
    return question.strong if attempt_number >= 2 else ""
