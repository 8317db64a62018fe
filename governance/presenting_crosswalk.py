"""Prepares the crosswalk for its page: words, tones, links, counts by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format

from charters.models import Revision
from governance.crosswalk.answers import DETAILS
from governance.crosswalk.rows import (
    NOT_LEGAL_ADVICE,
    CrosswalkRow,
    Framework,
    Gate,
    Level,
    Outcome,
    Result,
    State,
)

#: States as people read them, and the tone of their pills, in the order of the filter.
STATES = {
    State.GAP: ("Gap", "bad"),
    State.PARTLY: ("Partly", "warn"),
    State.UNKNOWN: ("Unknown", "note"),
    State.MET: ("Met", "good"),
    State.OUT_OF_SCOPE: ("Out of scope", "idle"),
}
RESULTS = {
    Result.APPLIES: ("Applies", "warn"),
    Result.LATER: ("Not in force yet", "note"),
    Result.EXCEPTED: ("Excepted", "good"),
    Result.UNKNOWN: ("Unknown", "note"),
    Result.NO: ("Does not apply", "good"),
    Result.OUT_OF_SCOPE: ("Out of scope", "idle"),
}
#: Gates that nobody has to look at; they are folded away.
CLOSED = frozenset({Result.NO})
#: Classes as people read them, with {point} and {day}.
OUTCOMES = {
    "out_of_scope": ("Out of scope of the Act", "idle"),
    "prohibited": ("Prohibited: Art. {point}", "bad"),
    "prohibited_later": ("Prohibited from {day}: Art. {point}", "bad"),
    "perhaps_prohibited": ("Perhaps prohibited: Art. {point}", "warn"),
    "high_risk": ("High-risk: {point}, from {day}", "warn"),
    "perhaps_high_risk": ("Perhaps high-risk: {point}, from {day}", "warn"),
    "excepted": ("Excepted from {point} by Art. 6(3)", "note"),
    "transparency": ("People must be told: Art. {point}", "note"),
    "unknown": ("Not everything is known", "note"),
    "none": ("No class-specific duty found", "good"),
}
STATUSES = {
    "in_force": "in force",
    "adopted": "adopted",
    "voluntary": "voluntary",
    "unsettled": "not settled",
}
ROMAN = ("", "I", "II", "III", "IV", "V", "VI")


def crosswalk_page(
    revision: Revision,
    frameworks: Sequence[Framework],
    asked: QueryDict,
    *,
    is_newer: bool,
) -> dict[str, Any]:
    """One framework, filtered by state; ``asked`` is the query of the address."""
    chosen = next((one for one in frameworks if one.id == asked.get("framework")), frameworks[0])
    state = asked.get("state", "")
    shown = [row for row in chosen.rows if row.state == state] if state in STATES else chosen.rows
    address = _address(revision)
    is_now = asked.get("rules") == "now"
    return {
        "revision": revision,
        "charter": revision.charter,
        "session": revision.charter.session,
        "not_legal_advice": NOT_LEGAL_ADVICE,
        "framework": chosen,
        "tabs": [
            {
                "title": one.title,
                "url": _link(address, one.id, "", is_now),
                "is_here": one is chosen,
                "open": sum(row.state in (State.GAP, State.UNKNOWN) for row in one.rows),
            }
            for one in frameworks
        ],
        "filters": _filters(chosen, state, address, is_now),
        "outcomes": [_outcome(one) for one in chosen.outcomes],
        "gates": [_gate(one, revision) for one in chosen.gates],
        "closed_gates": sum(one.result in CLOSED for one in chosen.gates),
        "level": _level(chosen.level),
        "themes": _themes(shown, revision),
        "is_filtered": state in STATES,
        "is_newer": is_newer,
        "is_now": is_now,
        "other_url": _link(address, chosen.id, "", not is_now),
    }


def _address(revision: Revision) -> str:
    return reverse("governance:crosswalk", args=[revision.charter.code, revision.number])


def _link(address: str, framework: str, state: str, is_now: bool) -> str:
    query = QueryDict(mutable=True)
    query["framework"] = framework
    if state:
        query["state"] = state
    if is_now:
        query["rules"] = "now"
    return f"{address}?{query.urlencode()}"


def _filters(chosen: Framework, state: str, address: str, is_now: bool) -> list[dict[str, Any]]:
    counts = Counter(row.state for row in chosen.rows)
    every = {
        "label": "All",
        "count": len(chosen.rows),
        "url": _link(address, chosen.id, "", is_now),
        "is_here": state not in STATES,
    }
    return [every] + [
        {
            "label": label,
            "count": counts[one],
            "url": _link(address, chosen.id, one, is_now),
            "is_here": one == state,
        }
        for one, (label, _) in STATES.items()
        if counts[one] or one == state
    ]


def _themes(rows: Iterable[CrosswalkRow], revision: Revision) -> list[dict[str, Any]]:
    return [
        {"title": title, "rows": [_row(row, revision) for row in found]}
        for title, found in groupby(rows, key=lambda row: row.theme)
    ]


def _row(row: CrosswalkRow, revision: Revision) -> dict[str, Any]:
    label, tone = STATES[row.state]
    return {
        "row": row,
        "label": label,
        "tone": tone,
        "status": STATUSES[row.status],
        "evidence": _sources(row.evidence, revision),
    }


def _sources(items: Iterable[str], revision: Revision) -> list[dict[str, str]]:
    code, number = revision.charter.code, revision.number
    return [
        {"name": "details", "url": f"{_address(revision)}details/"}
        if item == DETAILS
        else {
            "name": item,
            "url": reverse("governance:charter-answer", args=[code, number, item]),
        }
        for item in items
    ]


def _gate(gate: Gate, revision: Revision) -> dict[str, Any]:
    label, tone = RESULTS[gate.result]
    if gate.key.startswith("practice:") and gate.result is Result.APPLIES:
        label, tone = "Prohibited", "bad"
    items = [one for one in gate.asks if "-" in one]
    return {
        "gate": gate,
        "label": label,
        "tone": tone,
        "evidence": _sources(gate.evidence, revision),
        "items": _sources(items, revision),
        "is_open": gate.result not in CLOSED,
        "asks_details": len(items) < len(gate.asks),
    }


def _outcome(outcome: Outcome) -> dict[str, str]:
    words, tone = OUTCOMES[outcome.code]
    day = date_format(outcome.applies_from, "j F Y") if outcome.applies_from else ""
    return {"words": words.format(point=outcome.point, day=day), "tone": tone}


def _level(level: Level | None) -> dict[str, Any] | None:
    if level is None:
        return None
    low, high = ROMAN[level.levels[0]], ROMAN[level.levels[-1]]
    return {"level": level, "words": low if low == high else f"{low} to {high}"}
