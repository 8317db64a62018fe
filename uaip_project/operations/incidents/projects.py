"""Finds the interview that an incident is about, by its own code or its charter's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from interviews.models import InterviewSession


class NoSuchProject(LookupError):
    """No interview and no charter has this code."""


def find(code: str) -> InterviewSession:
    """Raises NoSuchProject."""
    try:
        known = UUID(code)
    except ValueError:
        raise NoSuchProject(_words(code)) from None
    found = InterviewSession.objects.filter(Q(code=known) | Q(charter__code=known)).first()
    if found is None:
        raise NoSuchProject(_words(code))
    return found


def _words(code: str) -> str:
    return f"{code}: no interview or charter has this code. Copy it from its address."
