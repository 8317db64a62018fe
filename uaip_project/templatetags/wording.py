"""Filters that put stored tokens and dates into words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template.defaultfilters import date as formatted

register = template.Library()


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
