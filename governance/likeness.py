"""How like two cases are, by the words of their names and by structured facts, and how they differ.

Pure. What people wrote in answers has no part in it: with encryption on it is not searchable.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from interviews.deliverables.data_quality_scorecard import BANDS, band
from interviews.risk import PRINCIPLE_NAMES, PRINCIPLES

_WORD = re.compile(r"[^\W_]+")
SHORTEST_WORD = 3
#: Words that stand in names of all kinds of projects.
EMPTY_WORDS = frozenset(
    [
        "and",
        "for",
        "the",
        "with",
        "from",
        "into",
        "our",
        "das",
        "der",
        "die",
        "den",
        "des",
        "ein",
        "eine",
        "fur",
        "für",
        "mit",
        "und",
        "von",
        "zur",
        "project",
        "projekt",
        "system",
        "model",
        "modell",
        "tool",
        "pilot",
        "using",
        "based",
    ]
)

#: What each kind of difference counts for at most.
WEIGHTS = {
    "name": 4.0,
    "archetype": 3.0,
    "areas": 4.0,
    "automation": 3.0,
    "data": 2.0,
    "affected": 3.0,
    **dict.fromkeys(PRINCIPLES, 1.5),
}
FARTHEST = sum(WEIGHTS.values())
#: Up to here a case counts as like; ruling otherwise than all of these takes a reason.
NEAR = 6.0
STEPS_BETWEEN_LEVELS = 4
#: A thousand times as many people affected is as different as it gets.
ORDERS_OF_MAGNITUDE = 3.0


@dataclass(frozen=True)
class Profile:
    """What two cases are compared by; None and "" where nothing is known."""

    name: str
    archetype: str = ""
    areas: frozenset[str] = frozenset()
    automation: int | None = None
    #: 0 to 1.
    data_score: float | None = None
    #: People whom outcomes affect in a year, and whether vulnerable ones are among them.
    affected: int | None = None
    has_vulnerable: bool = False
    #: Residual level by principle.
    levels: Mapping[str, int | None] = field(default_factory=dict)


def words_of(name: str) -> frozenset[str]:
    """The words of a name that say something, folded."""
    found = (word.casefold() for word in _WORD.findall(name))
    return frozenset(
        word for word in found if len(word) >= SHORTEST_WORD and word not in EMPTY_WORDS
    )


def overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """Shared words as a part of all, 0 to 1; 0 without any."""
    return len(some & others) / len(some | others) if some | others else 0.0


def distance(here: Profile, there: Profile) -> float:
    """0 for the same in every respect, up to FARTHEST."""
    parts = dict(_parts(here, there))
    return sum(WEIGHTS[name] * share for name, share in parts.items())


def similarity(how_far: float) -> int:
    """A distance as 0 to 100, 100 for the same."""
    return round(100 * (1 - min(how_far, FARTHEST) / FARTHEST))


def _parts(here: Profile, there: Profile) -> Iterator[tuple[str, float]]:
    """How different in each respect, 0 to 1; not knowing is half a difference."""
    yield "name", 1 - overlap(words_of(here.name), words_of(there.name))
    yield "archetype", float(here.archetype != there.archetype)
    alike = overlap(here.areas, there.areas) if here.areas | there.areas else 1.0
    yield "areas", 1 - alike
    yield "automation", _steps(here.automation, there.automation)
    yield "data", _bands(here.data_score, there.data_score)
    yield "affected", max(_magnitudes(here, there), _vulnerable(here, there))
    for name in PRINCIPLES:
        yield name, _steps(here.levels.get(name), there.levels.get(name))


def _steps(here: int | None, there: int | None) -> float:
    if here is None or there is None:
        return 0.5 * (here != there)
    return abs(here - there) / STEPS_BETWEEN_LEVELS


def _bands(here: float | None, there: float | None) -> float:
    names = [name for _, name in BANDS]
    if here is None or there is None:
        return 0.5 * (here != there)
    apart = abs(names.index(str(band(here))) - names.index(str(band(there))))
    return apart / (len(names) - 1)


def _magnitudes(here: Profile, there: Profile) -> float:
    if here.affected is None or there.affected is None:
        return 0.5 * (here.affected != there.affected)
    apart = abs(math.log10(here.affected + 1) - math.log10(there.affected + 1))
    return min(1.0, apart / ORDERS_OF_MAGNITUDE)


def _vulnerable(here: Profile, there: Profile) -> float:
    return 0.5 * (here.has_vulnerable != there.has_vulnerable)


def differences(here: Profile, there: Profile) -> tuple[str, ...]:
    """Why this case differs from that one, the weightiest first; the name is no reason."""
    share = dict(_parts(here, there))
    found = [
        (-WEIGHTS[name] * share[name], place, text)
        for place, (name, text) in enumerate(_sentences(here, there))
        if share[name]
    ]
    return tuple(text for _, _, text in sorted(found))


def _sentences(here: Profile, there: Profile) -> Iterator[tuple[str, str]]:
    if here.archetype != there.archetype:
        yield (
            "archetype",
            f"Kind of model: {_said(here.archetype)} here, {_said(there.archetype)} there.",
        )
    for some, others, text in (
        (here.areas, there.areas, "High-risk area here, not there"),
        (there.areas, here.areas, "High-risk area there, not here"),
    ):
        if only := sorted(some - others):
            yield "areas", f"{text}: {', '.join(_said(area) for area in only)}."
    if here.automation != there.automation:
        pair = f"{_known(here.automation)} here, {_known(there.automation)} there"
        yield "automation", f"Automation level: {pair}."
    if _bands(here.data_score, there.data_score):
        pair = f"{_known(here.data_score)} here, {_known(there.data_score)} there"
        yield "data", f"Data quality: {pair}."
    if here.affected != there.affected:
        pair = f"{_known(here.affected)} here, {_known(there.affected)} there"
        yield "affected", f"People affected a year: {pair}."
    if here.has_vulnerable != there.has_vulnerable:
        where = "here, not there" if here.has_vulnerable else "there, not here"
        yield "affected", f"Vulnerable people are affected {where}."
    for name in PRINCIPLES:
        mine, theirs = here.levels.get(name), there.levels.get(name)
        if mine != theirs:
            pair = f"level {_known(mine)} here, {_known(theirs)} there"
            yield name, f"Remaining risk, {PRINCIPLE_NAMES[name]}: {pair}."


def _said(token: str) -> str:
    return token.replace("_", " ") or "not said"


def _known(figure: Any) -> str:
    if figure is None:
        return "not known"
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:g}"
