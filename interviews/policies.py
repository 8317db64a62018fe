"""Who may do what with a session."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from interviews.models import InterviewSession


def may_start(user: User | AnonymousUser) -> bool:
    """Whether the person may begin an interview."""
    return has_permission(user, Permission.SESSION_START)


def may_answer(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """Only the requester answers; others who see the session read it."""
    return user.is_authenticated and user.pk == session.owner_id


def may_delete(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester may delete a session from which no charter was issued."""
    return may_answer(user, session) and session.released_at is None
