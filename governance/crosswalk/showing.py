"""Whether answers show what a check asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.crosswalk.answers import Answers
from governance.crosswalk.rows import State
from governance.rulepacks.checks import Check

#: How many sentences a gap has at most; the rest follows once these are done.
SENTENCES = 3


@dataclass(frozen=True)
class Shown:
    """How one check, or all of a requirement, stands."""

    state: State
    gap: str = ""


def shows_all(checks: Iterable[Check], answers: Answers) -> Shown:
    """All checks of one requirement together."""
    found = [shown for check in checks if (shown := shows(check, answers)) is not None]
    if not found:
        return Shown(State.OUT_OF_SCOPE, "None of the questions behind it applied to this project.")
    sentences = list(dict.fromkeys(one.gap for one in found if one.gap))[:SENTENCES]
    return Shown(_together([one.state for one in found]), " ".join(sentences))


def _together(states: list[State]) -> State:
    kinds = set(states)
    if kinds == {State.MET}:
        return State.MET
    if kinds == {State.UNKNOWN}:
        return State.UNKNOWN
    return State.PARTLY if kinds & {State.MET, State.PARTLY} else State.GAP


def shows(check: Check, answers: Answers) -> Shown | None:
    """One check; None where it does not apply to this project."""
    name = answers.named(check.item)
    if not answers.is_asked(check.item):
        return None
    if not answers.is_known(check.item):
        return Shown(State.UNKNOWN, f"Answer {name} first.")
    state = _state(check, answers.value(check.item))
    if state is State.MET and answers.is_weak(check.item):
        return Shown(State.PARTLY, f"The answer to {name} was not accepted yet: improve it.")
    if state is None or state is State.MET:
        return Shown(state) if state else None
    return Shown(state, _sentence(check, name, state))


def _state(check: Check, value: Any) -> State | None:
    if _says_none(value):
        # "There is none, because": an answer to the item, and nothing to look for in its rows.
        return State.MET if not check.field and not check.column else None
    rows = [row for row in _rows(value) if _is_wanted(check, row)]
    if len(rows) < check.rows:
        return State.GAP
    if not check.field:
        return State.MET
    good = sum(_is_shown(check, row.get(check.field)) for row in rows)
    if good == len(rows):
        return State.MET
    return State.PARTLY if good else State.GAP


def _says_none(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"none"}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, list):
        return [row for row in value if isinstance(row, Mapping)]
    return [{"text": value}] if is_filled(value) else []


def _is_wanted(check: Check, row: Mapping[str, Any]) -> bool:
    return not check.column or _has(row.get(check.column), check.wanted)


def _is_shown(check: Check, found: Any) -> bool:
    return _has(found, check.values) if check.values else is_filled(found)


def _has(found: Any, wanted: tuple[str, ...]) -> bool:
    """Whether a token, a number, a yes or no, or one of several is among the wanted ones."""
    many = found if isinstance(found, list) else [found]
    return any(_token(one) in wanted for one in many)


def _token(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_filled(value: Any) -> bool:
    """Whether a field says anything; the word "none" says that there is nothing."""
    if isinstance(value, str):
        return value.strip().casefold() not in ("", "none")
    if isinstance(value, Mapping):
        return any(is_filled(one) for one in value.values())
    return value is not None and value != []


def _sentence(check: Check, name: str, state: State) -> str:
    where = f" where {_spaced(check.column)} is {_either(check.wanted)}" if check.column else ""
    if not check.field:
        if check.column:
            return f"Add a row to {name}{where}."
        return (
            f"Give at least {check.rows} rows in {name}." if check.rows > 1 else f"Answer {name}."
        )
    every = " in every row" if state is State.PARTLY else ""
    what = f"“{_spaced(check.field)}”"
    if check.values:
        return f"{name} does not say {_either(check.values)} under {what}{every}{where}."
    return f"Fill in {what} of {name}{every}{where}."


def _either(tokens: tuple[str, ...]) -> str:
    *first, last = (_spaced(one) for one in tokens)
    return f"{', '.join(first)} or {last}" if first else last


def _spaced(token: str) -> str:
    return {"true": "yes", "false": "no"}.get(token, token.replace("_", " "))
