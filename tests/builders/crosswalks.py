"""Structured answers for the crosswalk: one project, with single facts replaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from governance.crosswalk.build import crosswalk_of
from governance.crosswalk.rows import Framework
from governance.rulepacks.reading import read_packs
from governance.rulepacks.schema import Pack

TODAY = date(2026, 11, 21)
#: What a project in the EU says that does none of the special things.
PLAIN = {
    "in_eu": "yes",
    "exclusion": "none",
    "talks_to_people": "no",
    "synthetic_content": "no",
}
PRACTICES = (
    *("manipulation", "exploitation", "social_scoring", "crime_prediction", "face_scraping"),
    *("emotion_work_school", "biometric_categorisation", "live_biometric_id"),
    *("intimate_imagery", "child_abuse_material"),
)


@cache
def shipped() -> Mapping[str, Pack]:
    """The shipped packs."""
    return read_packs()


def given(value: Any, state: str = "accepted", title: str = "Title") -> dict[str, Any]:
    """An answer as a charter's content holds it."""
    return {"value": value, "state": state, "title": title, "is_provisional": False}


def project(
    *,
    areas: tuple[str, ...] = ("none",),
    practised: Mapping[str, str] | None = None,
    archetype: str = "classification",
    subtask: str | None = None,
    automation_level: int = 2,
    **more: Any,
) -> dict[str, Any]:
    """Answers to what the triage reads; ``practised`` replaces answers of S5-01 by code."""
    screened = dict.fromkeys(PRACTICES, "no") | dict(practised or {})
    kind = {"archetype": archetype} | ({"subtask": subtask} if subtask else {})
    answers = {
        "S1-09": given(kind),
        "S4-04": given({"automation_level": automation_level}),
        "S5-01": given({code: {"answer": said} for code, said in screened.items()}),
        "S5-02": given({"areas": list(areas), "role": "both"}),
    }
    return answers | {key.replace("_", "-"): value for key, value in more.items()}


def framework(
    pack_id: str,
    answers: Mapping[str, Any],
    details: Mapping[str, Any] | None = None,
    *,
    as_of: date = TODAY,
) -> Framework:
    """One shipped pack filled from the answers."""
    found = crosswalk_of(answers, as_of=as_of, packs=[shipped()[pack_id]], details=details)
    return found[0]


def classes(
    answers: Mapping[str, Any],
    details: Mapping[str, Any] | None = None,
    *,
    as_of: date = TODAY,
) -> set[str]:
    """The outcomes of the AI Act's triage: "high_risk 4(a)", "none" and so on."""
    found = framework("eu-ai-act", answers, details, as_of=as_of).outcomes
    return {f"{one.code} {one.point}".strip() for one in found}
