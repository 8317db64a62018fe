"""Turns element verdicts into the score: weights, caps, quotes that must be real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from interviews.protocol.types import Question
from interviews.scoring.judgement import ElementVerdict, Judgement, Verdict

FULL_SCORE = 10.0
#: Off-topic, placeholder and copied texts score at most this.
JUNK_CAP = 2.0
#: A missing required element keeps the score this far below the threshold.
REQUIRED_GAP = 0.5
_SHARE = {"met": Decimal(1), "partly": Decimal("0.5"), "absent": Decimal(0)}


def score(question: Question, judgement: Judgement, *, threshold: float) -> float:
    """The score from 0 to 10 with one decimal, half rounded up."""
    if judgement.is_complete:
        return FULL_SCORE
    verdicts = {element.id: element.verdict for element in judgement.elements}
    total = sum(
        (
            element.weight * _SHARE[verdicts.get(element.id, "absent")]
            for element in question.rubric
        ),
        Decimal(0),
    )
    for cap in _caps(question, judgement, verdicts, threshold):
        total = min(total, Decimal(str(cap)))
    total = max(Decimal(0), min(Decimal(10), total))
    return float(total.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _caps(
    question: Question, judgement: Judgement, verdicts: dict[str, Verdict], threshold: float
) -> list[float]:
    caps: list[float] = []
    if any(e.required and verdicts.get(e.id, "absent") == "absent" for e in question.rubric):
        caps.append(threshold - REQUIRED_GAP)
    if judgement.is_off_topic or judgement.copied_example or judgement.is_placeholder:
        caps.append(JUNK_CAP)
    if judgement.is_denial and question.none_cap is not None:
        caps.append(question.none_cap)
    return caps


def combine_rows(verdicts: Sequence[Verdict]) -> Verdict:
    """Met if all rows meet it, partly if at least half do, else absent."""
    if not verdicts:
        return "absent"
    met = sum(verdict == "met" for verdict in verdicts)
    if met == len(verdicts):
        return "met"
    return "partly" if met * 2 >= len(verdicts) else "absent"


def verify_quotes(
    answer_text: str, verdicts: Sequence[ElementVerdict]
) -> tuple[ElementVerdict, ...]:
    """A verdict whose quote is not in the answer, or empty, counts as absent."""
    squeezed = _squeeze(answer_text)
    return tuple(
        verdict
        if verdict.verdict == "absent" or _is_in(verdict.quote, squeezed)
        else replace(verdict, verdict="absent", quote="", comment="The quote is not in the answer.")
        for verdict in verdicts
    )


def _is_in(quote: str, squeezed: str) -> bool:
    wanted = _squeeze(quote)
    return bool(wanted) and wanted in squeezed


def _squeeze(text: str) -> str:
    """White space does not count when a quote is looked up."""
    return " ".join(text.split())
