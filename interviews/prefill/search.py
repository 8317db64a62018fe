"""Finds the question that a passage answers, without a model: by topic, wording and rubric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviews.prefill.passages import Passage
from interviews.protocol.types import Protocol, Question
from interviews.scoring import offline
from interviews.scoring.bank import Bank, default_bank
from interviews.scoring.injection import GUIDE_PATTERNS, screen
from interviews.scoring.signals import read

#: Candidates of one question, the best first.
MOST_PER_QUESTION = 3
#: What a passage must stand above most questions, to be shown at all.
MARGIN = 2.0
#: And what share of the question's rubric it must show, 0 to 1.
SHARE = 0.2
_WORTH = {"met": 1.0, "partly": 0.5, "absent": 0.0}


@dataclass(frozen=True)
class Match:
    """A passage, by its number, for a question; the higher the better."""

    question_key: str
    number: int
    worth: float


def clean_passages(
    passages: Iterable[Passage], patterns: Sequence[str] = GUIDE_PATTERNS
) -> tuple[list[Passage], int]:
    """The passages that give no orders to whoever judges, and how many do."""
    found = list(passages)
    kept = [one for one in found if not screen(one.text, patterns)]
    return kept, len(found) - len(kept)


def matches(
    passages: Sequence[Passage], protocol: Protocol, bank: Bank | None = None
) -> list[Match]:
    """The best few passages of each question that some passage answers."""
    bank = bank or default_bank()
    found: dict[str, list[Match]] = {}
    for number, passage in enumerate(passages):
        match = _match(number, passage, protocol, bank)
        if match is not None:
            found.setdefault(match.question_key, []).append(match)
    return [match for key in protocol.keys for match in best(found.get(key, ()))]


def best(found: Iterable[Match]) -> list[Match]:
    """The best matches of one question, in order."""
    return sorted(found, key=lambda one: (-one.worth, one.number))[:MOST_PER_QUESTION]


def _match(number: int, passage: Passage, protocol: Protocol, bank: Bank) -> Match | None:
    text = f"{passage.heading}. {passage.text}" if passage.heading else passage.text
    reading = read(text, bank.matcher)
    key = bank.fit(reading, protocol.keys[0]).best_key
    fit = bank.fit(reading, key)
    if key not in protocol or fit.margin < MARGIN:
        return None
    question = protocol.question(key)
    share = _share(question, passage.text)
    return Match(key, number, share * fit.margin) if share >= SHARE else None


def _share(question: Question, text: str) -> float:
    """How much of the question's rubric the text shows, by weight."""
    judgement = offline.judge(question, text, detect_copies=False)
    if judgement.is_placeholder or judgement.is_off_topic or judgement.injection_suspected:
        return 0.0
    verdicts = {one.id: one.verdict for one in judgement.elements}
    shown = sum(one.weight * _WORTH[verdicts.get(one.id, "absent")] for one in question.rubric)
    return shown / 10
