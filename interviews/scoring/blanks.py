"""Blanks that the coach leaves in a worked text: "[baseline, unit and source?]"."""

from __future__ import annotations

import re
from typing import Any

#: What ends in a question mark within square brackets asks; it tells nothing.
BLANK = re.compile(r"\[[^\[\]\n]{1,200}\?\]")
_DEPTH = 8


def without_blanks(value: Any, depth: int = 0) -> Any:
    """A text, or any answer, without blanks that nobody filled: they are no part of what is said."""
    if isinstance(value, str):
        return BLANK.sub("", value) if "?]" in value else value
    if depth >= _DEPTH:
        return value
    if isinstance(value, list):
        return [without_blanks(part, depth + 1) for part in value]
    if isinstance(value, dict):
        return {name: without_blanks(part, depth + 1) for name, part in value.items()}
    return value
