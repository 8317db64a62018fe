"""Five figures about an answer for analytics; they never change its score."""

from __future__ import annotations

from collections.abc import Sequence

from interviews.protocol.types import Question
from interviews.scoring.judgement import ElementVerdict
from interviews.scoring.signals import Reading
from interviews.scoring.topics import Fit

_SHARE = {"met": 1.0, "partly": 0.5, "absent": 0.0}


def dimensions(
    question: Question, verdicts: Sequence[ElementVerdict], reading: Reading, fit: Fit
) -> dict[str, float]:
    """Specificity, measurability, completeness, coherence and relevance, 0 to 10."""
    words = max(1, len(reading.content))
    weights = {element.id: element.weight for element in question.rubric}
    complete = sum(weights.get(v.id, 0) * _SHARE[v.verdict] for v in verdicts)
    linked = sum(reading.count(name) for name in ("cause", "condition", "sequence", "arrow"))
    fluff = min(1.0, reading.fluff_share * 3)
    return {
        "specificity": _round(10 * min(1.0, reading.anchor_count * 8 / words) * (1 - fluff)),
        "measurability": _round(3.4 * reading.count("figure") + 2 * reading.count("period")),
        "completeness": _round(complete),
        "coherence": _round((4 + 2 * linked) * (1 - fluff) if reading.content else 0),
        "relevance": _round(10 * fit.relative if reading.content else 0),
    }


def _round(value: float) -> float:
    return round(max(0.0, min(10.0, value)), 1)
