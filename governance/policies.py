"""Who may do what with a charter."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from interviews.models import InterviewSession


def may_submit(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester issues the charter of an own session."""
    return has_permission(user, Permission.CHARTER_ISSUE) and user.pk == session.owner_id
