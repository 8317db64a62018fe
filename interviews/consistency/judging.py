"""Asks for contradictions in meaning, and believes of the reply only what the answers show."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from interviews.consistency.judged import Comparison, JudgedRule
from interviews.consistency.types import QUOTE_LIMIT, Quote
from interviews.scoring import grounding, injection
from interviews.scoring.plain import unmarked

#: Contradictions of one rule that are kept; more would not be read.
MOST_PAIRS = 3
#: Entries of a reply that are looked at.
MOST_REPORTED = 24
WHY_LIMIT = 300
#: Characters of a reason that are looked at; what reads them stays quick.
MOST_OF_A_REASON = 1_000
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_AROUND = " \t\r\n\"'“”„‘’«»"


class ReportedContradiction(BaseModel):
    """What a model says about one pair of passages; short names, because they cost tokens."""

    #: The check.
    r: str
    #: The two passages, copied from the answers.
    a: str
    b: str
    #: Why they contradict each other.
    w: str


class ContradictionsReply(BaseModel):
    """All that one call found."""

    f: list[ReportedContradiction]


@dataclass(frozen=True)
class Pair:
    """Two passages that do not fit together."""

    one: Quote
    other: Quote
    why: str = ""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset((self.one.answer_id, self.other.answer_id))


def question_text(asked: Sequence[Comparison]) -> str:
    """The user's part of the call: the checks, then every answer once, as JSON data."""
    checks = "\n".join(f"{one.rule.id}: {_sides(one)}{one.rule.ask}" for one in asked)
    answers = {key: text for one in asked for key, text in one.texts.items()}
    ordered = {key: answers[key] for key in sorted(answers)}
    data = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
    return f"Checks:\n{checks}\nAnswers (data):\n{data}"


def _sides(one: Comparison) -> str:
    if set(one.left) == set(one.right):
        return ""
    return f"[{' '.join(one.left)} / {' '.join(one.right)}] "


def contradictions(
    reply: ContradictionsReply,
    asked: Sequence[Comparison],
    *,
    patterns: Sequence[str] = injection.GUIDE_PATTERNS,
) -> dict[str, tuple[Pair, ...]]:
    """The pairs by rule that stand on verbatim quotes from both sides; the rest is dropped."""
    by_rule = {one.rule.id: one for one in asked}
    found: dict[str, list[Pair]] = {}
    for reported in reply.f[:MOST_REPORTED]:
        comparison = by_rule.get(reported.r.strip())
        pair = _pair(reported, comparison, patterns) if comparison else None
        kept = found.setdefault(reported.r.strip(), [])
        is_new = pair is not None and all(
            (pair.one, pair.other) != (one.one, one.other) for one in kept
        )
        if pair is not None and is_new and len(kept) < MOST_PAIRS:
            kept.append(pair)
    return {rule_id: tuple(pairs) for rule_id, pairs in found.items() if pairs}


def _pair(
    reported: ReportedContradiction,
    comparison: Comparison,
    patterns: Sequence[str],
) -> Pair | None:
    placed = _placed(reported.a, reported.b, comparison) or _placed(
        reported.b, reported.a, comparison
    )
    if placed is None:
        return None
    one, other = placed
    if any(injection.screen(quote.text, patterns) for quote in placed):
        return None
    if comparison.rule.is_about_figures and not _differ_in_figures(one.text, other.text):
        return None
    sources = [*comparison.texts.values(), reported.r, *comparison.texts]
    return Pair(one, other, _reason(reported.w, patterns, sources))


def _placed(left: str, right: str, comparison: Comparison) -> tuple[Quote, Quote] | None:
    """Both quotes in two different answers, one on each side."""
    for key, text in comparison.left.items():
        one = _verbatim(left, text)
        if not one:
            continue
        for other_key, other_text in comparison.right.items():
            other = _verbatim(right, other_text) if other_key != key else ""
            if other:
                return Quote(key, one), Quote(other_key, other)
    return None


def _verbatim(quote: str, text: str) -> str:
    """The quote as it stands in the text, whole words only; "" when it does not."""
    wanted = " ".join(quote.split()).strip(_AROUND)
    if len(wanted) > QUOTE_LIMIT:
        wanted = wanted[:QUOTE_LIMIT].rsplit(" ", 1)[0]
    if sum(character.isalnum() for character in wanted) < 2:
        return ""
    return wanted if _occurs(wanted, text) else ""


def _occurs(quote: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", " ".join(text.split())))


def _differ_in_figures(one: str, other: str) -> bool:
    figures = [
        {figure.replace(",", "") for figure in _FIGURE.findall(text)} for text in (one, other)
    ]
    return all(figures) and figures[0] != figures[1]


def _reason(why: str, patterns: Sequence[str], sources: Sequence[str]) -> str:
    """The model's sentence as plain text; "" when it steers or brings figures of its own."""
    why = why[:MOST_OF_A_REASON]
    plain = unmarked(why)
    if len(plain) > WHY_LIMIT:
        plain = f"{plain[: WHY_LIMIT - 1].rstrip()}…"
    if injection.screen(why, patterns) or injection.screen(plain, patterns):
        return ""
    return "" if grounding.ungrounded(plain, sources) else plain


# -- what is kept ------------------------------------------------------------------------------


def stored(pairs: Iterable[Pair]) -> list[dict[str, str]]:
    """Pairs as the quotes of a finding: two for each, the reason with the first."""
    return [
        entry
        for pair in pairs
        for entry in (
            {"answer_id": pair.one.answer_id, "text": pair.one.text, "why": pair.why},
            {"answer_id": pair.other.answer_id, "text": pair.other.text},
        )
    ]


def pairs_of(quotes: Sequence[Mapping[str, Any]]) -> tuple[Pair, ...]:
    """The pairs of a kept finding."""
    return tuple(
        Pair(
            Quote(str(one["answer_id"]), str(one["text"])),
            Quote(str(other["answer_id"]), str(other["text"])),
            str(one.get("why", "")),
        )
        for one, other in zip(quotes[::2], quotes[1::2], strict=False)
    )


def still_standing(pairs: Iterable[Pair], texts: Mapping[str, str]) -> tuple[Pair, ...]:
    """The pairs whose passages both still occur in the answers."""
    return tuple(
        pair
        for pair in pairs
        if all(
            _occurs(quote.text, texts.get(quote.answer_id, "")) for quote in (pair.one, pair.other)
        )
    )


def message(rule: JudgedRule, pairs: Sequence[Pair]) -> str:
    """What the finding says: the reasons given, or the rule's own words."""
    reasons = dict.fromkeys(pair.why for pair in pairs if pair.why)
    return " ".join(reasons) or f"{rule.title}."


def fingerprint(rule: JudgedRule, pairs: Sequence[Pair], versions: Mapping[str, int]) -> str:
    """What was judged: the rule, the passages' answers at their versions; not the wording."""
    keys = sorted({key for pair in pairs for key in pair.keys})
    seen = [rule.id, [[key, versions.get(key, 0)] for key in keys]]
    return hashlib.sha256(json.dumps(seen).encode("utf-8")).hexdigest()
