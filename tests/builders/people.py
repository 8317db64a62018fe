"""Makes the people of the cast."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.permissions import Role

PASSWORD = "correct horse battery"


def make_person(name: str, *, role: Role = Role.USER, **fields: Any) -> User:
    """A person called ``name`` with the address name@example.org and the usual password."""
    return User.objects.create_user(
        f"{name}@example.org",
        PASSWORD,
        name=name.capitalize(),
        role=role,
        is_superuser=role == Role.SUPERADMIN,
        **fields,
    )
