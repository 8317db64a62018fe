"""A complete set of answers without a contradiction, and small ways to spoil it.

The Heron Street tool library lends tools to its neighbourhood and wants to notice damage
when a tool comes back. The place is invented.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from interviews.answerset import AnswerSet, AnswerState, AnswerView, Unknown
from tests.builders.answers_data import data
from tests.builders.answers_people import people
from tests.builders.answers_problem import problem
from tests.builders.answers_risks import risks
from tests.builders.answers_value import value_case

#: The day on which the set is read.
AS_OF = date(2026, 11, 21)
THRESHOLDS = {"1": 7.0, "2": 7.5, "3": 7.0, "4": 7.0, "5": 8.0}


def consistent_values() -> dict[str, Any]:
    """The canonical value of all 58 items; each call gives fresh copies."""
    return {**problem(), **value_case(), **data(), **people(), **risks()}


def consistent_answers() -> AnswerSet:
    """All 58 items accepted, and nothing that contradicts anything."""
    return AnswerSet({key: accepted(key, value) for key, value in consistent_values().items()})


def accepted(key: str, value: Any) -> AnswerView:
    """One accepted answer."""
    return AnswerView(
        key=key,
        state=AnswerState.ACCEPTED,
        value=value,
        version=1,
        score=8.6,
        threshold=THRESHOLDS[key[1]],
        attempt_count=1,
    )


def with_value(
    answers: AnswerSet, key: str, field: str | tuple[str | int, ...] | None, value: Any
) -> AnswerSet:
    """A copy in which one answer, one field of it or one cell of its rows is another.

    ``field`` is None for the whole answer, a name for a field of a form, or a path such as
    ``(0, "essential")`` for the first row of a table.
    """
    if field is None:
        return _replace(answers, accepted(key, value))
    path = (field,) if isinstance(field, str) else field
    whole = copy.deepcopy(answers[key].value)
    inner = whole
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return _replace(answers, accepted(key, whole))


def without(answers: AnswerSet, *keys: str) -> AnswerSet:
    """A copy in which some items are not answered."""
    return AnswerSet({key: answer for key, answer in answers.items() if key not in keys})


def without_field(answers: AnswerSet, key: str, *path: str | int) -> AnswerSet:
    """A copy in which one optional field was left empty."""
    whole = copy.deepcopy(answers[key].value)
    inner = whole
    for part in path[:-1]:
        inner = inner[part]
    del inner[path[-1]]
    return _replace(answers, accepted(key, whole))


def with_row(answers: AnswerSet, key: str, row: Mapping[str, Any]) -> AnswerSet:
    """A copy in which a table has one more row."""
    return with_value(answers, key, None, [*copy.deepcopy(answers[key].value), dict(row)])


def in_state(answers: AnswerSet, state: AnswerState, *keys: str) -> AnswerSet:
    """A copy in which some answers stand elsewhere; their values stay."""
    changed = {
        key: AnswerView(key=key, state=state, value=answers[key].value, version=2, score=5.0)
        for key in keys
    }
    return AnswerSet({**answers, **changed})


def unknown(answers: AnswerSet, *keys: str, owner: str = "Head of lending") -> AnswerSet:
    """A copy in which some items are not known yet."""
    changed = {
        key: AnswerView(
            key=key,
            state=AnswerState.UNKNOWN,
            unknown=Unknown(owner=owner, due=date(2027, 1, 15)),
        )
        for key in keys
    }
    return AnswerSet({**answers, **changed})


def _replace(answers: AnswerSet, answer: AnswerView) -> AnswerSet:
    return AnswerSet({**answers, answer.key: answer})
