"""Reads a screening: yes, no or unsure for every practice that the rules know on the day."""

from __future__ import annotations

from typing import Any

from interviews.protocol.faults import did_you_mean
from interviews.protocol.types import Option, Question
from interviews.protocol.values.choices import find_option
from interviews.protocol.values.reading import Reading, Unusable, below, shown
from interviews.protocol.values.wording import tidy

_ANSWERS = (Option("yes", "Yes"), Option("no", "No"), Option("unsure", "Unsure"))
_KEYS = frozenset({"answer", "comment"})
_CODE_KEYS = ("code", "practice")


def read_screening(question: Question, raw: Any, reading: Reading) -> dict[str, Any]:
    """{code: {"answer": ..., "comment": ...}} for all practices asked. Raises Unusable."""
    practices = question.fields[0].options
    asked = [
        option
        for option in practices
        if option.from_date is None or option.from_date <= reading.as_of
    ]
    given = _by_code(practices, _as_mapping(raw), reading)
    found: dict[str, Any] = {}
    for option in asked:
        entry = _entry(option.value, given.pop(option.value, None), reading)
        if entry:
            found[option.value] = entry
    for code in given:
        reading.warn(code, "This is not asked on that day, so it is left out.")
    return found


def _as_mapping(raw: Any) -> dict[str, Any]:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return {}
    if isinstance(raw, list) and all(isinstance(row, dict) for row in raw):
        return dict(_coded(row) for row in raw)
    if not isinstance(raw, dict):
        raise Unusable("Answer yes, no or unsure for each practice.")
    return raw


def _coded(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    key = next((key for key in _CODE_KEYS if isinstance(row.get(key), str)), None)
    if key is None:
        raise Unusable("Name the practice of each row under code.")
    return row[key], {name: value for name, value in row.items() if name != key}


def _by_code(
    practices: tuple[Option, ...], raw: dict[str, Any], reading: Reading
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for key, value in raw.items():
        try:
            code = find_option(practices, key)
        except Unusable:
            code = None
        if code is None:
            hint = did_you_mean(key, [option.value for option in practices])
            reading.error(shown(key), f'There is no practice "{shown(key)}".{hint}')
        elif code in given:
            reading.error(code, "This practice is answered twice. Keep one answer.")
        else:
            given[code] = value
    return given


def _entry(code: str, raw: Any, reading: Reading) -> dict[str, str] | None:
    """One practice's answer; None when it is missing or unusable (then with a remark)."""
    inner = raw if isinstance(raw, dict) else {"answer": raw}
    for key in set(inner) - _KEYS:
        reading.error(below(code, shown(key)), "Only answer and comment belong here.")
    answer = _answer(code, inner.get("answer"), reading)
    comment = _comment(code, inner.get("comment"), reading)
    if answer is None:
        return None
    if answer != "no" and not comment:
        reading.incomplete(below(code, "comment"), "Say what it does, so that others can judge it.")
    return {"answer": answer, "comment": comment}


def _answer(code: str, raw: Any, reading: Reading) -> str | None:
    if raw is None or raw == "":
        reading.incomplete(code, "Answer yes, no or unsure.")
        return None
    try:
        found = find_option(_ANSWERS, raw)
    except Unusable:
        found = None
    if found is None:
        reading.error(below(code, "answer"), "Answer yes, no or unsure.")
    return found


def _comment(code: str, raw: Any, reading: Reading) -> str:
    try:
        if raw is not None and not isinstance(raw, str):
            raise Unusable("Write the comment as text.")
        return reading.limited(tidy(raw or ""), reading.text_limit)
    except Unusable as problem:
        reading.error(below(code, "comment"), str(problem))
        return ""
