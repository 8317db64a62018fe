"""Asks for a stronger wording of one answer, with nothing but the person's own facts."""

from __future__ import annotations

from interviews.llm.prompting import Prompt
from interviews.llm.types import ModelRequest, Purpose
from interviews.scoring.coaching import CoachReply, Material
from interviews.scoring.prompt_text import as_data, lettered

MAX_TOKENS = 700


def coach_request(
    material: Material, *, session_id: int, prompt: Prompt
) -> ModelRequest[CoachReply]:
    """One request for one answer; the person's words go as data."""
    question = material.question
    lines = [question.ask]
    lines += [f"{letter}) {one.means}" for letter, one in lettered(question).items()]
    if material.earlier:
        lines.append("Earlier: " + as_data("\n".join(material.earlier)))
    lines.append("Answer: " + as_data(material.own_words))
    return ModelRequest(
        purpose=Purpose.COACH,
        prompt_version=prompt.version,
        system=prompt.text,
        user="\n".join(lines),
        reply_type=CoachReply,
        max_tokens=MAX_TOKENS,
        session_id=session_id,
        question_keys=(question.key,),
    )
