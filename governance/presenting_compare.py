"""Prepares the comparison of two revisions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from charters.models import Charter
from charters.sections.cells import day
from governance import presenting_delta
from governance.delta import AnswerChange
from governance.phrasing import marked
from governance.services.comparing import Comparison, Duty


def page_of(charter: Charter, numbers: list[int], found: Comparison) -> dict[str, Any]:
    """Everything that differs, in words."""
    delta = found.delta
    scores = {one.name[6:]: one for one in delta.figures if one.name.startswith("score ")}
    rows = [_answer(found, one) for one in delta.answers]
    for row in rows:
        if row["key"] in scores:
            row["score_words"] = f"Score {presenting_delta.moved(scores[row['key']])}"
    return {
        "charter": charter,
        "session": charter.session,
        "numbers": numbers,
        "before": found.before.number,
        "after": found.after.number,
        "before_url": _url(found, found.before.number),
        "after_url": _url(found, found.after.number),
        "decision_words": _decision_words(found),
        "is_empty": found.is_empty,
        "answers": rows,
        "rules": presenting_delta.rule_rows(delta),
        "scores": [
            presenting_delta.figure_words(one)
            for one in delta.figures
            if not presenting_delta.is_beside(one, delta)
        ],
        "duties": [
            *(_duty(one, "Asked for now", "warn") for one in found.duties_new),
            *(_duty(one, "No longer asked for", "good") for one in found.duties_gone),
        ],
    }


def _url(found: Comparison, number: int) -> str:
    return reverse("governance:charter", args=[found.after.charter.code, number])


def _decision_words(found: Comparison) -> str:
    before, after = found.delta.decision_before, found.delta.decision_after
    said = [presenting_delta.spaced(one) or "not computed" for one in (before, after)]
    if before == after:
        return f"The computed decision is the same, {said[0]}."
    return f"The computed decision was {said[0]} and became {said[1]}."


def _answer(found: Comparison, one: AnswerChange) -> dict[str, Any]:
    texts = marked(one.before or "Nothing was answered.", one.after or "Nothing is answered.")
    return {
        "key": one.key,
        "title": one.title,
        "weight_words": "Material" if one.is_material else "Wording only",
        "weight_tone": "warn" if one.is_material else "idle",
        "score_words": "",
        "before": texts.before,
        "now": texts.now,
    }


def _duty(one: Duty, words: str, tone: str) -> dict[str, str]:
    source = {"ruling": "the ruling", "base": "the remaining risk"}.get(one.source, one.source)
    detail = f"{one.owner}, due {day(one.due_date)}, because of {source}"
    return {"text": one.text, "detail": detail, "words": words, "tone": tone}
