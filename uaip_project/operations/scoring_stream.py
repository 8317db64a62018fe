"""Scores answers from lines of JSON, one line out for each line in; no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from interviews.protocol import catalogue, values
from interviews.protocol.types import Question
from interviews.scoring import offline, rubric
from interviews.services.reading import screen_patterns, text_limit, threshold_of
from uaip_project.operations.json_lines import UnusableLine, entry_of, results
from uaip_project.operations.jsonfile import printable


def score_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """One result per non-empty line."""
    today = timezone.localdate()
    return results(lines, lambda line: score_line(line, today))


def score_line(line: bytes, today: date) -> dict[str, Any]:
    """The assessment of one {"question", "answer"}. Raises UnusableLine."""
    entry = entry_of(line)
    if not isinstance(entry, dict) or "answer" not in entry:
        raise UnusableLine('An object {"question", "answer"} is expected.')
    key = entry.get("question")
    protocol = catalogue.default_protocol()
    if not isinstance(key, str) or key not in protocol:
        raise UnusableLine(f"There is no question {printable(str(key), 40)}.")
    return assess(protocol.question(key), entry["answer"], today)


def assess(question: Question, answer: Any, today: date) -> dict[str, Any]:
    """Scores one answer exactly as an interview does.

    A plain text is scored as the item's free text, whatever the item's input kind.
    """
    value = answer
    if not isinstance(answer, str):
        cleaned = values.clean(question, answer, values={}, as_of=today, text_limit=text_limit())
        if cleaned.errors:
            named = (f"{one.path or 'answer'}: {one.message}" for one in cleaned.errors)
            raise UnusableLine(" ".join(named))
        # Nothing at all is scored as an empty text.
        value = "" if cleaned.value is None else cleaned.value
    judgement = offline.judge(question, value, screen_patterns=screen_patterns())
    threshold = threshold_of(question.stage_number)
    score = rubric.score(question, judgement, threshold=threshold)
    return {
        "question": question.key,
        "score": score,
        "threshold": threshold,
        "accepted": score >= threshold,
        "elements": [
            {"id": one.id, "verdict": one.verdict, "quote": one.quote} for one in judgement.elements
        ],
        "followups": [one.text for one in judgement.followups] if score < threshold else [],
        "off_topic": judgement.is_off_topic,
        "injection_suspected": judgement.injection_suspected,
    }
