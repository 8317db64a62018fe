"""Weighs a sentence that has no rule's shape: how much it sounds like an order to a scorer.

The weights were learned from tests/scoring/data/attacks_dev.jsonl and honest prose; they say how
much each trait, and each two of them together, speak for an attack.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from interviews.scoring.screening.findings import Hit, Kind
from interviews.scoring.screening.traits import CONCERNS, TELLS, pairs, traits

_FILE = Path(__file__).with_name("weights.json")
#: From this weight on a sentence is suspected.
ENOUGH = 3.5
_ADDRESSES = frozenset({"order", "you", "self", "judge", "me", "deictic"})


@cache
def _weights() -> tuple[float, dict[str, float]]:
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return float(raw["bias"]), {str(name): float(one) for name, one in raw["weights"].items()}


def may_steer(found: frozenset[str]) -> bool:
    """Whether a sentence with these traits speaks to its reader of what a scorer does."""
    return (
        found.isdisjoint(TELLS)
        and not found.isdisjoint(_ADDRESSES)
        and not found.isdisjoint(CONCERNS)
    )


def weigh(folded: str) -> Iterator[Hit]:
    """The whole sentence as one hit, when it weighs enough."""
    found = traits(folded)
    if not may_steer(found):
        return
    bias, weights = _weights()
    if bias + sum(weights.get(one, 0.0) for one in pairs(found)) >= ENOUGH:
        yield Hit(_kind(found), 0, len(folded))


def _kind(found: frozenset[str]) -> Kind:
    if {"show", "hidden"} <= found and not found & {"top", "done"}:
        return Kind.EXTRACTION
    if found & {"scoring", "rubric", "done", "top"}:
        return Kind.STEERING
    return Kind.ROLE_PLAY if "role" in found else Kind.OVERRIDE
