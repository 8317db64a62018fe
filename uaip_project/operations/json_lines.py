"""Answers lines of JSON one by one: a line that cannot be read costs no other line its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from uaip_project.operations.jsonfile import UnusableRunFile, oddities, parse_json


class UnusableLine(Exception):
    """The line is not what is expected; the message says why."""


def results(
    lines: Iterable[bytes], read: Callable[[bytes], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """One result per non-empty line; a line that cannot be read gives {"line", "error"}."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield read(line)
        except UnusableLine as fault:
            yield {"line": number, "error": str(fault)}


def entry_of(line: bytes) -> Any:
    """What the line holds. Raises UnusableLine."""
    try:
        entry = parse_json(line)
    except UnusableRunFile as fault:
        raise UnusableLine(f"This line {fault.problems[0].message}") from None
    for problem in oddities(entry):
        raise UnusableLine(str(problem))
    return entry
