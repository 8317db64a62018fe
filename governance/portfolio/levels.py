"""What of a decision's facts the inventory keeps in columns of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from governance.engine.facts import UnusableFacts, read_facts
from governance.engine.levels import Picture, picture_of
from interviews.risk import PRINCIPLES

#: Nothing was decided yet, or its facts are of a form that is not read any more.
NOTHING: dict[str, Any] = {
    "data_score": None,
    "highest": None,
    "severity": None,
    "likelihood": None,
    **dict.fromkeys(PRINCIPLES),
}


def columns_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Columns by name: levels 1 to 5, the data score 0 to 1, and where the worst risk stands.

    ``severity`` and ``likelihood`` are those after controls; None where the highest level was
    stated by people and no risk accounts for it.
    """
    try:
        picture = picture_of(read_facts(dict(facts)))
    except UnusableFacts:
        return dict(NOTHING)
    severity, likelihood = _worst(picture)
    return {
        "data_score": picture.facts.data_quality.overall_score,
        "highest": picture.highest,
        "severity": severity,
        "likelihood": likelihood,
        **{one.principle: one.final for one in picture.principles},
    }


def _worst(picture: Picture) -> tuple[int | None, int | None]:
    """Of the risks at the highest level the severest, then the likeliest."""
    found = [
        (one.worst.residual.severity, one.worst.residual.likelihood)
        for one in picture.at_least(picture.highest)
        if one.worst is not None
    ]
    return max(found) if found else (None, None)


def as_words(tokens: Iterable[str]) -> str:
    """Tokens between blanks, so that " token " is found in it; "" for none."""
    known = sorted({one for one in tokens if one != "none"})
    return f" {' '.join(known)} " if known else ""
