"""Counts votes and says what they come to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

APPROVE, WITH_CONDITIONS = "approve", "approve_with_conditions"
SEND_BACK, REJECT = "send_back", "reject"
OUTCOMES = (APPROVE, WITH_CONDITIONS, SEND_BACK, REJECT)
ALL_OF = "all_of"


@dataclass(frozen=True)
class Tally:
    """Votes by outcome, and what they come to by the review's rule."""

    quorum: int
    rule: str
    counts: dict[str, int] = field(default_factory=dict)
    #: What the votes come to; None below the quorum.
    outcome: str | None = None
    #: No outcome has what the rule asks for: the case goes back rather than through.
    is_split: bool = False

    @property
    def cast(self) -> int:
        return sum(self.counts.values())

    @property
    def has_quorum(self) -> bool:
        return self.cast >= self.quorum

    def to_json(self) -> dict[str, Any]:
        """As it is kept beside a ruling."""
        return {
            "counts": self.counts,
            "cast": self.cast,
            "quorum": self.quorum,
            "rule": self.rule,
            "outcome": self.outcome,
            "is_split": self.is_split,
        }


def count(votes: Iterable[str], *, quorum: int, rule: str) -> Tally:
    """The tally of these outcomes.

    Approval with and without conditions both approve; it is without only where that alone has
    what the rule asks for. A tie, or a committee that must agree and does not, sends back.
    """
    counted = Counter(votes)
    counts = {outcome: counted[outcome] for outcome in OUTCOMES}
    cast = sum(counts.values())
    if cast < quorum:
        return Tally(quorum, rule, counts)
    found = _carried(counts, cast, rule)
    return Tally(quorum, rule, counts, found or SEND_BACK, is_split=found is None)


def _carried(counts: dict[str, int], cast: int, rule: str) -> str | None:
    """The outcome that has enough votes; None where none has."""

    def is_enough(votes: int) -> bool:
        return votes == cast if rule == ALL_OF else 2 * votes > cast

    steps = (
        (APPROVE, counts[APPROVE]),
        (WITH_CONDITIONS, counts[APPROVE] + counts[WITH_CONDITIONS]),
        (REJECT, counts[REJECT]),
        (SEND_BACK, counts[SEND_BACK] + counts[REJECT]),
    )
    return next((outcome for outcome, votes in steps if is_enough(votes)), None)
