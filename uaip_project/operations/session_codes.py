"""Finds the session that an operator names by its code."""

from __future__ import annotations

from uuid import UUID

from interviews.models import InterviewSession
from uaip_project.operations.runs import CouldNotRun


def session_of(code: str) -> InterviewSession:
    """The session of this code. Raises CouldNotRun."""
    try:
        found = InterviewSession.objects.filter(code=UUID(code)).first()
    except ValueError:
        found = None
    if found is None:
        raise CouldNotRun(f"{code}: there is no interview of this code. Copy it from its address.")
    return found
