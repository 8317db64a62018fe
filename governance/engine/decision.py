"""What the engine says: one of five values, every rule that fired, every condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

ENGINE_VERSION = "uaip-engine/1"

#: The headline when the highest residual level alone reaches the decision.
BASE = "base"


class DecisionValue(IntEnum):
    """The five values, from least to most restrictive; a total order, so no ties."""

    PROCEED = 0
    PROCEED_WITH_MONITORING = 1
    REVISE = 2
    SUBMIT_TO_COMMITTEE = 3
    HALT = 4

    @property
    def stored(self) -> str:
        """The lower-case form that the database keeps."""
        return self.name.lower()


@dataclass(frozen=True)
class FiredRule:
    """A floor that fired: the least that the decision may be, why, and from which items."""

    rule: str
    floor: DecisionValue
    detail: str
    sources: tuple[str, ...]
    #: What the rule is about, in words; the condition's text is made with it.
    subject: str = ""
    #: Who is known to be in charge of it; "" leaves the condition to a role.
    owner: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "floor": self.floor.name,
            "detail": self.detail,
            "sources": list(self.sources),
        }


@dataclass(frozen=True)
class Condition:
    """A duty attached to a decision."""

    text: str
    owner: str
    due_date: date
    source_rule: str

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "owner": self.owner,
            "due_date": self.due_date.isoformat(),
            "source_rule": self.source_rule,
        }


@dataclass(frozen=True)
class Decision:
    """The computed decision for one fact set."""

    value: DecisionValue
    base: DecisionValue
    headline: str
    rules_fired: tuple[FiredRule, ...]
    conditions: tuple[Condition, ...]
    as_of: date
    engine_version: str = ENGINE_VERSION

    def to_json(self) -> dict[str, Any]:
        """The one output format of the engine, everywhere."""
        return {
            "decision": self.value.name,
            "base": self.base.name,
            "headline": self.headline,
            "rules_fired": [fired.to_json() for fired in self.rules_fired],
            "conditions": [condition.to_json() for condition in self.conditions],
            "engine_version": self.engine_version,
            "as_of": self.as_of.isoformat(),
        }
