"""Asks whether a person may do a deed, and refuses when not."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import OPERATOR_PERMISSIONS, ROLE_PERMISSIONS, Permission


def has_permission(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether role or operator's mark allows the deed; nobody signed out or deactivated may."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.is_operator and permission in OPERATOR_PERMISSIONS:
        return True
    return permission in ROLE_PERMISSIONS[user.role]


def require(allowed: bool, reason: str = "") -> None:
    """Raises PermissionDenied (403) with the reason unless allowed."""
    if not allowed:
        raise PermissionDenied(reason)
