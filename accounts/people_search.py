"""Finds people for those who manage them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User


def people_found(*, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """People, no service accounts: by a part of name or address, role, and state ("active" or
    anything else for those who are not); empty parts ask nothing."""
    found = User.objects.filter(kind=User.Kind.PERSON)
    if q:
        found = found.filter(Q(name__icontains=q) | Q(email__icontains=q))
    if role:
        found = found.filter(role=role)
    return found.filter(is_active=state == "active") if state else found
