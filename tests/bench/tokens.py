"""Tokens of a whole interview, call by call: `python -m tests.bench.tokens`.

Counted as ceil(characters / 4) of system, user and reply; the reply's schema, which some
providers count too, stands in a column of its own. Answers have 500 characters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviews.answerset import AnswerSet
from interviews.consistency import judged, judging
from interviews.consistency.case import Case
from interviews.consistency.types import RulesConfig
from interviews.llm.prompting import prompt
from interviews.llm.scoring import grouped, scoring_request
from interviews.llm.types import ModelRequest, Purpose
from interviews.protocol.catalogue import default_protocol
from interviews.protocol.types import Question
from interviews.scoring.prompt_text import ScoringItem
from tests.builders.answers import AS_OF, accepted, consistent_values
from tests.fakes.llm.answers import everything_met
from tests.fakes.llm.seen import tokens

LENGTH = 500
#: What the one call for prose may cost.
PROSE_TOKENS = 1_800
FOLLOW_UP = "Which team or customer group feels it first, and how many cases a week are that?"
_FILLER = (
    " In March and April 2026 we counted 412 cases by hand at both sites and found the same"
    " pattern: four in ten wait longer than two days, most of them at the weekend desk."
)


@dataclass(frozen=True)
class Cost:
    """What some calls cost together."""

    calls: int = 0
    tokens: int = 0
    schema: int = 0
    #: Tokens of system parts: the same in every call, so a provider may read them from its cache.
    stable: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.calls + other.calls,
            self.tokens + other.tokens,
            self.schema + other.schema,
            self.stable + other.stable,
        )


def cost(request: ModelRequest[Any], reply: Mapping[str, Any]) -> Cost:
    """One call by the house's rule."""
    said = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    schema = json.dumps(request.reply_type.model_json_schema(), separators=(",", ":"))
    return Cost(
        calls=1,
        tokens=tokens(request.system + request.user) + tokens(said),
        schema=tokens(schema),
        stable=tokens(request.system),
    )


def scored(items: Iterable[ScoringItem], *, together: int, follow_up: bool = False) -> Cost:
    """All items scored, so many in a request; with a follow-up where one element is missing."""
    total = Cost()
    for group in grouped(items, together):
        request = scoring_request(group, session_id=None, prompt=prompt("score"))
        reply = everything_met(request.user)
        if follow_up:
            reply["v"][-1] = [reply["v"][-1][0], "n", FOLLOW_UP]
        total += cost(request, reply)
    return total


def values_of_length(length: int) -> dict[str, Any]:
    """A whole interview whose answers' own characters are so many each."""
    values = consistent_values()
    return {key: of_length(value, length - _size(value)) for key, value in values.items()}


def items_of_length(length: int = LENGTH) -> list[ScoringItem]:
    """Every scored question with an answer whose own characters are so many."""
    values = values_of_length(length)
    return [
        ScoringItem(one, values[one.key], related={key: values[key] for key in one.depends_on})
        for one in default_protocol().questions
        if one.scored
    ]


def gate_calls(length: int = LENGTH) -> Cost:
    """The contradiction checks of every gate over the same answers, nothing found."""
    answers = {key: accepted(key, value) for key, value in values_of_length(length).items()}
    case = Case(AnswerSet(answers), default_protocol(), AS_OF, RulesConfig())
    total = Cost()
    for gate in judged.GATES:
        asked = judged.comparisons(gate, case)
        if asked:
            total += cost(_gate_request(asked), {"f": []})
    return total


def _gate_request(asked: Sequence[judged.Comparison]) -> ModelRequest[Any]:
    known = prompt("contradictions")
    return ModelRequest(
        purpose=Purpose.CONTRADICTIONS,
        prompt_version=known.version,
        system=known.text,
        user=judging.question_text(asked),
        reply_type=judging.ContradictionsReply,
    )


def plain_items(length: int = LENGTH) -> list[ScoringItem]:
    """The same with plain texts for every question."""
    return [
        ScoringItem(one, _text(one, length)) for one in default_protocol().questions if one.scored
    ]


def _text(question: Question, length: int) -> str:
    return (question.strong + _FILLER * (length // len(_FILLER) + 1))[:length]


def of_length(value: Any, missing: int) -> Any:
    """The value with its longest text stretched, or its last rows and then its end left out."""
    if isinstance(value, str):
        return (value + _FILLER * (max(0, missing) // len(_FILLER) + 1))[: len(value) + missing]
    if isinstance(value, list):
        while missing < 0 and len(value) > 1:
            missing += _size(value[-1])
            value = value[:-1]
        places: Iterable[Any] = range(len(value))
    else:
        places = list(value)
    longest = max(places, key=lambda place: _longest(value[place]), default=None)
    if longest is None or not _longest(value[longest]) or missing < 0:
        return value
    changed = list(value) if isinstance(value, list) else dict(value)
    changed[longest] = of_length(value[longest], missing)
    return changed


def _size(value: Any) -> int:
    """Characters of all values, without the names of fields."""
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return 0 if value is None else len(str(value))


def _longest(value: Any) -> int:
    """Length of the longest text that holds a blank."""
    if isinstance(value, str):
        return len(value) if " " in value else 0
    parts: Sequence[Any] = []
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    return max(map(_longest, parts), default=0)


def rows() -> dict[str, Cost]:
    """The rows of the bench."""
    items, gates = items_of_length(), gate_calls()
    others = gates + Cost(calls=1, tokens=PROSE_TOKENS)
    third = items[::3]
    accepted = scored(items, together=1) + others
    return {
        "contradiction checks of all gates (aim 5,200)": gates,
        "all accepted at once, one by one (aim 30,000 in 60)": accepted,
        "all accepted at once, two by two": scored(items, together=2) + others,
        "all accepted at once, five by five": scored(items, together=5) + others,
        "plain texts instead of forms, one by one": scored(plain_items(), together=1) + others,
        "one follow-up on a third (aim 45,000)": accepted
        + scored(third, together=1, follow_up=True),
        "every answer three times (aim 90,000)": accepted
        + scored(items, together=1, follow_up=True)
        + scored(items, together=1, follow_up=True),
    }


def figures() -> dict[str, dict[str, float]]:
    """The rows as `make bench` prints and keeps them."""
    return {
        f"tokens: {name}": {
            "calls": row.calls,
            "tokens": row.tokens,
            "with schemas": row.tokens + row.schema,
            "stable prefix": row.stable,
        }
        for name, row in rows().items()
    }


def main() -> None:
    """One line a row."""
    for name, row in figures().items():
        shown = "  ".join(f"{key} {value:6}" for key, value in row.items())
        print(f"{name:64} {shown}")  # noqa: T201


if __name__ == "__main__":
    main()
