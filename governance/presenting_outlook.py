"""Prepares for pages what would change a decision, how firmly it stands, and what to ask next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from charters.models import Revision
from governance.engine.counterfactuals import WayOut, WaysOut
from governance.engine.counterfactuals.singles import STAGE_5
from governance.engine.decision import DecisionValue
from governance.engine.range import Interval, NextQuestion, Range
from governance.engine.stability import Stability
from governance.models import Decision
from governance.services import outlook
from interviews.models import InterviewSession
from interviews.protocol import catalogue

#: How many of the questions that narrow the range are named.
MOST_QUESTIONS = 5
Address = Callable[[str], str]


def label(value: DecisionValue) -> str:
    """The decision as people read it."""
    return value.name.replace("_", " ")


# --- While answering ------------------------------------------------------------------------------


def range_panel(session: InterviewSession, found: Range) -> dict[str, Any]:
    """Between which decisions the interview lies, and the questions that narrow it most."""
    interval = found.interval
    return {
        "range_words": _between(interval),
        "range_is_settled": interval.is_settled,
        "range_steps": [
            {"label": label(value), "is_inside": interval.best <= value <= interval.worst}
            for value in DecisionValue
        ],
        "next_questions": [
            _next(session, question)
            for question in found.questions[:MOST_QUESTIONS]
            if question.at_most
        ],
    }


def _between(interval: Interval) -> str:
    if interval.is_settled:
        return f"Whatever is answered next, it is {label(interval.best)}."
    return f"Between {label(interval.best)} and {label(interval.worst)}."


def _next(session: InterviewSession, question: NextQuestion) -> dict[str, str]:
    asked = catalogue.default_protocol().question(question.item)
    if question.at_least:
        words = f"rules out {question.at_least} at least"
    else:
        words = f"can rule out {question.at_most}"
    return {
        "key": asked.key,
        "title": asked.title,
        "url": reverse("interviews:question", args=[session.code, asked.key]),
        "words": words,
    }


# --- After the decision ---------------------------------------------------------------------------


def outlook_of(revision: Revision) -> dict[str, Any]:
    """What would change the decision on a revision, and how firmly it stands."""
    decision: Decision | None = getattr(revision, "decision", None)
    found = outlook.ways_out(decision) if decision else None
    firm = outlook.stability(decision) if decision else None
    return {
        "revision": revision,
        "charter": revision.charter,
        "session": revision.charter.session,
        "ways": _ways(found, address_in(revision.charter.session)) if found else None,
        "firmness": _firmness(firm) if firm else None,
    }


def address_in(session: InterviewSession) -> Address:
    """Where something is done about a question, a finding or a stage of the interview."""
    protocol = catalogue.default_protocol()

    def address_of(name: str) -> str:
        if name in protocol:
            return reverse("interviews:question", args=[session.code, name])
        if name == STAGE_5:
            return reverse("interviews:stage-review", args=[session.code, 5])
        return f"{reverse('interviews:findings', args=[session.code])}#{name}"

    return address_of


def _ways(found: WaysOut, address_of: Address) -> dict[str, Any]:
    return {
        "is_best": found.is_best,
        "decision": label(found.value),
        "target": label(found.target) if found.target is not None else "",
        "sets": [_set(way, found.target, address_of) for way in found.ways],
        "rated_again": [_set(way, None, address_of) for way in found.if_rated_again],
        "obstacles": [
            {"text": one.text, "sources": _links(one.sources, address_of)}
            for one in found.obstacles
        ],
    }


def _set(way: WayOut, target: DecisionValue | None, address_of: Address) -> dict[str, Any]:
    """``target`` is what the sets lead to; what leads elsewhere says so."""
    return {
        "cost": way.cost,
        "yields": label(way.yields) if way.yields != target else "",
        "changes": [
            {"text": change.text, "sources": _links(change.sources, address_of)}
            for change in way.changes
        ],
    }


def _links(names: tuple[str, ...], address_of: Address) -> list[dict[str, str]]:
    return [
        {"name": "stage 5" if name == STAGE_5 else name, "url": address_of(name)} for name in names
    ]


def _firmness(found: Stability) -> dict[str, Any]:
    return {
        "is_stable": found.is_stable,
        "decision": label(found.value),
        "agreeing": found.agreeing,
        "draws": found.draws,
        "others": [
            f"{label(value)} in {count}" for value, count in found.drawn if value != found.value
        ],
        "flips": [{"text": one.text, "decision": label(one.value)} for one in found.flips],
    }
