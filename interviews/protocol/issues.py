"""What can be wrong with an answer: where, what to do about it, and how serious it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "incomplete", "warning"]


@dataclass(frozen=True)
class Issue:
    """One remark on an answer.

    ``path`` is relative to the answer: "" the whole answer, "driver" a form's field,
    "[3].access_latency_ms" a column of the fourth row of a table question,
    "cases[0].handling" a column inside a form's table. An "error" makes the value
    unusable, "incomplete" keeps it from being submitted, a "warning" never blocks.
    """

    path: str
    message: str
    level: Level = "error"


def error(path: str, message: str) -> Issue:
    """The value cannot be used as it is."""
    return Issue(path, message, "error")


def incomplete(path: str, message: str) -> Issue:
    """Something required is still missing."""
    return Issue(path, message, "incomplete")


def warning(path: str, message: str) -> Issue:
    """Worth a look; never blocks."""
    return Issue(path, message, "warning")
