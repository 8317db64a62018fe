"""Words for the pages of review: dates, outcomes, states and what changed in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Up to so many days before it, a date is said as a distance.
SOON_DAYS = 14
OUTCOME_TONES = {
    "approve": "good",
    "approve_with_conditions": "good",
    "send_back": "warn",
    "reject": "bad",
}
THREAD_STATES = {
    "open": ("Open", "warn"),
    "answered": ("Answered", "note"),
    "resolved": ("Resolved", "good"),
}
LEFT_OUT = format_html("{}", "…")
#: Beyond this many words both texts are shown without marks: comparing them takes too long.
MOST_WORDS = 4_000


@dataclass(frozen=True)
class Due:
    """A date as a person reads it."""

    words: str
    tone: str


def due(day: date, *, today: date) -> Due:
    """How far off a date is; that it has passed is said in words, not by a tint alone."""
    left = (day - today).days
    if left < 0:
        return Due(f"Overdue by {counted(-left, 'day')}", "bad")
    if left == 0:
        return Due("Due today", "warn")
    if left <= SOON_DAYS:
        return Due(f"Due in {counted(left, 'day')}", "warn" if left <= 2 else "idle")
    return Due(f"Due {day.day} {day:%b %Y}", "idle")


def age(day: date, *, today: date) -> str:
    """How long something has been open."""
    passed = (today - day).days
    return "opened today" if passed <= 0 else f"open for {counted(passed, 'day')}"


def counted(count: int, noun: str) -> str:
    """ "1 vote", "3 votes"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@dataclass(frozen=True)
class Marked:
    """A text before and after, with the words that differ marked."""

    before: SafeString
    now: SafeString


def marked(before: str, now: str) -> Marked:
    """Both texts, what was taken out as ``del``, what was put in as ``ins``.

    Lines that are the same in both are left out; "…" stands in their place.
    """
    old, new = before.splitlines(), now.splitlines()
    left: list[SafeString] = []
    right: list[SafeString] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        if kind == "equal":
            left.append(LEFT_OUT)
            right.append(LEFT_OUT)
            continue
        part = _marked_words("\n".join(old[a_from:a_to]), "\n".join(new[b_from:b_to]))
        left.append(part.before)
        right.append(part.now)
    return Marked(_lines(left), _lines(right))


def _lines(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((part,) for part in parts if part))


def _marked_words(before: str, now: str) -> Marked:
    old, new = _tokens(before), _tokens(now)
    if len(old) + len(new) > MOST_WORDS:
        return Marked(format_html("{}", before), format_html("{}", now))
    left: list[SafeString] = []
    right: list[SafeString] = []
    matcher = SequenceMatcher(None, _words(old), _words(new), autojunk=False)
    for kind, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        left.append(_piece(old[a_from:a_to], "" if kind == "equal" else "del"))
        right.append(_piece(new[b_from:b_to], "" if kind == "equal" else "ins"))
    return Marked(_joined(left), _joined(right))


def _words(tokens: Sequence[str]) -> list[str]:
    """What is compared: a word is the same whatever space follows it."""
    return [token.strip() or token for token in tokens]


def _tokens(text: str) -> list[str]:
    """Words with the space after each, so that joining them gives the text again."""
    return re.findall(r"\S+\s*|\s+", text)


def _piece(tokens: Sequence[str], tag: str) -> SafeString:
    text = "".join(tokens)
    if not text or not tag:
        return format_html("{}", text)
    words = text.rstrip()
    return format_html("<{0}>{1}</{0}>{2}", tag, words, text[len(words) :])


def _joined(pieces: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))
