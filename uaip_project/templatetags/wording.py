"""Filters that put stored tokens and dates into words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template.defaultfilters import date as formatted

register = template.Library()


#: Why a model was asked, as people read it; the ledger keeps the short word.
PURPOSES = {
    "score": "Scoring",
    "recheck": "Scoring, asked a second time",
    "contradictions": "Looking for contradictions",
    "prose": "Drafting text for the charter",
    "coach": "Showing a strong answer",
    "prefill": "Reading a proposal",
    "check": "Test call",
}
#: What came of a call: words and tone.
OUTCOMES = {
    "ok": ("Answered", "good"),
    "cached": ("From earlier", "idle"),
    "timeout": ("No reply in time", "warn"),
    "throttled": ("Asked to wait", "warn"),
    "unavailable": ("Could not be reached", "warn"),
    "key_refused": ("Key refused", "bad"),
    "unknown_model": ("Unknown model", "bad"),
    "bad_request": ("Request refused", "bad"),
    "too_long": ("Text too long", "bad"),
    "refused": ("Model declined", "warn"),
    "truncated": ("Reply cut off", "warn"),
    "malformed": ("Unreadable reply", "warn"),
    "wrong_shape": ("Reply of another shape", "warn"),
}


#: Where a setting comes from.
SOURCES = {
    "run_time": "changed at run time",
    "environment": "environment",
    "secret_file": "file named by …_FILE",
    "site_file": "site’s file",
    "shipped_file": "shipped file",
    "default": "default",
}


@register.filter
def source(token: Any) -> str:
    """Where a setting comes from."""
    return SOURCES.get(str(token), str(token))


@register.filter
def purpose(token: Any) -> str:
    """Why a model was asked."""
    return PURPOSES.get(str(token), str(token).replace("_", " ").capitalize())


@register.filter
def outcome(token: Any) -> str:
    """What came of asking a model."""
    return OUTCOMES.get(str(token), (str(token).replace("_", " ").capitalize(), ""))[0]


@register.filter
def outcome_tone(token: Any) -> str:
    """How that is tinted."""
    return OUTCOMES.get(str(token), ("", "idle"))[1]


@register.filter
def thousands(number: Any) -> str:
    """12,345."""
    return f"{number or 0:,}"


@register.filter
def money(amount: Any) -> str:
    """Cents, and more places where less than ten of them were spent."""
    whole = Decimal(amount or 0)
    return f"{whole:,.2f}" if whole == 0 or whole >= Decimal("0.1") else f"{whole:.4f}"


@register.filter
def spaced(token: Any) -> str:
    """SUBMIT_TO_COMMITTEE as people read it: SUBMIT TO COMMITTEE."""
    return str(token).replace("_", " ")


@register.filter
def day(value: Any) -> str:
    """A date, or the ISO text of one, as 21 November 2026; other text as it is."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    return formatted(value, "j F Y") if value else ""


@register.filter
def deed(kind: str) -> str:
    """A kind of deed as people read it: session.started is "Session started"."""
    return str(kind).replace(".", " ").replace("_", " ").capitalize()
