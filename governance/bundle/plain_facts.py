"""The engine's fact set once more, read by the standard library alone.

The same fields, defaults and refusals as governance.engine.facts and governance.engine.thresholds,
for the machine on which nothing is installed; tests prove that both read the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

from interviews.risk import CONTROL_KINDS, CONTROL_STATUSES, PRINCIPLES, Control

#: Reads one value, or raises ValueError.
Reader = Callable[[Any], Any]
#: Name -> reader and what stands there when it is left out; REQUIRED: it may not be.
Fields = dict[str, tuple[Reader, Any]]
REQUIRED = object()
LONGEST_NAME = 200
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class UnreadableFacts(ValueError):
    """Facts that the engine would refuse."""


# --- Single values --------------------------------------------------------------------------------


def whole(least: int, most: float = math.inf) -> Reader:
    """A whole number in these bounds; true and false are no numbers."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UnreadableFacts(f"{value!r} is no whole number from {least} to {most}")
        return value

    return read


def share(value: Any) -> float:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise UnreadableFacts(f"{value!r} is no number from 0 to 1")
    return float(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise UnreadableFacts(f"{value!r} is neither true nor false")
    return value


def text(value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise UnreadableFacts(f"{value!r} is no text")
    return value


def name(value: Any) -> str:
    """A text that is neither empty nor too long."""
    if not 1 <= len(text(value)) <= LONGEST_NAME:
        raise UnreadableFacts(f"{value!r} is no name of 1 to {LONGEST_NAME} letters")
    return text(value)


def day(value: Any) -> date:
    """A calendar date, YYYY-MM-DD."""
    if not ISO_DATE.fullmatch(text(value)):
        raise UnreadableFacts(f"{value!r} is not written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UnreadableFacts(f"{value!r} is no date of the calendar") from None


def evidence(value: Any) -> str:
    """Some callers only know that there is evidence."""
    if isinstance(value, bool):
        return "evidence recorded" if value else ""
    return "" if value is None else text(value)


def one_of(*choices: str) -> Reader:
    """One of these words."""

    def read(value: Any) -> str:
        if text(value) not in choices:
            raise UnreadableFacts(f"{value!r} is none of {', '.join(choices)}")
        return text(value)

    return read


# --- Values that hold others ----------------------------------------------------------------------


def maybe(reader: Reader) -> Reader:
    """Null, or what the reader reads."""
    return lambda value: None if value is None else reader(value)


def each(reader: Reader) -> Reader:
    """A list of what the reader reads."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise UnreadableFacts(f"{value!r} is no list")
        return tuple(reader(item) for item in value)

    return read


def screening(value: Any) -> dict[str, str]:
    """Practice -> yes, no or unsure."""
    if not isinstance(value, dict):
        raise UnreadableFacts(f"{value!r} is no object")
    given = one_of("yes", "no", "unsure")
    return {name(code): given(answer) for code, answer in value.items()}


def names_or_count(value: Any) -> Any:
    """A list of names, or how many there are."""
    return whole(0)(value) if isinstance(value, int) else each(name)(value)


def gaps(value: Any) -> Any:
    """A list of names, how many there are, or whether there are any."""
    return value if isinstance(value, bool) else names_or_count(value)


def part(value: Any, fields: Fields, made: Any) -> Any:
    """Fills an object by its fields; a key that it does not have is refused."""
    if not isinstance(value, dict):
        raise UnreadableFacts(f"{value!r} is no object")
    unknown = sorted(set(value) - set(fields))
    if unknown:
        raise UnreadableFacts(f"unknown: {', '.join(map(str, unknown))}")
    for key, (reader, default) in fields.items():
        if key not in value and default is REQUIRED:
            raise UnreadableFacts(f"{key} is missing")
        setattr(made, key, reader(value[key]) if key in value else default)
    return made


# --- The fact set ---------------------------------------------------------------------------------

LEVEL = whole(1, 5)
THRESHOLD_FIELDS: Fields = {
    "halt": (LEVEL, 5),
    "committee": (LEVEL, 4),
    "revise": (LEVEL, 3),
    "monitor": (LEVEL, 2),
    "breadth_count": (whole(0, 5), 3),
    "revise_below": (share, 0.70),
    "excellent": (share, 0.90),
    "confidence_monitor_below": (share, 0.7),
    "confidence_revise_below": (share, 0.5),
    "major_revise": (whole(1), 3),
}
CONTROL_FIELDS: Fields = {
    "kind": (one_of(*CONTROL_KINDS), REQUIRED),
    "status": (one_of(*CONTROL_STATUSES), REQUIRED),
    "evidence": (evidence, ""),
    "due_date": (maybe(day), None),
    "cuts_severity_by": (whole(0, 2), 0),
    "cuts_likelihood_by": (whole(0, 2), 0),
    "owner": (text, ""),
}


class PlainControl(SimpleNamespace):
    """One control of a risk."""

    def control(self) -> Control:
        """As the risk arithmetic reads it."""
        known = {key: found for key, found in vars(self).items() if key != "owner"}
        return Control(**known)


class PlainPrinciples(SimpleNamespace):
    """All five principles."""

    def each(self) -> list[tuple[str, Any]]:
        """With their names, in their fixed order."""
        return [(principle, getattr(self, principle)) for principle in PRINCIPLES]


class PlainFacts(SimpleNamespace):
    """Everything that a decision depends on."""

    def screened(self, answer: str) -> tuple[str, ...]:
        """The prohibited practices that got this answer, sorted."""
        return tuple(sorted(code for code, given in self.prohibited.items() if given == answer))

    @property
    def areas(self) -> tuple[str, ...]:
        """The high-risk areas, sorted; the token "none" is no area."""
        return tuple(sorted({area for area in self.high_risk_areas if area != "none"}))


def thresholds(value: Any) -> Any:
    """The levels, in their order."""
    made = part(value, THRESHOLD_FIELDS, SimpleNamespace())
    is_in_order = (
        made.monitor < made.revise < made.committee < made.halt
        and 0 < made.revise_below <= made.excellent
        and made.confidence_revise_below <= made.confidence_monitor_below
    )
    if not is_in_order:
        raise UnreadableFacts("the thresholds are out of order")
    return made


def risk(value: Any) -> Any:
    """One risk with its controls."""
    control = each(lambda one: part(one, CONTROL_FIELDS, PlainControl()))
    fields: Fields = {
        "ref": (text, ""),
        "severity": (LEVEL, REQUIRED),
        "likelihood": (LEVEL, REQUIRED),
        "controls": (control, ()),
    }
    return part(value, fields, SimpleNamespace())


def principle_facts(value: Any) -> Any:
    """A stated level, risks, or both."""
    fields: Fields = {"stated": (maybe(LEVEL), None), "risks": (each(risk), ())}
    made = part(value, fields, SimpleNamespace())
    if made.stated is None and not made.risks:
        raise UnreadableFacts("a principle has neither a stated level nor a risk")
    return made


def principles(value: Any) -> Any:
    """All five; none may be left out."""
    return part(value, dict.fromkeys(PRINCIPLES, (principle_facts, REQUIRED)), PlainPrinciples())


def data_quality(value: Any) -> Any:
    """The data scorecard in two figures."""
    fields: Fields = {"overall_score": (maybe(share), None), "blocking_gaps": (gaps, ())}
    return part(value, fields, SimpleNamespace())


def acceptance(value: Any) -> Any:
    """Who carries the remaining risk, until when."""
    fields: Fields = {"valid_until": (maybe(day), None), "accepted_by": (text, "")}
    return part(value, fields, SimpleNamespace())


FACT_FIELDS: Fields = {
    "as_of": (day, REQUIRED),
    "go_live_date": (maybe(day), None),
    "principles": (principles, REQUIRED),
    "data_quality": (data_quality, data_quality({})),
    "prohibited": (screening, {}),
    "high_risk_areas": (each(name), ()),
    "automation_level": (maybe(LEVEL), None),
    "has_override": (maybe(flag), None),
    "has_appeal": (maybe(flag), None),
    "open_blockers": (names_or_count, ()),
    "open_majors": (names_or_count, ()),
    "stage5_confidence": (maybe(share), None),
    "escalated": (each(name), ()),
    "feasibility": (maybe(one_of("HIGH", "MEDIUM", "LOW", "NOT_FEASIBLE")), None),
    "acceptance": (maybe(acceptance), None),
    "config": (thresholds, thresholds({})),
}


def plain_facts(raw: Any) -> Any:
    """Facts from JSON data. Raises UnreadableFacts."""
    return part(raw, FACT_FIELDS, PlainFacts())
