"""Screens texts from lines of JSON, one line out for each line in; no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from interviews.scoring.injection import inspect
from interviews.services.reading import screen_patterns
from uaip_project.operations.json_lines import UnusableLine, entry_of, results


def screen_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """One result per non-empty line."""
    return results(lines, screen_line)


def screen_line(line: bytes) -> dict[str, Any]:
    """What is found in one {"text"}, exactly as in an interview. Raises UnusableLine."""
    entry = entry_of(line)
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise UnusableLine('An object {"text"} with a text is expected.')
    screening = inspect(entry["text"], screen_patterns())
    return {
        "suspected": screening.suspected,
        "kinds": list(screening.kinds),
        "passages": list(screening.passages),
    }
