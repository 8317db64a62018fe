"""How far an interview is, as a few small columns: for lists of what changed and for streams."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from interviews.answerset import SETTLED, AnswerState
from interviews.models import Finding, InterviewSession
from interviews.services.reading import protocol_of

#: Names and numbers of a progress that programs read; what they mean is in the API's schema.
HIDDEN = AnswerState.SKIPPED_BY_CONDITION


@dataclass(frozen=True)
class Progress:
    """A snapshot; ``id`` names its content, so that the same state has the same id."""

    status: str
    current_stage: int
    #: Of each stage: number, name, shown, settled, scoring, needs_work, is_passed.
    stages: list[dict[str, Any]]
    #: Of each question that applies: state, version, score, attempts.
    items: dict[str, dict[str, Any]]
    #: Standing findings by severity.
    findings: dict[str, int]

    @property
    def percent(self) -> float:
        """Settled among the questions that apply, 0 to 100 with one decimal."""
        shown = sum(one["shown"] for one in self.stages)
        settled = sum(one["settled"] for one in self.stages)
        return round(100 * settled / shown, 1) if shown else 0.0

    @property
    def id(self) -> str:
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def data(self) -> dict[str, Any]:
        """As replies and events carry it."""
        return {"id": self.id, "percent": self.percent, **asdict(self)}


def look(session: InterviewSession) -> Progress:
    """Three statements, whatever was answered; no text of any answer is read.

    Raises ProtocolGone.
    """
    protocol = protocol_of(session)
    rows = session.answers.exclude(state=HIDDEN).order_by("position")
    columns = ("question_key", "stage_number", "state", "version", "attempt_count")
    items: dict[str, dict[str, Any]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    for row in rows.values(*columns, "current_assessment__score"):
        score = row["current_assessment__score"]
        items[row["question_key"]] = {
            "state": row["state"],
            "version": row["version"],
            "score": None if score is None else float(score),
            "attempts": row["attempt_count"],
        }
        counts[row["stage_number"], row["state"]] += 1
    passed = set(session.checkpoints.values_list("stage_number", flat=True))
    found = Finding.objects.filter(session=session).standing()
    by_severity = Counter(found.values_list("severity", flat=True))
    return Progress(
        status=session.status,
        current_stage=session.current_stage,
        stages=[_stage(one.number, one.name, counts, passed) for one in protocol.stages],
        items=items,
        findings={name: by_severity[name] for name in Finding.Severity.values},
    )


def _stage(
    number: int, name: str, counts: Counter[tuple[int, str]], passed: set[int]
) -> dict[str, Any]:
    return {
        "number": number,
        "name": name,
        "shown": sum(count for (stage, _), count in counts.items() if stage == number),
        "settled": sum(counts[number, state] for state in SETTLED),
        "scoring": counts[number, AnswerState.SCORING],
        "needs_work": counts[number, AnswerState.NEEDS_WORK],
        "is_passed": number in passed,
    }
