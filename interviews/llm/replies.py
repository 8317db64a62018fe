"""Reads a model's reply: why it ended, then JSON, then the shape that was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from interviews.llm.types import Content, FaultKind, ModelFault, ProviderReply, Stop

#: Longer than any reply that we ask for; what reads it stays quick.
MOST_CHARACTERS = 400_000
#: Opening brackets that are tried in prose around an object.
_MOST_TRIED = 50
_MOST_REASONS = 3
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.S)
_FENCE = "```"
_FENCE_OPENS = re.compile(r"```[\w-]*[ \t\r]*\Z")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read_reply(reply: ProviderReply, reply_type: type[Content]) -> Content:
    """The reply as the type that was asked for.

    Raises ModelFault (TRUNCATED, REFUSED, MALFORMED, WRONG_SHAPE) with a reason that holds
    nothing of the reply's text.
    """
    # Before anything else: half a reply can look like a whole one.
    if reply.stop == Stop.TRUNCATED:
        raise ModelFault(FaultKind.TRUNCATED, "The reply was cut off by its token limit")
    if reply.stop == Stop.REFUSED:
        raise ModelFault(FaultKind.REFUSED, "The model refused to answer")
    try:
        found = _cleaned(_object(reply.text))
    except RecursionError:
        raise ModelFault(FaultKind.MALFORMED, "The reply is nested too deeply") from None
    if _is_schema(found, reply_type):
        raise ModelFault(FaultKind.WRONG_SHAPE, "The reply is the schema itself")
    try:
        return reply_type.model_validate(found)
    except ValidationError as fault:
        raise ModelFault(FaultKind.WRONG_SHAPE, _reason(fault)) from None


def _object(text: str) -> Any:
    """The JSON of a reply, without a code fence or prose around it."""
    if len(text) > MOST_CHARACTERS:
        raise ModelFault(FaultKind.MALFORMED, "The reply is longer than any reply may be")
    text = _THOUGHTS.sub("", text.lstrip("\ufeff")).strip()
    if not text:
        raise ModelFault(FaultKind.MALFORMED, "The reply is empty")
    for candidate in (text, *_fenced(text)):
        try:
            return json.loads(candidate, parse_constant=_no_number)
        except (ValueError, RecursionError):
            continue
    return _only_object(text)


def _fenced(text: str) -> Iterator[str]:
    """What a code fence around the whole text holds. By plain cuts: an expression would be slow."""
    head, _, rest = text.partition("\n")
    if _FENCE_OPENS.match(head) and rest.endswith(_FENCE):
        yield rest.removesuffix(_FENCE)


def _only_object(text: str) -> Any:
    """The one object in a text of prose. Of several, nobody can say which is the judgement."""
    decoder = json.JSONDecoder(parse_constant=_no_number)
    found: list[Any] = []
    position = text.find("{")
    for _ in range(_MOST_TRIED):
        if position < 0:
            break
        try:
            one, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            found.append(one)
        position = text.find("{", end)
    if position >= 0 or len(found) != 1:
        raise ModelFault(FaultKind.MALFORMED, "The reply is not one JSON object")
    return found[0]


def _no_number(word: str) -> float:
    """NaN and Infinity are no JSON, whatever the parser says."""
    raise ValueError(word)


def _cleaned(found: Any) -> Any:
    """Without what a database refuses to store: NUL, other controls, halves of characters."""
    if isinstance(found, str):
        return _UNSTORABLE.sub("", found)
    if isinstance(found, list):
        return [_cleaned(one) for one in found]
    if isinstance(found, dict):
        return {_UNSTORABLE.sub("", key): _cleaned(one) for key, one in found.items()}
    return found


def _is_schema(found: Any, reply_type: type[BaseModel]) -> bool:
    """Whether a model sent back the schema instead of filling it."""
    if not isinstance(found, dict) or not isinstance(found.get("properties"), dict):
        return False
    return "properties" not in reply_type.model_fields


def _reason(fault: ValidationError) -> str:
    """What is wrong, in places and kinds; pydantic's own words would quote the reply."""
    errors = fault.errors(include_url=False, include_context=False, include_input=False)
    reasons = dict.fromkeys(_one_reason(error) for error in errors)
    shown = "; ".join(list(reasons)[:_MOST_REASONS])
    return f"The reply has another shape than asked for: {shown}"[:280]


def _one_reason(error: ErrorDetails) -> str:
    kind = error["type"]
    # A validator of ours says in its own words what it wants, without the reply's.
    words = error["msg"] if kind == "value_error" else kind
    # The last step of a surplus key's place is the model's own word.
    steps = error["loc"] if kind != "extra_forbidden" else error["loc"][:-1]
    place = ".".join(str(step) for step in steps)
    return f"{place}: {words}" if place else words
