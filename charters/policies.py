"""Who may do what with a charter's words."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from interviews.models import InterviewSession
from interviews.policies import may_answer


def may_write_prose(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """Who answers for the interview answers for its charter's words too."""
    return may_answer(user, session)
