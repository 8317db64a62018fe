"""Prepares what changed since the ruling before: a re-review looks at this, not at everything."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from governance import presenting_threads
from governance.delta import AnswerChange, Delta, FigureChange
from governance.models import Review
from governance.phrasing import marked
from governance.presenting_queue import outcome_words
from governance.services.deltas import ReviewDelta, delta_of
from interviews.risk import PRINCIPLE_NAMES


def of(review: Review, user: User) -> dict[str, Any] | None:
    """For a case that follows another; None for the first."""
    found = delta_of(review, user)
    if found is None:
        return None
    delta = found.delta
    scores = {one.name[6:]: one for one in delta.figures if one.name.startswith("score ")}
    return {
        "since_words": _since(found, review),
        "nothing": _nothing(delta),
        "answers": [_answer(review, one, scores.get(one.key)) for one in delta.answers],
        "rules": rule_rows(delta),
        "scores": [figure_words(one) for one in delta.figures if not is_beside(one, delta)],
        "threads": _threads(found, review, user),
    }


def _since(found: ReviewDelta, review: Review) -> str:
    ruled_at = timezone.localdate(found.ruling.ruled_at)
    said = outcome_words(found.ruling.outcome).lower()
    number = found.previous.revision.number
    words = f"Revision {number} was {said} on {ruled_at.day} {ruled_at:%B %Y}."
    if review.cause != Review.Cause.SUBMITTED:
        words += f" Why it is looked at again: {review.get_cause_display().lower()}."
    before, after = found.delta.decision_before, found.delta.decision_after
    if before == after:
        return f"{words} The computed decision is the same, {spaced(after)}."
    return f"{words} The computed decision was {spaced(before)} and is now {spaced(after)}."


def spaced(decision: str) -> str:
    """A decision as people read it."""
    return decision.replace("_", " ")


def _nothing(delta: Delta) -> str:
    return "" if delta.answers else "No answer has changed."


def _answer(review: Review, one: AnswerChange, score: FigureChange | None) -> dict[str, Any]:
    texts = marked(one.before or "Nothing was answered.", one.after or "Nothing is answered.")
    number = review.revision.number
    return {
        "key": one.key,
        "title": one.title,
        "url": reverse("governance:charter-answer", args=[review.charter.code, number, one.key])
        if one.after
        else "",
        "weight_words": "Material" if one.is_material else "Wording only",
        "weight_tone": "warn" if one.is_material else "idle",
        "score_words": f"Score {moved(score)}" if score else "",
        "before": texts.before,
        "now": texts.now,
    }


def moved(one: FigureChange) -> str:
    """ "6 → 8" """
    return f"{_plain(one.before)} → {_plain(one.after)}"


def _plain(figure: float | None) -> str:
    return "none" if figure is None else f"{figure:g}"


def is_beside(one: FigureChange, delta: Delta) -> bool:
    """Whether a score stands beside its changed answer already."""
    return one.name.startswith("score ") and one.name[6:] in {row.key for row in delta.answers}


def figure_words(one: FigureChange) -> str:
    """A score or level that moved, with its name."""
    kind, _, rest = one.name.partition(" ")
    if kind == "residual":
        name = f"Remaining risk, {PRINCIPLE_NAMES[rest]}"
    elif kind == "confidence":
        name = f"Confidence, stage {rest}"
    else:
        name = one.name.capitalize() if kind == "data" else f"Score of {rest}"
    return f"{name}: {moved(one)}"


def rule_rows(delta: Delta) -> list[dict[str, str]]:
    """Rules and findings that stand on one side alone."""
    new = [_rule(one.rule, one.detail, "Fires now", "warn") for one in delta.rules_new]
    gone = [_rule(one.rule, one.detail, "Fires no longer", "good") for one in delta.rules_gone]
    found = [_rule(one, "", "Stands now", "warn") for one in delta.findings_new]
    settled = [_rule(one, "", "Settled", "good") for one in delta.findings_gone]
    return new + gone + found + settled


def _rule(rule: str, detail: str, words: str, tone: str) -> dict[str, str]:
    return {"rule": rule, "detail": detail, "words": words, "tone": tone}


def _threads(found: ReviewDelta, review: Review, user: User) -> list[dict[str, Any]]:
    """Comments that were answered or settled since, then those that still wait."""
    both = [*found.answered, *found.unanswered]
    return presenting_threads.rows_of(user, both, review.revision.content)
