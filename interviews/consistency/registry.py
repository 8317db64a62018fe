"""The table of rules: each is one small function with its place in the tables beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

from interviews.consistency.case import Case
from interviews.consistency.types import Hit, Rule, Severity

#: Rules that read for meaning, so a model proposes and a person may dispute (kind J).
#: They are no part of this table; the judged pass reports them under these ids.
JUDGED = ("X-02", "X-21", "X-26", "X-27", "X-33", "X-38", "X-41", "X-44")

Look = Callable[[Case], Hit | None]
_ID = re.compile(r"^(?:G(?P<stage>\d)|X)-(?P<number>\d+)$")
_rules: dict[str, Rule] = {}


def rule(
    rule_id: str,
    severity: Severity,
    *,
    stages: tuple[int, int],
    title: str,
    how_to_fix: str,
    needs: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    completeness: bool = False,
) -> Callable[[Look], Look]:
    """Register a function as a rule; ``needs`` are read too and need not be repeated."""
    if rule_id in _rules or not _ID.match(rule_id):
        raise ValueError(f"{rule_id} is not a new rule id.")

    def register(look: Look) -> Look:
        _rules[rule_id] = Rule(
            id=rule_id,
            severity=severity,
            stages=stages,
            title=title,
            how_to_fix=how_to_fix,
            look=look,
            reads=tuple(dict.fromkeys((*needs, *reads))),
            needs=needs,
            completeness=completeness,
        )
        return look

    return register


def registered_rules() -> tuple[Rule, ...]:
    """Every rule registered so far: G1-1 to G5-7, then X-01 to X-43."""
    return tuple(sorted(_rules.values(), key=lambda entry: place(entry.id)))


def place(rule_id: str) -> tuple[int, int]:
    """Where a rule id stands in the order of the tables; cross rules come last."""
    match = _ID.match(rule_id)
    if match is None:
        raise ValueError(f"{rule_id} is no rule id.")
    return int(match["stage"] or 9), int(match["number"])
