"""How long a canonical duration is."""

from __future__ import annotations

from typing import Any

from interviews.protocol.lookup import field_of, number_of

#: Seconds of each unit; a canonical duration has one of the last five.
SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3_600, "day": 86_400, "week": 604_800}


def seconds_of(duration: Any) -> float | None:
    """The seconds of {"value": 3, "unit": "h"}; None when it is no duration."""
    amount, unit = number_of(duration, "value"), field_of(duration, "unit")
    if amount is None or unit not in SECONDS:
        return None
    return amount * SECONDS[unit]


def in_words(seconds: float) -> str:
    """A length of time for a sentence: 8820 -> "2 h 27 min"."""
    sign, left = ("minus " if seconds < 0 else ""), abs(seconds)
    said = []
    for unit, label in (("day", "days"), ("h", "h"), ("min", "min")):
        count, left = divmod(left, SECONDS[unit])
        if count:
            said.append(f"{int(count)} {label}")
    if left and not said:
        said.append(f"{left:g} s")
    return sign + (" ".join(said[:2]) or "0 s")
