"""Asks for a score: the answers of one session as one request, small enough for any model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interviews.llm.prompting import Prompt
from interviews.llm.types import ModelRequest, Purpose
from interviews.scoring.prompt_text import ScoringItem, user_text
from interviews.scoring.reply_shape import ScoringReply

#: Most answers in one request, whatever is configured.
MOST_ITEMS = 5
#: Characters of answers in one request; one long answer still goes alone.
MOST_CHARACTERS = 12_000
#: Room for the reply: a row of the longest quote, and a follow-up for each answer.
_TOKENS_A_ROW, _TOKENS_AN_ITEM, _LEAST_TOKENS = 60, 120, 400


def scoring_request(
    items: Sequence[ScoringItem],
    *,
    session_id: int | None,
    prompt: Prompt,
    purpose: Purpose = Purpose.SCORE,
) -> ModelRequest[ScoringReply]:
    """One request for one to five answers of one session."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ValueError(f"1 to {MOST_ITEMS} answers go into one request, not {len(items)}.")
    rows = sum(len(item.question.rubric) for item in items)
    return ModelRequest(
        purpose=purpose,
        prompt_version=prompt.version,
        system=prompt.text,
        user=user_text(items),
        reply_type=ScoringReply,
        max_tokens=max(_LEAST_TOKENS, rows * _TOKENS_A_ROW + len(items) * _TOKENS_AN_ITEM),
        temperature=0.0,
        session_id=session_id,
        question_keys=tuple(item.question.key for item in items),
        related_keys=tuple(key for item in items for key in item.related),
    )


def grouped(items: Iterable[ScoringItem], most: int) -> list[tuple[ScoringItem, ...]]:
    """Waiting answers of one session in requests of at most ``most`` (LLM_BATCH_SIZE)."""
    groups: list[tuple[ScoringItem, ...]] = []
    room = 0
    for item in items:
        size = len(user_text([item]))
        if not groups or len(groups[-1]) >= min(most, MOST_ITEMS) or size > room:
            groups.append(())
            room = MOST_CHARACTERS
        groups[-1] += (item,)
        room -= size
    return groups
