"""Prepares the inventory for pages: words, tones, dates and links, no domain thought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from governance.models import InventoryEntry
from governance.portfolio import words
from governance.portfolio.asked import Asked
from governance.portfolio_forms import options_of
from interviews.models import InterviewSession


def case_rows(pks: Sequence[int]) -> list[dict[str, Any]]:
    """The cases of one page in this order, each as it is shown; one statement.

    By their keys: putting ten thousand whole rows in order would take most of the page's time.
    """
    kinds = dict(options_of("S1-09", "archetype"))
    found = InterviewSession.objects.select_related("owner", "inventory_entry").in_bulk(list(pks))
    return [case_row(found[pk], kinds) for pk in pks if pk in found]


def case_row(session: InterviewSession, kinds: dict[str, str]) -> dict[str, Any]:
    """One case in words."""
    entry = getattr(session, "inventory_entry", None) or InventoryEntry(session=session)
    standing, standing_tone = words.standing_words(entry.standing)
    decision, decision_tone = words.DECISIONS.get(entry.decision, ("", ""))
    due, due_words = _due(entry)
    return {
        "session": session,
        "entry": entry,
        "url": _url(session, entry),
        "standing": standing,
        "standing_tone": standing_tone,
        "decision": decision,
        "decision_tone": decision_tone,
        "kind": kinds.get(entry.archetype, words.plain(entry.archetype)),
        "level": f"{entry.highest} {words.LEVELS[entry.highest]}" if entry.highest else "",
        "level_tone": words.LEVEL_TONES.get(entry.highest or 0, "idle"),
        "data_percent": None if entry.data_score is None else round(entry.data_score * 100),
        "due": due,
        "due_words": due_words,
        "is_overdue": due is not None and due < timezone.localdate(),
    }


def _url(session: InterviewSession, entry: InventoryEntry) -> str:
    if entry.charter_code:
        return reverse("governance:charter-newest", args=[entry.charter_code])
    return reverse("interviews:session-detail", args=[session.code])


def _due(entry: InventoryEntry) -> tuple[Any, str]:
    """The next date that somebody has to keep, and what for."""
    if entry.review_opened_at:
        return entry.review_due_date, "review due"
    return entry.next_review_date, "looked at again"


def chips(asked: Asked) -> list[dict[str, str]]:
    """The filters that are set, each with the address of the list without it."""
    return [
        {"name": name, "words": said, "url": f"?{urlencode(rest)}"}
        for name, said, rest in words.chips(asked)
    ]


def levels(entry: InventoryEntry) -> list[dict[str, Any]]:
    """The five principles with their residual level."""
    found = [(label, getattr(entry, name)) for name, label in words.PRINCIPLES.items()]
    return [
        {
            "label": label,
            "level": level,
            "words": f"{level} {words.LEVELS[level]}" if level else "not known yet",
            "tone": words.LEVEL_TONES.get(level or 0, "idle"),
        }
        for label, level in found
    ]


def scores(entry: InventoryEntry) -> list[tuple[int, float | None]]:
    """The five stages with the mean score of their answers."""
    return [(stage, getattr(entry, f"score_{stage}")) for stage in range(1, 6)]


def views_of(user: User, views: QuerySet[Any]) -> list[dict[str, Any]]:
    """Saved views with their links."""
    return [
        {
            "view": one,
            "url": f"{reverse('governance:portfolio')}?{one.query}",
            "link": reverse("governance:portfolio-view", args=[one.code]),
            "is_own": one.owner_id == user.pk,
        }
        for one in views
    ]
