"""Who is asking, and what they may."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.people import EXAMPLE, TAG, MeOut, data_of, in_words, user_tag
from accounts.api_conventions import ApiView, describe, one, read_body, require_match
from accounts.api_permissions import SignedIn
from accounts.models import User
from accounts.policies import permissions_of, require
from accounts.services import members

NOT_BY_KEY = "A key changes nothing about its holder. Sign in as the person."
ME = EXAMPLE | {"kind": "person", "permissions": ["session.start", "session.view"]}


class _NameIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, help_text="Others see it beside what you do.")

    class Meta:
        ref_name = "NameIn"


def _shown(user: User) -> Response:
    more = {"kind": user.kind, "permissions": sorted(permissions_of(user))}
    return one(data_of(user) | more, tag=user_tag(user))


class Me(ApiView):
    """Oneself; any token or key may ask."""

    permission_classes: ClassVar[list[type[BasePermission]]] = [SignedIn]

    @describe(
        "Show oneself",
        gives=MeOut,
        examples=[("Alice", ME)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """With the permissions that the token or key at hand allows."""
        return _shown(request.user)

    @describe(
        "Change one's name",
        takes=_NameIn,
        gives=MeOut,
        also=(409,),
        sends=[("Alice", {"name": "Alice Ferreira"})],
        examples=[("Alice", ME | {"name": "Alice Ferreira"})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request) -> Response:
        """The address is an administrator's to change: it is how deeds are signed. 403 by key."""
        require(request.user.limited_to is None, NOT_BY_KEY)
        wish = read_body(_NameIn, request)
        with transaction.atomic(), in_words():
            kept = User.objects.select_for_update().get(pk=request.user.pk)
            require_match(request, user_tag(kept), yours=wish, theirs={"name": kept.name})
            members.change_particulars(
                user=kept, email=kept.email, name=wish["name"], by=request.user
            )
        return _shown(kept)
