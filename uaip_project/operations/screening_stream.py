"""Screens texts from lines of JSON, one line out for each line in; no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from interviews.scoring.injection import inspect
from interviews.services.reading import screen_patterns
from uaip_project.operations.jsonfile import UnusableRunFile, oddities, parse_json
from uaip_project.operations.scoring_stream import UnusableLine


def screen_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """One result per non-empty line; a line that cannot be read gives {"line", "error"}."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield screen_line(line)
        except UnusableLine as fault:
            yield {"line": number, "error": str(fault)}


def screen_line(line: bytes) -> dict[str, Any]:
    """What is found in one {"text"}, exactly as in an interview. Raises UnusableLine."""
    try:
        entry = parse_json(line)
    except UnusableRunFile as fault:
        raise UnusableLine(f"This line {fault.problems[0].message}") from None
    for problem in oddities(entry):
        raise UnusableLine(str(problem))
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise UnusableLine('An object {"text"} with a text is expected.')
    screening = inspect(entry["text"], screen_patterns())
    return {
        "suspected": screening.suspected,
        "kinds": list(screening.kinds),
        "passages": list(screening.passages),
    }
