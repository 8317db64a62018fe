"""What a fake provider was asked, read from its protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

CHAT, AZURE, GEMINI, MESSAGES = "chat", "azure", "gemini", "messages"
_PATHS = (
    (re.compile(r"^/v1/messages$"), MESSAGES),
    (re.compile(r"^/openai/deployments/[^/]+/chat/completions$"), AZURE),
    (re.compile(r"^/v1beta/openai/chat/completions$"), GEMINI),
    (re.compile(r"^(/[\w./-]+)?/chat/completions$"), CHAT),
)


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; ``schema`` is the reply's shape if one was asked for."""

    dialect: str
    path: str
    query: str
    headers: dict[str, str]
    body: dict[str, Any]
    #: ``time.monotonic()`` at arrival.
    at: float

    @property
    def system(self) -> str:
        """The stable part, whichever way this dialect carries it."""
        if self.dialect == MESSAGES:
            return _text(self.body.get("system", ""))
        return self._said_by("system", "developer")

    @property
    def user(self) -> str:
        """The part with the data."""
        return self._said_by("user")

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the reply was asked to follow."""
        if self.dialect == MESSAGES:
            wanted = (self.body.get("output_config") or {}).get("format") or {}
        else:
            wanted = (self.body.get("response_format") or {}).get("json_schema") or {}
        return wanted.get("schema")

    @property
    def key(self) -> str:
        """The key that came with the request, by the header of the dialect."""
        found = self.headers.get("x-api-key") or self.headers.get("api-key")
        return found or self.headers.get("authorization", "").removeprefix("Bearer ").strip()

    @property
    def tokens_in(self) -> int:
        """The house's rule for counting: four characters are a token, rounded up."""
        return tokens(self.system + self.user)

    def _said_by(self, *roles: str) -> str:
        said = [one for one in self.body.get("messages", []) if one.get("role") in roles]
        return "\n\n".join(_text(one.get("content", "")) for one in said)


def dialect_of(path: str) -> str | None:
    """Which protocol is spoken at a path; None where nobody listens."""
    return next((dialect for pattern, dialect in _PATHS if pattern.match(path)), None)


def tokens(text: str) -> int:
    """Tokens of a text by the rule of the token rows."""
    return -(-len(text) // 4)


def _text(content: Any) -> str:
    """A message's text, given as a string or as blocks."""
    if isinstance(content, str):
        return content
    return "".join(str(block.get("text", "")) for block in content or [])
