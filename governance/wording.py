"""What people must write when they judge, checked in one place. Pure."""

from __future__ import annotations

import unicodedata

from governance.refusals import Unfit

LEAST_REASON = 50
MOST_REASON = 10_000
#: A reason of fewer different letters is a key held down.
LEAST_LETTERS = 8
TOO_SHORT = (
    f"Give a reason of at least {LEAST_REASON} characters: what convinced you, or what is missing."
)
TOO_LONG = f"Use at most {MOST_REASON:,} characters."
NO_WORDS = "Give the reason in words: it repeats the same few characters."


def tidy(text: str) -> str:
    """Without invisible characters and without blanks at either end."""
    shown = "".join(
        letter
        for letter in text.replace("\r\n", "\n")
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cf", "Cc")
    )
    return shown.strip()


def reason_of(text: str, *, field: str = "reason") -> str:
    """The reason as it is kept. Raises Unfit: too short, too long, or no words."""
    reason = tidy(text)
    if len(" ".join(reason.split())) < LEAST_REASON:
        raise Unfit({field: TOO_SHORT})
    if len(reason) > MOST_REASON:
        raise Unfit({field: TOO_LONG})
    if len(set(reason.casefold())) < LEAST_LETTERS:
        raise Unfit({field: NO_WORDS})
    return reason


def words_of(text: str, *, field: str, most: int = MOST_REASON) -> str:
    """Any text that must not be empty. Raises Unfit."""
    words = tidy(text)
    if not words:
        raise Unfit({field: "Write something."})
    if len(words) > most:
        raise Unfit({field: f"Use at most {most:,} characters."})
    return words
