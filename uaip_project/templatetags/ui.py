"""Presentation only: how states, scores, times and progress look on every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.permissions import Permission
from accounts.policies import has_permission

register = template.Library()

ARIA = 'aria-current="{}"'

#: Answer and session states: words and tone.
STATES = {
    "draft": ("Not answered", "idle"),
    "scoring": ("Being scored", "busy"),
    "needs_work": ("Needs more detail", "warn"),
    "accepted": ("Accepted", "good"),
    "escalated": ("With a reviewer", "note"),
    "unknown": ("Not known yet", "note"),
    "skipped_by_condition": ("Does not apply", "idle"),
    "in_progress": ("In progress", "busy"),
    "paused": ("Paused", "note"),
    "completed": ("Completed", "good"),
    "abandoned": ("Abandoned", "idle"),
    "archived": ("Archived", "idle"),
    "open": ("Open", "warn"),
    "answered": ("Answered", "note"),
    "carried": ("Carried forward", "note"),
    "disputed": ("Disputed", "note"),
    "waived": ("Waived", "good"),
    "fixed": ("Fixed", "good"),
    "BLOCKER": ("Blocker", "bad"),
    "MAJOR": ("Major", "warn"),
    "MINOR": ("Minor", "note"),
    "met": ("There", "good"),
    "partly": ("Partly there", "warn"),
    "absent": ("Missing", "bad"),
    "PROCEED": ("Proceed", "good"),
    "PROCEED_WITH_MONITORING": ("Proceed with monitoring", "good"),
    "REVISE": ("Revise", "warn"),
    "SUBMIT_TO_COMMITTEE": ("Submit to committee", "note"),
    "HALT": ("Halt", "bad"),
    "available": ("Available", "good"),
    "degraded": ("Degraded", "warn"),
    "embedded": ("Embedded scorer", "note"),
}


#: A model and its circuit.
CIRCUITS = {
    "closed": ("In use", "good"),
    "open": ("Left alone", "warn"),
    "probing": ("Being tried", "busy"),
    "stopped": ("Stopped", "bad"),
}


@register.simple_tag(takes_context=True)
def current(context: Context, url: str, *others: str) -> str:
    """Marks a link of the navigation on its page and on those below it.

    ``others`` are links whose addresses lie below this one.
    """
    path = context["request"].path if "request" in context else ""
    if path == url:
        return format_html(ARIA, "page")
    is_below = path.startswith(url) and not path.startswith(others)
    return format_html(ARIA, "true") if is_below else ""


@register.simple_tag
def pill(text: str, tone: str = "idle") -> SafeString:
    """Words in a tinted frame; the words say it all, the tint only repeats it."""
    return format_html('<span class="pill is-{}">{}</span>', tone, text)


@register.simple_tag
def state_pill(state: str) -> SafeString:
    """The state of an answer, a session or a finding."""
    words, tone = STATES.get(str(state), (str(state).replace("_", " ").capitalize(), "idle"))
    return pill(words, tone)


@register.simple_tag
def circuit_pill(state: str) -> SafeString:
    """Whether a model is asked now."""
    words, tone = CIRCUITS[state]
    return pill(words, tone)


@register.filter
def words(token: Any) -> str:
    """A stored token as a person reads it."""
    return STATES.get(str(token), (str(token).replace("_", " ").capitalize(), ""))[0]


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    """A bar with the same figure in words beside it."""
    return format_html(
        '<span class="progress"><progress value="{}" max="{}" aria-label="{}"></progress>'
        '<span class="progress-words">{} of {}</span></span>',
        done,
        max(total, 1),
        label,
        done,
        total,
    )


@register.filter
def may(user: Any, permission: str) -> bool:
    """Whether the person may do a deed, such as "model.view"; asks no database."""
    return has_permission(user, Permission(permission))


@register.filter
def commands(said: str) -> SafeString:
    """A sentence in which `commands` stand in backticks, set as commands."""
    parts = str(said).split("`")
    shapes = ("{}", "<code>{}</code>")
    made = ((format_html(shapes[place % 2], part),) for place, part in enumerate(parts))
    return format_html_join("", "{}", made)


@register.filter
def minutes(amount: float | None) -> str:
    """About how long something takes; never a false precision."""
    whole = round(amount or 0)
    if whole < 1:
        return "less than a minute" if amount else "no time"
    return "about 1 minute" if whole == 1 else f"about {whole} minutes"


@register.filter
def score(value: Any) -> str:
    """A score with its one decimal."""
    return "" if value is None else f"{float(value):.1f}"


@register.filter
def percent(share: float | None) -> str:
    """A share of one as whole percent."""
    return "" if share is None else f"{round(share * 100)} %"


@register.filter
def invalid(bound: Any) -> str:
    """The class of a form field that has errors."""
    return " is-invalid" if bound.errors else ""


@register.inclusion_tag("components/_field.html")
def form_field(
    bound: Any, kind: str = "text", hint: str = "", autocomplete: str = "", width: str = ""
) -> dict[str, Any]:
    """A field of a Django form with label, hint and errors."""
    return {
        "bound": bound,
        "kind": kind,
        "hint": hint,
        "autocomplete": autocomplete,
        "width": width,
    }
