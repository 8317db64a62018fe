"""Measures the embedded scorer on files of labelled answers.

``python -m tests.scoring.measure FILE...`` prints how well vague and specific answers are told
apart, how often an answer scores higher under its own question than under another one, and how
often gaming answers fail and terse complete ones pass. A line of a file is
``{"question", "answer", "kind": "specific|vague|gaming|terse", "note"}``; the answer "@strong",
"@vague" or "@ask" stands for the question's own example or wording.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.types import Question
from interviews.scoring import offline, rubric

THRESHOLDS = {1: 7.0, 2: 7.5, 3: 7.0, 4: 7.0, 5: 8.0}
#: Every answer is tried under this many other questions, spread over the bank.
_WRONG_QUESTIONS = 19


@dataclass(frozen=True)
class Line:
    """One labelled answer."""

    question: Question
    answer: Any
    kind: str
    note: str


def read_lines(paths: Iterable[Path]) -> list[Line]:
    """The lines of several files, examples filled in."""
    protocol = default_protocol()
    found: list[Line] = []
    for path in paths:
        for raw in path.read_text(encoding="utf-8").splitlines():
            if raw.strip():
                entry = json.loads(raw)
                question = protocol.question(entry["question"])
                found.append(
                    Line(
                        question,
                        _filled(entry["answer"], question),
                        entry["kind"],
                        entry.get("note", ""),
                    )
                )
    return found


def _filled(answer: Any, question: Question) -> Any:
    if answer in ("@strong", "@vague", "@ask"):
        return getattr(question, answer[1:])
    return answer


def score(question: Question, answer: Any) -> float:
    """The score as the product computes it."""
    judgement = offline.judge(question, answer)
    return rubric.score(question, judgement, threshold=threshold(question))


def threshold(question: Question) -> float:
    return THRESHOLDS[question.stage_number]


def auc(high: Sequence[float], low: Sequence[float]) -> float:
    """Chance that one of ``high`` is above one of ``low``; a tie is half."""
    won = sum((a > b) + 0.5 * (a == b) for a in high for b in low)
    return won / (len(high) * len(low)) if high and low else float("nan")


def wrong_questions(question: Question) -> list[Question]:
    """Other questions, the same ones each time."""
    others = [q for q in default_protocol().questions if q.key != question.key]
    step = max(1, len(others) // _WRONG_QUESTIONS)
    start = sum(map(ord, question.key)) % step
    return others[start::step]


def pairwise(lines: Sequence[Line]) -> tuple[float, float, float, int]:
    """Own question above another: share (ties half), strict share, share of wrong ones passing."""
    won = strict = passed = total = 0.0
    for line in lines:
        own = score(line.question, line.answer)
        for other in wrong_questions(line.question):
            there = score(other, line.answer)
            won += (own > there) + 0.5 * (own == there)
            strict += own > there
            passed += there >= threshold(other)
            total += 1
    return won / total, strict / total, passed / total, int(total)


def _share(lines: Sequence[Line], *, passing: bool) -> float:
    good = sum((score(x.question, x.answer) >= threshold(x.question)) == passing for x in lines)
    return good / len(lines) if lines else float("nan")


def report(lines: Sequence[Line]) -> list[str]:
    """The figures, one a line."""
    by_kind = {
        kind: [x for x in lines if x.kind == kind]
        for kind in ("specific", "vague", "gaming", "terse")
    }
    high = [score(x.question, x.answer) for x in by_kind["specific"]]
    low = [score(x.question, x.answer) for x in by_kind["vague"]]
    right = by_kind["specific"] + by_kind["terse"]
    out = [
        f"specific {len(high)}, vague {len(low)}, gaming {len(by_kind['gaming'])}, terse {len(by_kind['terse'])}",
        f"vague against specific, AUC:            {auc(high, low):.3f}",
        f"specific at or above threshold:         {_share(by_kind['specific'], passing=True):.3f}",
        f"vague below threshold:                  {_share(by_kind['vague'], passing=False):.3f}",
        f"gaming below threshold:                 {_share(by_kind['gaming'], passing=False):.3f}",
        f"terse complete at or above threshold:   {_share(by_kind['terse'], passing=True):.3f}",
    ]
    if right:
        won, strict, passed, pairs = pairwise(right)
        out += [
            f"right above wrong question, ties half:  {won:.3f}  ({pairs} pairs)",
            f"right strictly above wrong question:    {strict:.3f}",
            f"wrong question at or above threshold:   {passed:.3f}",
        ]
    started = time.perf_counter()
    for line in lines:
        offline.judge(line.question, line.answer)
    out.append(
        f"milliseconds an answer:                 {(time.perf_counter() - started) * 1000 / max(1, len(lines)):.2f}"
    )
    return out


def main(arguments: Sequence[str]) -> int:
    """Print the report for the files named."""
    sys.stdout.write("\n".join(report(read_lines(map(Path, arguments)))) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
