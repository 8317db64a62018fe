"""Scripted turns of a fake provider: what it does with the next request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

COMPLETE, TRUNCATED, REFUSED, FILTERED = "complete", "truncated", "refused", "filtered"


@dataclass(frozen=True)
class Turn:
    """One scripted turn; the defaults make an ordinary reply by ``FakeModel.default``."""

    #: The reply's content; a mapping becomes JSON. None: what the server says by default.
    content: dict[str, Any] | str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: The body of a fault: a mapping, raw text, or None for the dialect's own words.
    body: dict[str, Any] | str | None = None
    #: The dialect's code in the words of a fault.
    code: str = ""
    stop: str = COMPLETE
    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int = 0
    #: Seconds before the first byte.
    wait: float = 0.0
    #: Seconds between two bytes of the body.
    per_byte: float = 0.0
    #: Hang up in the middle of the body.
    is_cut_off: bool = False
    #: Never stop sending.
    is_endless: bool = False


def reply(
    content: dict[str, Any] | str | None = None,
    *,
    tokens_in: int | None = None,
    tokens_out: int | None = None,
    cached: int = 0,
) -> Turn:
    """An ordinary reply."""
    return Turn(content=content, tokens_in=tokens_in, tokens_out=tokens_out, cached=cached)


def fault(
    status: int,
    retry_after: str | float | None = None,
    body: dict[str, Any] | str | None = None,
    code: str = "",
) -> Turn:
    """A refusal by status; ``body`` replaces the dialect's own words."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Turn(status=status, headers=headers, body=body, code=code)


def unknown_model() -> Turn:
    """The provider has no such model."""
    return fault(404, code="model_not_found")


def too_long() -> Turn:
    """The text does not fit into the model."""
    return fault(400, code="context_length_exceeded")


def hang(seconds: float = 60.0) -> Turn:
    """Silence, then a reply; ended early when the server stops."""
    return Turn(wait=seconds)


def late(seconds: float, content: dict[str, Any] | str | None = None) -> Turn:
    """A good reply that takes its time."""
    return Turn(content=content, wait=seconds)


def drip(seconds_per_byte: float = 0.05) -> Turn:
    """A good reply, byte by byte: no single read ever times out."""
    return Turn(per_byte=seconds_per_byte)


def truncated(content: dict[str, Any] | str = '{"verdicts": [{"element": "a", "ver') -> Turn:
    """A reply cut by the token limit, and honest about it."""
    return Turn(content=content, stop=TRUNCATED)


def refusal(text: str = "I cannot help with that.") -> Turn:
    """The model declines."""
    return Turn(content=text, stop=REFUSED)


def filtered() -> Turn:
    """The provider's content filter stopped the reply."""
    return Turn(content="", stop=FILTERED)


def not_json(text: str = "<html><body>Welcome to the proxy</body></html>") -> Turn:
    """Status 200 with a body that is no JSON at all, as proxies and captive portals send."""
    return Turn(body=text)


def cut_off() -> Turn:
    """The connection is closed half-way through the body."""
    return Turn(is_cut_off=True)


def endless() -> Turn:
    """A body without an end."""
    return Turn(is_endless=True)


def redirect(to: str) -> Turn:
    """Go there instead."""
    return Turn(status=307, headers={"Location": to}, body="")
