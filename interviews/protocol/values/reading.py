"""What one reading of a raw answer carries along: earlier answers, the day and the remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from interviews.protocol.issues import Issue, error, incomplete, warning

#: Longest single text unless a site sets another (max_response_length); code points.
TEXT_LIMIT = 10_000


class Unusable(Exception):
    """A raw value that cannot be read; the message tells the person what to do."""


@dataclass
class Reading:
    """Collects the remarks of one reading; ``values`` are canonical answers by key."""

    values: Mapping[str, Any]
    as_of: date
    #: No text may be longer, whatever its field allows.
    text_limit: int = TEXT_LIMIT
    issues: list[Issue] = field(default_factory=list)

    def apart(self) -> Reading:
        """A reading with remarks of its own, to be kept or dropped later."""
        return Reading(self.values, self.as_of, self.text_limit)

    def limited(self, text: str, limit: int) -> str:
        """The text itself unless it is longer than its own or the site's limit. Raises Unusable."""
        most = min(limit, self.text_limit)
        if len(text) > most:
            raise Unusable(f"Shorten this to {most:,} characters; there are {len(text):,}.")
        return text

    def error(self, path: str, message: str) -> None:
        """The value at this path cannot be used."""
        self.issues.append(error(path, message))

    def incomplete(self, path: str, message: str) -> None:
        """Something required is missing at this path."""
        self.issues.append(incomplete(path, message))

    def warn(self, path: str, message: str) -> None:
        """Worth a look at this path."""
        self.issues.append(warning(path, message))


def below(path: str, name: str) -> str:
    """The path of a named part: "cases[0]" and "handling" -> "cases[0].handling"."""
    return f"{path}.{name}" if path else name


def shown(raw: Any, limit: int = 40) -> str:
    """A raw value as it may stand in a message: short, one line, printable."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) > 10**30:
        return "a very large number"
    text = raw if isinstance(raw, str) else str(raw)
    text = "".join(mark for mark in text[: limit + 1] if mark.isprintable())
    return f"{text[:limit]}…" if len(text) > limit else text
