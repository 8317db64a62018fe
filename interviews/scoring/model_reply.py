"""What a model says about answers, and how it becomes judgements: our code has the last word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from interviews.protocol.types import Question
from interviews.scoring import quotes
from interviews.scoring.answertext import answer_text
from interviews.scoring.bank import default_bank
from interviews.scoring.followups import follow_ups
from interviews.scoring.injection import GUIDE_PATTERNS, screen
from interviews.scoring.judgement import ElementVerdict, FollowUpText, Judgement, Verdict
from interviews.scoring.prompt_text import ScoringItem, lettered, rendered
from interviews.scoring.reply_shape import Row, ScoringReply, read_row
from interviews.scoring.rubric import verify_quotes
from interviews.scoring.signals import read

LONGEST_FOLLOW_UP = 300
_RANK: dict[Verdict, int] = {"absent": 0, "partly": 1, "met": 2}
#: Markup, addresses and requests for secrets have no place in a follow-up.
_UNWANTED = re.compile(
    r"[<>{}\[\]`|*#_\\@]|://|\bwww\.|\b(?:password|passphrase|passwort|pin code|credit card|api key)",
    re.IGNORECASE,
)


def is_worth_asking(question: Question, value: Any, embedded: Judgement) -> bool:
    """Whether a model's verdict could change the score, and the text may be shown to one."""
    is_settled = embedded.is_complete or embedded.is_placeholder or embedded.copied_example
    if not question.scored or is_settled or embedded.injection_suspected:
        return False
    return bool(rendered(question, value).said.strip())


def judgements(
    reply: ScoringReply,
    items: Sequence[ScoringItem],
    embedded: Sequence[Judgement],
    patterns: Sequence[str] = GUIDE_PATTERNS,
    *,
    scored_by: str = "model",
) -> list[Judgement | None]:
    """One judgement for each item, None where the reply says nothing about it.

    Facts that the embedded scorer found stay; verdicts are the model's as far as its quotes
    prove them.
    """
    rows = [row for row in map(read_row, reply.v) if row is not None]
    return [
        _judgement(_rows_of(rows, number, len(items)), item, own, tuple(patterns), scored_by)
        for number, (item, own) in enumerate(zip(items, embedded, strict=True), 1)
    ]


def _rows_of(rows: Sequence[Row], number: int, count: int) -> list[Row]:
    """The rows about one item; a row without a number can only mean the only one."""
    return [row for row in rows if row.number == number or (row.number is None and count == 1)]


def _judgement(
    rows: Sequence[Row],
    item: ScoringItem,
    embedded: Judgement,
    patterns: tuple[str, ...],
    scored_by: str,
) -> Judgement | None:
    letters = {element.id: letter for letter, element in lettered(item.question).items()}
    if not {row.letter for row in rows} & set(letters.values()):
        return None
    verdicts = _verdicts(rows, item, letters, embedded.passages, patterns)
    asked_back = {
        element_id: row.words
        for element_id, letter in letters.items()
        for row in rows
        if row.letter == letter and row.verdict == "absent"
    }
    return replace(
        embedded,
        elements=verdicts,
        # Where the model finds something to judge, the answer is on topic.
        is_off_topic=embedded.is_off_topic and all(row.verdict == "absent" for row in rows),
        followups=_follow_ups(item, verdicts, asked_back, patterns),
        scored_by=scored_by,
    )


def _verdicts(
    rows: Sequence[Row],
    item: ScoringItem,
    letters: Mapping[str, str],
    passages: Sequence[str],
    patterns: tuple[str, ...],
) -> tuple[ElementVerdict, ...]:
    """One verdict for each element, in the rubric's order; of several the worst."""
    answer = rendered(item.question, item.value)
    quoted = {row.words: quotes.find(row.words, answer) for row in rows if row.verdict != "absent"}
    proofs = quotes.proving(filter(None, quoted.values()), answer, passages, patterns)
    verdicts = []
    for element in item.question.rubric:
        checked = [
            _checked(element.id, row, quoted.get(row.words, ""), proofs)
            for row in rows
            if row.letter == letters.get(element.id)
        ]
        nothing = ElementVerdict(element.id, "absent")
        verdicts.append(min(checked, key=lambda one: _RANK[one.verdict], default=nothing))
    return _not_overburdened(verify_quotes(answer.said, verdicts), tuple(letters))


def _not_overburdened(
    verdicts: Sequence[ElementVerdict], order: Sequence[str]
) -> tuple[ElementVerdict, ...]:
    """No quote carries more than it may: one that is given for everything shows little.

    ``order`` are the ids of elements, those that weigh most first: they keep it.
    """
    carried: Counter[str] = Counter()
    dropped = set()
    for verdict in sorted(verdicts, key=lambda one: order.index(one.id)):
        if verdict.verdict != "absent":
            carried[verdict.quote] += 1
            if carried[verdict.quote] > quotes.may_carry(verdict.quote):
                dropped.add(verdict.id)
    spent = "The quote is given for other elements already."
    return tuple(
        ElementVerdict(one.id, "absent", comment=spent) if one.id in dropped else one
        for one in verdicts
    )


def _checked(element_id: str, row: Row, quote: str, proofs: frozenset[str]) -> ElementVerdict:
    """The verdict as far as its quote proves it."""
    if row.verdict == "absent":
        return ElementVerdict(element_id, "absent")
    if not quote:
        return ElementVerdict(element_id, "absent", comment="The quote is not in the answer.")
    if quote not in proofs:
        return ElementVerdict(element_id, "absent", comment="The quote proves nothing.")
    return ElementVerdict(element_id, row.verdict, quote)


def _follow_ups(
    item: ScoringItem,
    verdicts: Sequence[ElementVerdict],
    asked_back: Mapping[str, str],
    patterns: tuple[str, ...],
) -> tuple[FollowUpText, ...]:
    """Our follow-ups, the first in the model's words where it asked well."""
    if all(verdict.verdict == "met" for verdict in verdicts):
        return ()
    answer = answer_text(item.question, item.value)
    found = follow_ups(item.question, verdicts, read(answer.text, default_bank().matcher), answer)
    first = found[0]
    own_words = _clean_question(asked_back.get(first.element_id, ""), patterns)
    return (replace(first, text=own_words or first.text), *found[1:])


def _clean_question(text: str, patterns: tuple[str, ...]) -> str:
    """A model's follow-up as plain words; "" when it is not fit to be shown."""
    text = " ".join(text.split())
    # "How often?" alone asks nothing; scripts without blanks are not counted by words.
    says_something = len(text.split()) > 2 or not text.isascii()
    is_question = text.endswith(("?", "？", "؟")) and says_something
    if not is_question or len(text) > LONGEST_FOLLOW_UP or not text.isprintable():
        return ""
    return "" if _UNWANTED.search(text) or screen(text, patterns) else text
