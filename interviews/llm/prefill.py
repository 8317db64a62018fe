"""Asks which passages of a proposal answer which questions; it gets numbers back, no words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from interviews.llm.prompting import Prompt
from interviews.llm.types import ModelRequest, Purpose
from interviews.prefill.passages import Passage
from interviews.prefill.search import MOST_PER_QUESTION, Match
from interviews.protocol.types import Question
from interviews.scoring.prompt_text import as_data

#: Characters of passages in one request, and requests for one file; the rest is searched.
CHARACTERS, MOST_REQUESTS = 24_000, 3
MAX_TOKENS = 1500


def _bare(schema: dict[str, Any]) -> None:
    schema.pop("title", None)
    schema.pop("description", None)


class Found(BaseModel):
    """The passages that answer one question, the best first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_bare)

    q: str
    p: list[int]


class PrefillReply(BaseModel):
    """What a model says: numbers of passages by question."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_bare)

    m: list[Found] = Field(max_length=200)


def portions(passages: Sequence[Passage]) -> Iterator[list[int]]:
    """The numbers of the passages that go into each request, in order."""
    held: list[int] = []
    room, left = CHARACTERS, MOST_REQUESTS
    for number, passage in enumerate(passages):
        if held and len(passage.text) > room:
            yield held
            held, room, left = [], CHARACTERS, left - 1
            if not left:
                return
        held.append(number)
        room -= len(passage.text)
    if held:
        yield held


def prefill_request(
    questions: Iterable[Question],
    passages: Sequence[Passage],
    numbers: Sequence[int],
    *,
    session_id: int,
    prompt: Prompt,
) -> ModelRequest[PrefillReply]:
    """One request for a portion of the passages; the questions first, they never change."""
    asked = tuple(questions)
    lines = ["Questions:", *(f"{one.key} {one.ask}" for one in asked), "Passages:"]
    lines += [f"{number} {as_data(passages[number].text)}" for number in numbers]
    return ModelRequest(
        purpose=Purpose.PREFILL,
        prompt_version=prompt.version,
        system=prompt.text,
        user="\n".join(lines),
        reply_type=PrefillReply,
        max_tokens=MAX_TOKENS,
        session_id=session_id,
        question_keys=tuple(one.key for one in asked),
    )


def matches_of(
    reply: PrefillReply, sent: Sequence[int], questions: Iterable[Question]
) -> list[Match]:
    """What of a reply counts: known questions, passages that were sent, each once."""
    keys, known = {one.key for one in questions}, set(sent)
    found: list[Match] = []
    for one in reply.m:
        if one.q not in keys:
            continue
        numbers = [number for number in dict.fromkeys(one.p) if number in known]
        found += [
            Match(one.q, number, 1.0 / place)
            for place, number in enumerate(numbers[:MOST_PER_QUESTION], start=1)
        ]
    return found
