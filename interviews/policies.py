"""Who may do what with a session."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from interviews.models import Collaborator, InterviewSession, ScoreDispute


def may_start(user: User | AnonymousUser) -> bool:
    """Whether the person may begin an interview."""
    return has_permission(user, Permission.SESSION_START)


def may_answer(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester answers, and colleagues who may edit; others who see the session read it."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.pk == session.owner_id:
        return True
    return session.collaborators.filter(user=user, level=Collaborator.Level.EDIT).exists()


def may_share(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester alone says who else works on it."""
    return user.is_authenticated and user.pk == session.owner_id


def may_hand_over(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester gives it away; for one who has left, and only then, whoever manages people.

    Nobody takes over the interview of somebody who is still here.
    """
    if may_share(user, session):
        return True
    return not session.owner.is_active and has_permission(user, Permission.USER_MANAGE)


def may_delete(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester may delete a session from which no charter was issued."""
    return may_share(user, session) and session.released_at is None


def may_rule_on(user: User | AnonymousUser, dispute: ScoreDispute) -> bool:
    """A reviewer who had no part in the interview: nobody rules on a score of an own answer."""
    if not isinstance(user, User) or not has_permission(user, Permission.REVIEW_VOTE):
        return False
    return ScoreDispute.objects.of_others(user).filter(pk=dispute.pk).exists()
