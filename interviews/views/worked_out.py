"""What we work out from the answers and show beside a question, before anything is judged."""

from __future__ import annotations

from collections.abc import Callable

from interviews import risk
from interviews.consistency import archetypes, stage_5
from interviews.consistency.case import Case
from interviews.consistency.measures import say_duration
from interviews.consistency.risks import REGISTER
from interviews.services.reading import Reading, rules_config

#: From this inherent level on, a risk needs a control.
NEEDS_A_CONTROL = 3


def sentences(reading: Reading, key: str) -> list[str]:
    """The sentences for one question; [] where there is nothing to work out."""
    tell = _register if key in REGISTER else TELLERS.get(key)
    if tell is None:
        return []
    case = Case(
        answers=reading.answer_set,
        protocol=reading.protocol,
        as_of=reading.session.today,
        config=rules_config(),
    )
    return tell(case, key)


def _archetype(case: Case, key: str) -> list[str]:
    found = archetypes.suggest(case.answers, min_examples=case.config.min_examples)
    if found is None:
        return ["Name the type of output in S1-08, and we suggest a kind of task here."]
    return [f"From your last two answers we suggest {archetypes.archetype_name(found)}."]


def _margin(case: Case, key: str) -> list[str]:
    # A margin that is used up is a finding with words of its own.
    if case.margin is None or case.margin <= 0:
        return []
    return [f"By these figures {say_duration(case.margin)} is left to act."]


def _level(number: int) -> str:
    return f"{number} ({risk.LEVEL_NAMES[number]})"


def _register(case: Case, key: str) -> list[str]:
    return [
        f"{one.ref}: severity {one.severity} and likelihood {one.likelihood} give "
        f"level {_level(one.inherent)}."
        for one in case.register
        if one.key == key and one.inherent is not None
    ]


def _risks_to_control(case: Case, key: str) -> list[str]:
    grave = [
        one for one in case.register if one.inherent is not None and one.inherent >= NEEDS_A_CONTROL
    ]
    return [f"{one.ref}, level {_level(one.inherent or 0)}: {_short(one.words)}" for one in grave]


def _short(words: str) -> str:
    return words if len(words) <= 120 else f"{words[:117].rstrip()}…"


def _floors(case: Case, key: str) -> list[str]:
    return [
        f"{risk.PRINCIPLE_NAMES[principle].capitalize()}: at least {_level(floor)}."
        for principle, floor in stage_5.floors(case).items()
        if floor is not None
    ]


TELLERS: dict[str, Callable[[Case, str], list[str]]] = {
    "S1-09": _archetype,
    "S2-09": _margin,
    "S5-09": _risks_to_control,
    "S5-10": _floors,
}
