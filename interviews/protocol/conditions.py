"""Decides whether a condition on another value holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviews.protocol.lookup import column_of, field_of
from interviews.protocol.types import Condition


def holds(
    condition: Condition, beside: Mapping[str, Any], values: Mapping[str, Any]
) -> bool | None:
    """True or False; None when the other value is not there to decide by.

    ``beside`` holds the values of the same card or row, ``values`` the answers by key.
    """
    if condition.question is None:
        found = beside.get(condition.field)
    else:
        answer = values.get(condition.question)
        # A table answer meets a condition when any of its rows does.
        found = (
            column_of(answer, condition.field)
            if isinstance(answer, list)
            else field_of(answer, condition.field)
        )
    if found is None:
        return None
    if isinstance(found, list):
        return any(value in condition.values for value in found)
    return found in condition.values
