"""What of the rules touches a decision: the thresholds, and which practices and areas count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from governance.rulepacks.schema import Area, Pack, Practice

UNSURE = "unsure"


@dataclass(frozen=True)
class DecisionRules:
    """The part of thresholds and packs that decisions rest on."""

    thresholds: Mapping[str, Any]
    practices: tuple[Practice, ...]
    areas: tuple[Area, ...]


def decision_rules(thresholds: Mapping[str, Any], packs: Iterable[Pack]) -> DecisionRules:
    """Of all packs with a triage together."""
    triages = [pack.triage for pack in packs if pack.triage is not None]
    return DecisionRules(
        thresholds=dict(thresholds),
        practices=tuple(one for found in triages for one in found.practices),
        areas=tuple(one for found in triages for one in found.areas),
    )


def facts_under(
    facts: Mapping[str, Any], rules: DecisionRules, *, on: date | None = None
) -> dict[str, Any]:
    """The same facts, read by these rules; ``on`` = the day for practices, None = the facts' own.

    What a pack does not know stays as it was answered. A practice that applies and that a case was
    never asked about counts as its pack says; a case that was asked about none is left alone.
    """
    day = on or date.fromisoformat(str(facts["as_of"]))
    screened = facts.get("prohibited") or {}
    return {
        **facts,
        "config": dict(rules.thresholds),
        "prohibited": _screened(screened, rules.practices, day),
        "high_risk_areas": _areas(facts.get("high_risk_areas") or (), rules.areas, day),
    }


def _screened(
    screened: Mapping[str, str], practices: Iterable[Practice], day: date
) -> dict[str, str]:
    found = dict(screened)
    for practice in practices:
        if practice.applies_until is not None and day > practice.applies_until:
            found.pop(practice.code, None)
        elif screened and practice.code not in screened and _was_missed(practice, day):
            found[practice.code] = UNSURE
    return found


def _was_missed(practice: Practice, day: date) -> bool:
    return practice.if_not_asked == UNSURE and practice.applies_from <= day


def _areas(given: Iterable[str], areas: Iterable[Area], day: date) -> list[str]:
    over = {
        area.code for area in areas if area.applies_until is not None and day > area.applies_until
    }
    return [code for code in given if code not in over]
