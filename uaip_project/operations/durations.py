"""Durations as operators type them: 30s, 5m, 2h, 7d."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """Raises ValueError."""
    match = _FORM.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0 or len(match[1]) > 6:
        raise ValueError(f"{text}: use a duration such as 30s, 5m, 2h or 7d.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
