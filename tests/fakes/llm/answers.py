"""What an unscripted fake model says: a plausible reply of whatever shape was asked for."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.llm.seen import Seen

#: Which of several allowed words an agreeable model would choose.
_LIKED = ("met", "m", "y", "yes")
#: A question, an element and an answer as interviews/scoring/prompt_text.py writes them.
_ITEM, _ELEMENT, _ANSWER = re.compile(r"(\d+)\. "), re.compile(r"([a-z])\) "), "Answer: "
_CELL = " | "
_WORD = re.compile(r"\w+")
#: Words of a quote.
_QUOTED = 5
_DATA = re.compile(r'"((?:[^"\\]|\\.){12,})"')


def honest(seen: Seen) -> dict[str, Any] | str:
    """Fills the requested schema: everything met, quotes copied from the user part."""
    if seen.schema is None:
        return {}
    if _is_scoring(seen.schema):
        return everything_met(seen.user)
    filled = _filled(seen.schema, seen.schema.get("$defs", {}), passage(seen.user))
    return filled if isinstance(filled, dict) else {}


def passage(user: str) -> str:
    """The first words of the person's own text: the last long string of the user part."""
    strings = [json.loads(f'"{found}"', strict=False) for found in _DATA.findall(user)]
    words = (strings[-1] if strings else user).split(" ")
    return " ".join(words[:8]).strip()


def everything_met(user: str, verdict: str = "m") -> dict[str, Any]:
    """A scoring reply: a row for every lettered element, quoting words of its answer."""
    rows: list[list[str]] = []
    waiting: list[str] = []
    number = ""
    for line in user.splitlines():
        if match := _ITEM.match(line):
            number = match[1]
        elif match := _ELEMENT.match(line):
            waiting.append(f"{number}{match[1]}")
        elif line.startswith(_ANSWER):
            quotes = _quotes(json.loads(line.removeprefix(_ANSWER)), len(waiting))
            rows += [[e, verdict, q] for e, q in zip(waiting, quotes, strict=True)]
            waiting = []
    return {"v": rows}


def _quotes(answer: str, count: int) -> list[str]:
    """Some words for each element, from places all over the person's own words."""
    found = (one for line in _own_lines(answer) for one in _passages(line.split(" ")))
    passages = list(dict.fromkeys(found))
    # The fullest places, so that a form of short fields is quoted by more than a "Yes".
    chosen = sorted(passages, key=lambda one: -len(_WORD.findall(one)))[: max(1, count)] or [""]
    return [chosen[number % len(chosen)] for number in range(count)]


def _passages(words: list[str]) -> list[str]:
    """All words of a line in portions, the last of which may overlap the one before."""
    last = max(0, len(words) - _QUOTED)
    starts = dict.fromkeys(min(start, last) for start in range(0, len(words), _QUOTED))
    return [" ".join(words[start : start + _QUOTED]) for start in starts]


def _own_lines(answer: str) -> list[str]:
    """Lines without the labels in front of them, and without the heads of tables."""
    lines = [line for line in answer.splitlines() if line.strip()]
    headers = [n for n, line in enumerate(lines) if _CELL in line and _CELL not in lines[n - 1]]
    if lines and _CELL in lines[0]:
        headers.append(0)
    return [
        line if _CELL in line else line.rpartition(": ")[2]
        for number, line in enumerate(lines)
        if number not in headers and not line.endswith(":")
    ]


def _is_scoring(schema: dict[str, Any]) -> bool:
    inner = schema.get("properties", {}).get("v", {}).get("items", {})
    return inner.get("type") == "array"


def _filled(schema: dict[str, Any], defs: dict[str, Any], quote: str) -> Any:
    if "$ref" in schema:
        return _filled(defs[schema["$ref"].rsplit("/", 1)[-1]], defs, quote)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next((word for word in _LIKED if word in schema["enum"]), schema["enum"][0])
    if variants := schema.get("anyOf"):
        return _filled(variants[0], defs, quote)
    return _simple(schema, defs, quote)


def _simple(schema: dict[str, Any], defs: dict[str, Any], quote: str) -> Any:
    match schema.get("type"):
        case "object":
            named = schema.get("properties", {})
            return {key: _filled(one, defs, quote) for key, one in named.items()}
        case "array":
            return [_filled(schema["items"], defs, quote)]
        case "string":
            return quote
        case "boolean":
            return False
        case "integer" | "number":
            return schema.get("minimum", 1)
    return None
