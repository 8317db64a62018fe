"""The words of each protocol: replies, faults, and what a real provider would not accept."""

from __future__ import annotations

from typing import Any

from tests.fakes.llm.seen import AZURE, MESSAGES, Seen, tokens
from tests.fakes.llm.turns import COMPLETE, FILTERED, REFUSED, TRUNCATED, Turn

_FINISH = {
    COMPLETE: "stop",
    TRUNCATED: "length",
    REFUSED: "stop",
    FILTERED: "content_filter",
}
_STOP_REASON = {
    COMPLETE: "end_turn",
    TRUNCATED: "max_tokens",
    REFUSED: "refusal",
    FILTERED: "refusal",
}
_ERROR_TYPE = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def reply_body(seen: Seen, turn: Turn, content: str) -> dict[str, Any]:
    """A whole reply in the dialect of the request."""
    counted_in = seen.tokens_in if turn.tokens_in is None else turn.tokens_in
    counted_out = tokens(content) if turn.tokens_out is None else turn.tokens_out
    if seen.dialect == MESSAGES:
        return _message(seen, turn, content, counted_in, counted_out)
    return _completion(seen, turn, content, counted_in, counted_out)


def _completion(
    seen: Seen, turn: Turn, content: str, counted_in: int, counted_out: int
) -> dict[str, Any]:
    is_refusal = turn.stop == REFUSED
    message = {
        "role": "assistant",
        "content": None if is_refusal else content,
        "refusal": content if is_refusal else None,
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": seen.body.get("model", "deployment"),
        "choices": [{"index": 0, "message": message, "finish_reason": _FINISH[turn.stop]}],
        "usage": {
            "prompt_tokens": counted_in,
            "completion_tokens": counted_out,
            "total_tokens": counted_in + counted_out,
            "prompt_tokens_details": {"cached_tokens": turn.cached},
        },
    }


def _message(
    seen: Seen, turn: Turn, content: str, counted_in: int, counted_out: int
) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": seen.body.get("model", ""),
        "content": [{"type": "text", "text": content}],
        "stop_reason": _STOP_REASON[turn.stop],
        "stop_sequence": None,
        # This protocol counts what it read from its cache apart from the rest.
        "usage": {
            "input_tokens": counted_in - turn.cached,
            "cache_read_input_tokens": turn.cached,
            "cache_creation_input_tokens": 0,
            "output_tokens": counted_out,
        },
    }


def fault_body(dialect: str, status: int, message: str, code: str = "") -> dict[str, Any]:
    """A fault in the words of the dialect."""
    kind = _ERROR_TYPE.get(status, "api_error")
    if dialect == MESSAGES:
        # No codes here: the message says it.
        said = {
            "context_length_exceeded": "prompt is too long: 210000 tokens > 200000 maximum",
            "model_not_found": "model: no such model",
        }.get(code, message)
        return {"type": "error", "error": {"type": kind, "message": said}}
    return {"error": {"message": message, "type": kind, "param": None, "code": code or None}}


def unacceptable(seen: Seen) -> tuple[int, str] | None:
    """Status and reason where the real provider would refuse the request as it stands."""
    if seen.dialect == MESSAGES:
        return _unacceptable_message(seen)
    if seen.dialect == AZURE and "api-version=" not in seen.query:
        return 404, "api-version is missing"
    if not seen.body.get("messages") or "model" not in seen.body:
        return 400, "messages and model are required"
    if seen.schema is not None and (loose := _loose(seen.schema)):
        return 400, f"Invalid schema for response_format: {loose}"
    return None


def _unacceptable_message(seen: Seen) -> tuple[int, str] | None:
    if "anthropic-version" not in seen.headers:
        return 400, "anthropic-version: header is required"
    for name in ("model", "messages", "max_tokens"):
        if not seen.body.get(name):
            return 400, f"{name}: Field required"
    if any(one.get("role") == "system" for one in seen.body["messages"]):
        return 400, "messages: Unexpected role system"
    if seen.schema is not None and (loose := _loose(seen.schema, needs_all=False)):
        return 400, f"output_config.format.schema: {loose}"
    return None


def _loose(schema: Any, *, needs_all: bool = True) -> str:
    """Where a schema breaks the rules of strict structured output; "" where it keeps them."""
    if isinstance(schema, list):
        return next(filter(None, (_loose(one, needs_all=needs_all) for one in schema)), "")
    if not isinstance(schema, dict):
        return ""
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return "additionalProperties is required to be false"
        named = set(schema.get("properties", {}))
        if needs_all and named != set(schema.get("required", [])):
            return "required must include every key in properties"
    return _loose(list(schema.values()), needs_all=needs_all)
