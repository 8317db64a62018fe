"""What the rules are told and what they report, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interviews.consistency.case import Case

#: Quotes are shown side by side; longer ones would not be read.
QUOTE_LIMIT = 200


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCKER = "BLOCKER"
    MAJOR = "MAJOR"
    MINOR = "MINOR"


#: States in which a substance BLOCKER no longer stops its gate: a person has dealt with it.
HANDLED = frozenset({"carried", "disputed", "waived", "fixed"})


@dataclass(frozen=True)
class RulesConfig:
    """The limits a site may set; the defaults are the protocol's own."""

    productive_hours_per_day: float = 6.0
    #: From this yearly value on, an impact test needs a comparison group.
    comparison_value: float = 100_000.0
    min_examples: int = 50
    data_quality_threshold: float = 0.7
    poor_data_quality: float = 0.5
    unknown_limit: float = 0.2
    escalated_limit: float = 0.2
    low_confidence: float = 0.5
    slow_input_ms: float = 1_000.0
    rare_class_pct: float = 20.0
    thin_margin_share: float = 0.2
    min_review_seconds: float = 10.0
    labelling_share_of_benefit: float = 0.5
    seasons_needed: float = 2.0
    horizons_needed: float = 10.0
    #: Labels may take this many review intervals to arrive.
    review_intervals_for_labels: float = 3.0

    def __post_init__(self) -> None:
        for name in ("data_quality_threshold", "unknown_limit", "escalated_limit"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share: give a number from 0 to 1.")
        if self.productive_hours_per_day <= 0:
            raise ValueError("productive_hours_per_day must be more than 0.")


@dataclass(frozen=True)
class Quote:
    """A short readable extract of one answer."""

    answer_id: str
    text: str


@dataclass(frozen=True)
class Hit:
    """What a rule saw; the registry adds what is the same for every case."""

    message: str
    quotes: tuple[Quote, ...]
    #: Items involved beside the quoted ones.
    also: tuple[str, ...] = ()
    how_to_fix: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class RuleFinding:
    """One contradiction or omission, in words that a person can act on."""

    rule_id: str
    severity: Severity
    completeness: bool
    stages: tuple[int, int]
    answer_ids: tuple[str, ...]
    title: str
    message: str
    how_to_fix: str
    quotes: tuple[Quote, ...]

    @property
    def gate(self) -> int:
        """The stage whose gate it belongs to."""
        return max(self.stages)


@dataclass(frozen=True)
class Rule:
    """One rule: its place in the tables and the function that looks at a case."""

    id: str
    severity: Severity
    stages: tuple[int, int]
    title: str
    how_to_fix: str
    look: Callable[[Case], Hit | None]
    #: Every key that the rule reads.
    reads: tuple[str, ...]
    #: The keys without which there is nothing to compare; the rule is silent then.
    needs: tuple[str, ...] = ()
    completeness: bool = False

    @property
    def kind(self) -> str:
        """D: plain code. Judged rules are listed in registry.JUDGED."""
        return "D"

    @property
    def gate(self) -> int:
        return max(self.stages)


@dataclass(frozen=True)
class FindingView:
    """A stored finding as a gate reads it."""

    rule_id: str
    severity: str
    completeness: bool
    state: str
    gate: int

    @property
    def is_handled(self) -> bool:
        """A completeness BLOCKER must be fixed; a substance BLOCKER may be carried."""
        return self.state == "fixed" if self.completeness else self.state in HANDLED


@dataclass(frozen=True)
class GateOutcome:
    """Whether a stage may close, and what still stands in the way."""

    passed: bool
    #: Keys of visible items that are not accepted, escalated or unknown with an owner.
    missing: tuple[str, ...]
    unknown_share: float
    too_many_unknown: bool
    #: Rule ids of BLOCKERs that nobody has dealt with.
    blockers: tuple[str, ...]
