"""What a crosswalk consists of: rows with a state, gates with a result, outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

NOT_LEGAL_ADVICE = "This is an engineering aid, not legal advice. Have your own lawyers review it before you rely on it."


class State(StrEnum):
    """How a requirement stands, by the answers alone."""

    MET = "met"
    PARTLY = "partly"
    GAP = "gap"
    UNKNOWN = "unknown"
    OUT_OF_SCOPE = "out_of_scope"


class Result(StrEnum):
    """What a gate says of the system."""

    APPLIES = "applies"
    LATER = "later"
    EXCEPTED = "excepted"
    UNKNOWN = "unknown"
    NO = "does_not_apply"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class CrosswalkRow:
    """One requirement, how it stands, by which answers, and what is missing."""

    framework: str
    id: str
    theme: str
    requirement: str
    state: State
    #: Items whose answers were looked at, "DETAILS" for what was added for the crosswalk.
    evidence: tuple[str, ...]
    gap: str
    citation: str
    pack_version: str
    as_of: date
    applies_from: date
    is_in_force: bool
    status: str
    source: str

    def to_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "state": self.state.value,
            "evidence": list(self.evidence),
            "as_of": self.as_of.isoformat(),
            "applies_from": self.applies_from.isoformat(),
        }


_PLAIN = (
    *("framework", "id", "theme", "requirement", "gap", "citation", "pack_version"),
    *("is_in_force", "status", "source"),
)


@dataclass(frozen=True)
class Gate:
    """One gate of the triage."""

    key: str
    title: str
    point: str
    result: Result
    detail: str
    evidence: tuple[str, ...] = ()
    #: What to answer while it is unknown: items, or names of details.
    asks: tuple[str, ...] = ()
    applies_from: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "point": self.point,
            "result": self.result.value,
            "detail": self.detail,
            "evidence": list(self.evidence),
            "asks": list(self.asks),
            "applies_from": self.applies_from.isoformat() if self.applies_from else None,
        }


@dataclass(frozen=True, order=True)
class Outcome:
    """One class that the triage puts a system into; several can hold at once.

    ``code``: out_of_scope, prohibited, prohibited_later, perhaps_prohibited, high_risk,
    perhaps_high_risk, excepted, transparency, unknown or none.
    """

    code: str
    point: str = ""
    applies_from: date | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        when = self.applies_from.isoformat() if self.applies_from else None
        return {"code": self.code, "point": self.point, "applies_from": when}


@dataclass(frozen=True)
class Level:
    """The level of an impact tool: exact where both figures are known, else a range."""

    raw_low: int
    raw_high: int
    mitigation_low: int
    mitigation_high: int
    #: From least to most; one where the range leaves no doubt.
    levels: tuple[int, ...]
    #: The score that decides, where it is exact.
    current: int | None

    def to_json(self) -> dict[str, Any]:
        return {
            "raw": [self.raw_low, self.raw_high],
            "mitigation": [self.mitigation_low, self.mitigation_high],
            "levels": list(self.levels),
            "current": self.current,
        }


@dataclass(frozen=True)
class Framework:
    """One pack filled from the answers."""

    id: str
    title: str
    version: str
    as_of: date
    source: str
    about: str
    unconfirmed: tuple[str, ...]
    rows: tuple[CrosswalkRow, ...]
    gates: tuple[Gate, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    level: Level | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "source": self.source,
            "about": self.about,
            "unconfirmed": list(self.unconfirmed),
            "outcomes": [one.to_json() for one in self.outcomes],
            "gates": [one.to_json() for one in self.gates],
            "level": self.level.to_json() if self.level else None,
            "rows": [one.to_json() for one in self.rows],
        }
