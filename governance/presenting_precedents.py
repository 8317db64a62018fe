"""Prepares past cases for pages: what was decided, what people ruled, why this one differs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import User
from charters.models import Revision
from governance.models import Outcome
from governance.phrasing import counted
from governance.presenting import MEANINGS
from governance.services import precedents
from governance.services.precedents import Precedent

#: How many reasons why a case differs are named at first.
MOST_DIFFERENCES = 5


def panel(revision: Revision, viewer: User) -> dict[str, Any]:
    """The nearest past cases that this person may see."""
    return {
        "precedents": [row_of(one) for one in precedents.nearest(revision=revision, viewer=viewer)]
    }


def row_of(one: Precedent) -> dict[str, Any]:
    """One past case in words."""
    name = one.decision.upper()
    return {
        "code": one.review,
        "title": one.title,
        "url": reverse("governance:charter", args=[one.charter, one.revision]),
        "similarity": one.similarity,
        "is_near": one.is_near,
        "decision_label": name.replace("_", " "),
        "decision_tone": MEANINGS[name][0],
        "decided_at": one.decided_at,
        "outcome_label": Outcome(one.outcome).label if one.outcome else "",
        "ruled_at": one.ruled_at,
        "conditions": counted(one.condition_count, "condition") if one.condition_count else "",
        "differences": one.differences[:MOST_DIFFERENCES],
        "more_count": max(0, len(one.differences) - MOST_DIFFERENCES),
    }
