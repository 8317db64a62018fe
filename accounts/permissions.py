"""Every allowed deed, and which of the guide's four roles may do it."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class Permission(StrEnum):
    """One allowed deed each, NOUN_VERB; docs/reference/permissions.md explains them."""

    SESSION_START = "session.start"
    SESSION_VIEW = "session.view"
    SESSION_ANSWER = "session.answer"
    SESSION_VIEW_RELEASED = "session.view_released"
    SESSION_VIEW_ALL = "session.view_all"
    CHARTER_ISSUE = "charter.issue"
    COMMENT_POST = "comment.post"
    READING_RECORD = "reading.record"
    REVIEW_VOTE = "review.vote"
    COMMITTEE_MANAGE = "committee.manage"
    USER_MANAGE = "user.manage"
    AUDIT_VIEW = "audit.view"
    MODEL_VIEW = "model.view"
    MODEL_MANAGE = "model.manage"
    KEY_ISSUE = "key.issue"
    KEY_MANAGE = "key.manage"
    WEBHOOK_MANAGE = "webhook.manage"
    SETTING_VIEW = "setting.view"
    SETTING_MANAGE = "setting.manage"
    RULES_PUBLISH = "rules.publish"
    SYSTEM_VIEW = "system.view"
    QUEUE_MANAGE = "queue.manage"
    INCIDENT_MANAGE = "incident.manage"


class Role(TextChoices):
    """The guide's roles; each person holds exactly one."""

    USER = "user", "User"
    REVIEWER = "reviewer", "Reviewer"
    ADMIN = "admin", "Admin"
    SUPERADMIN = "superadmin", "SuperAdmin"


_USER = frozenset(
    {
        Permission.SESSION_START,
        Permission.SESSION_VIEW,
        Permission.SESSION_ANSWER,
        Permission.CHARTER_ISSUE,
        Permission.COMMENT_POST,
        Permission.READING_RECORD,
        Permission.KEY_ISSUE,
    }
)
_READER = _USER | {Permission.SESSION_VIEW_RELEASED}
_REVIEWER = _READER | {Permission.REVIEW_VOTE}
#: A verdict is a person's: no key and no service account has these, whatever its holder's role.
PEOPLE_ONLY = frozenset({Permission.REVIEW_VOTE, Permission.RULES_PUBLISH})
#: What running the installation takes; nothing of a project is seen by it.
OPERATOR_PERMISSIONS = frozenset(
    {Permission.MODEL_VIEW, Permission.MODEL_MANAGE, Permission.SETTING_VIEW}
    | {Permission.SYSTEM_VIEW, Permission.INCIDENT_MANAGE, Permission.QUEUE_MANAGE}
)
#: Sees and comments everything, and never votes.
_ADMIN = (
    _READER
    | {Permission.COMMITTEE_MANAGE, Permission.RULES_PUBLISH}
    | {Permission.SESSION_VIEW_ALL, Permission.USER_MANAGE, Permission.KEY_MANAGE}
    | {Permission.AUDIT_VIEW, Permission.WEBHOOK_MANAGE, Permission.SETTING_MANAGE}
    | OPERATOR_PERMISSIONS
)

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.USER: _USER,
    Role.REVIEWER: _REVIEWER,
    Role.ADMIN: _ADMIN,
    Role.SUPERADMIN: frozenset(Permission),
}
