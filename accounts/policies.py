"""Asks whether a person may do a deed, and refuses when not."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import (
    OPERATOR_PERMISSIONS,
    PEOPLE_ONLY,
    ROLE_PERMISSIONS,
    Permission,
)


def permissions_of(user: User | AnonymousUser) -> frozenset[Permission]:
    """All that role and operator's mark allow, and of that only what the API key at hand allows.

    Nobody signed out or deactivated may anything.
    """
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    allowed = ROLE_PERMISSIONS[user.role]
    if user.is_operator:
        allowed |= OPERATOR_PERMISSIONS
    if user.kind == User.Kind.SERVICE:
        allowed -= PEOPLE_ONLY
    return allowed if user.limited_to is None else (allowed & user.limited_to) - PEOPLE_ONLY


def has_permission(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether the person may do the deed."""
    return permission in permissions_of(user)


def may_have_keys_of(user: User | AnonymousUser, holder: User) -> bool:
    """Whose API keys somebody may make and renew: one's own, those of service accounts that one
    answers for, and all service accounts' with ``key.manage``.

    Nobody has another person's: whoever holds a key acts under its holder's name.
    """
    if not has_permission(user, Permission.KEY_ISSUE):
        return False
    if holder.kind == User.Kind.SERVICE:
        return user.pk == holder.human_owner_id or has_permission(user, Permission.KEY_MANAGE)
    return user.pk == holder.pk


def may_revoke_keys_of(user: User | AnonymousUser, holder: User) -> bool:
    """Whose API keys somebody may end: those one may have, and everybody's with ``key.manage``."""
    return may_have_keys_of(user, holder) or has_permission(user, Permission.KEY_MANAGE)


def require(allowed: bool, reason: str = "") -> None:
    """Raises PermissionDenied (403) with the reason unless allowed."""
    if not allowed:
        raise PermissionDenied(reason)
