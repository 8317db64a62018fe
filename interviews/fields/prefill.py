"""What earlier answers already give to a question that nobody has answered yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviews.protocol.presets import prefill
from interviews.protocol.types import Question


def start_value(question: Question, values: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """The raw value to start with, and the keys of the answers that it was taken from."""
    start = prefill(question, values)
    if start is None:
        return None, ()
    # It was taken from an answer if it would be another one without that answer.
    taken = (key for key in values if prefill(question, _without(values, key)) != start)
    return start, tuple(taken)


def _without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {other: value for other, value in values.items() if other != key}
