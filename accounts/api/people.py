"""What the operations on people share: shapes, versions, refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers

from accounts.api_conventions import entity_tag
from accounts.api_errors import Conflict
from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.services import members

TAG = "People"
COLUMNS = (
    "pk",
    "code",
    "email",
    "name",
    "role",
    "is_operator",
    "is_active",
    "joined_at",
    "last_login",
)
EXAMPLE = {
    "id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10",
    "email": "alice@example.org",
    "name": "Alice",
    "role": "user",
    "is_operator": False,
    "is_active": True,
    "joined_at": "2026-11-02T08:00:00Z",
    "last_login": "2026-11-21T09:00:00Z",
}


class NothingIn(serializers.Serializer[Any]):
    """No field at all; an empty object or no body."""

    class Meta:
        ref_name = "NothingForPeopleIn"


class WhoOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class UserOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The record of deeds names people by it.")
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(Role.choices)
    is_operator = serializers.BooleanField(help_text="May run the installation.")
    is_active = serializers.BooleanField()
    joined_at = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)


class MeOut(UserOut):
    kind = serializers.ChoiceField(User.Kind.choices)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(list(Permission)),
        help_text="What you may do now, by the token or key that you use.",
    )


def user_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A person as the API gives them, from COLUMNS."""
    given = {name: row[name] for name in COLUMNS if name not in ("pk", "code")}
    return {"id": row["code"]} | given


def data_of(user: User) -> dict[str, Any]:
    """The same from a row object."""
    return user_data({name: getattr(user, name) for name in COLUMNS})


def user_tag(user: User) -> str:
    """Another one whenever something changed that can be changed here."""
    changing = (user.email, user.name, user.role, user.is_operator, user.is_active)
    return entity_tag("user", user.code, *changing)


@contextmanager
def in_words() -> Iterator[None]:
    """A refusal of the services as a conflict with its sentence."""
    try:
        yield
    except members.CannotDo as refusal:
        raise Conflict(str(refusal)) from None
