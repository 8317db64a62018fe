"""Reads JSON that strangers wrote, and names every place in it that cannot be used."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

SIZE_LIMIT = 5 * 1024 * 1024
LONGEST_NUMBER = 400
#: Nothing honest holds more bad places; the rest is not looked for.
MOST_PROBLEMS = 200
LONGEST_PATH = 200


@dataclass(frozen=True)
class Problem:
    """One bad place in the file."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {printable(self.message, 500)}"


class UnusableRunFile(Exception):
    """The file cannot be used; ``problems`` names every bad path."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("; ".join(str(problem) for problem in self.problems))


class RepeatedKeys(dict[str, Any]):
    """A JSON object in which a key stands twice; the last value won."""

    repeated: tuple[str, ...] = ()


def parse_json(raw: bytes) -> Any:
    """The JSON in a file. Raises UnusableRunFile with line and column."""
    if len(raw) > SIZE_LIMIT:
        raise UnusableRunFile([Problem("(file)", "is larger than 5 MB.")])
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_whole_number
        )
    except UnicodeDecodeError as fault:
        problem = Problem("(file)", f"is not UTF-8 text (byte {fault.start}).")
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        problem = Problem("(file)", f"is not complete JSON: {fault.msg} at {where}.")
    except RecursionError:
        problem = Problem("(file)", "is nested too deeply.")
    raise UnusableRunFile([problem])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    marked = RepeatedKeys(found)
    marked.repeated = tuple(key for key in found if keys.count(key) > 1)
    return marked


def _whole_number(digits: str) -> int | float:
    # Thousands of digits take Python very long; as infinity they are refused by path.
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


def oddities(raw: Any) -> Iterator[Problem]:
    """Every place that JSON allows and nothing here can hold, as deep as it may be."""
    waiting: list[tuple[str, Any]] = [("", raw)]
    count = 0
    while waiting and count < MOST_PROBLEMS:
        path, part = waiting.pop()
        for problem in _oddities_of(path, part):
            count += 1
            yield problem
        if isinstance(part, dict):
            waiting += [(below(path, key), inner) for key, inner in reversed(part.items())]
        elif isinstance(part, list):
            waiting += [(f"{path}[{number}]", one) for number, one in _reversed(part)]


def _reversed(part: list[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(part))[::-1]


def _oddities_of(path: str, part: Any) -> Iterator[Problem]:
    here = path or "(file)"
    if isinstance(part, RepeatedKeys):
        for key in part.repeated:
            yield Problem(below(path, key), "stands here twice. Keep one of them.")
    if isinstance(part, dict) and any(_is_unstorable(key) for key in part):
        yield Problem(here, "holds a key with a character that cannot be stored.")
    if isinstance(part, str) and _is_unstorable(part):
        yield Problem(here, "holds a character that cannot be stored (NUL or a lone surrogate).")
    if isinstance(part, float) and not math.isfinite(part):
        yield Problem(here, "is not a number that can be stored.")


def _is_unstorable(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text)


def below(path: str, key: str) -> str:
    """The path of a key within a path, never longer than anybody reads."""
    return f"{path}.{key[:80]}"[:LONGEST_PATH] if path else key[:80]


def printable(text: str, limit: int = LONGEST_PATH) -> str:
    """Text as it may be written to any terminal: one line, nothing that steers it."""
    return "".join(char if char.isprintable() else "?" for char in text[:limit])
