"""Asks whether a person may do a deed, and refuses when not."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import ROLE_PERMISSIONS, Permission


def has_permission(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether the person's role allows the deed; nobody who is signed out or deactivated may."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return permission in ROLE_PERMISSIONS[user.role]


def require(allowed: bool, reason: str = "") -> None:
    """Raises PermissionDenied (403) with the reason unless allowed."""
    if not allowed:
        raise PermissionDenied(reason)
