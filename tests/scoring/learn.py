"""Counts the wording of labelled answers and writes what the embedded scorer looks up.

``python -m tests.scoring.learn`` reads every ``data/dev_*.jsonl``, ``data/gaming_second_dev.jsonl``
and the bank's own examples and writes ``evidence_wording.json`` beside the stage files. Gaming lines
are left out, and so is every held-out file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from interviews.protocol.catalogue import default_protocol
from interviews.scoring import wording
from interviews.scoring.evidence import site_folder
from interviews.scoring.offline import Bank, default_bank
from interviews.scoring.signals import read
from tests.scoring.measure import read_lines

DATA = Path(__file__).parent / "data"
#: Rarer marks say more about one answer than about a question.
_AT_LEAST = 3


def training_files() -> list[Path]:
    """The labelled answers that may be learned from."""
    return [*sorted(DATA.glob("dev_*.jsonl")), DATA / "gaming_second_dev.jsonl"]


def training_texts(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Question key and text of every answer that was written as an answer."""
    lines = read_lines(paths)
    found = [(x.question.key, x.answer) for x in lines if x.kind != "gaming"]
    for question in default_protocol().questions:
        found += [(question.key, question.strong), (question.key, question.vague)]
    return [(key, text) for key, text in found if isinstance(text, str)]


def counts(texts: Sequence[tuple[str, str]], bank: Bank) -> dict[str, dict]:
    """How many answers there are to each question, and how many of them show each mark."""
    answers: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = {}
    for key, text in texts:
        answers[key] += 1
        for mark in wording.marks(read(text, bank.matcher)):
            seen.setdefault(mark, Counter())[key] += 1
    kept = {mark: found for mark, found in seen.items() if sum(found.values()) >= _AT_LEAST}
    return {
        "answers": dict(sorted(answers.items())),
        "seen": {mark: dict(sorted(kept[mark].items())) for mark in sorted(kept)},
    }


def as_text(found: dict[str, dict]) -> str:
    """One mark a line, so that a change can be read."""
    lines = [
        f"{json.dumps(mark, ensure_ascii=False)}:{json.dumps(held, separators=(',', ':'))}"
        for mark, held in found["seen"].items()
    ]
    answers = json.dumps(found["answers"], separators=(",", ":"))
    return f'{{"answers":{answers},\n"seen":{{\n' + ",\n".join(lines) + "\n}}\n"


def main() -> int:
    """Write the counts."""
    found = counts(training_texts(training_files()), default_bank())
    site_folder().joinpath(wording.FILE_NAME).write_text(as_text(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
