"""Asking people in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.people import NothingIn, WhoOut, in_words
from accounts.api_conventions import (
    ApiView,
    ListOf,
    Lists,
    address,
    describe,
    listed,
    one,
    read_body,
)
from accounts.api_errors import Conflict
from accounts.models import Invitation
from accounts.permissions import Permission, Role
from accounts.policies import require
from accounts.services import members

TAG = "Invitations"
NOT_TO_GIVE = "This role is not yours to give."
OVER = "This invitation was accepted or withdrawn already."
STATES = ["open", "expired", "accepted", "withdrawn"]
COLUMNS = (
    "pk",
    "code",
    "email",
    "role",
    "invited_at",
    "invited_by__code",
    "invited_by__name",
    "expires_at",
    "accepted_at",
    "withdrawn_at",
)
EXAMPLE = {
    "id": "3f0e8c8e-51b5-4b2b-8f0e-5a1d7c9e2b44",
    "email": "ben@example.org",
    "role": "user",
    "state": "open",
    "invited_at": "2026-11-21T09:00:00Z",
    "invited_by": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Ada"},
    "expires_at": "2026-11-28T09:00:00Z",
}


class _Filters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(STATES, required=False)


class _InviteIn(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices, required=False, default=Role.USER)

    class Meta:
        ref_name = "InviteIn"


class InvitationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Another one once it is sent again.")
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)
    state = serializers.ChoiceField(STATES)
    invited_at = serializers.DateTimeField()
    invited_by = WhoOut()
    expires_at = serializers.DateTimeField()


INVITATIONS = ListOf("invitations", order=("-pk",), filters=_Filters)


def _rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
    waiting = Q(accepted_at=None, withdrawn_at=None)
    wanted = {
        "open": waiting & Q(expires_at__gt=timezone.now()),
        "expired": waiting & Q(expires_at__lte=timezone.now()),
        "accepted": Q(accepted_at__isnull=False),
        "withdrawn": Q(withdrawn_at__isnull=False),
    }
    return Invitation.objects.filter(wanted.get(asked.get("state", ""), Q())).values(*COLUMNS)


def _state(row: Mapping[str, Any]) -> str:
    if row["accepted_at"]:
        return "accepted"
    if row["withdrawn_at"]:
        return "withdrawn"
    return "open" if row["expires_at"] > timezone.now() else "expired"


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "email": row["email"],
        "role": row["role"],
        "state": _state(row),
        "invited_at": row["invited_at"],
        "invited_by": {"id": row["invited_by__code"], "name": row["invited_by__name"]},
        "expires_at": row["expires_at"],
    }


def _shown(request: Request, pk: int, *, status: int = 200) -> Response:
    row = _rows({}).get(pk=pk)
    where = address(request, "invitation", row["code"])
    return one(_data(row), status=status, location=where if status == 201 else "")


def _found(code: uuid.UUID) -> Invitation:
    found = Invitation.objects.filter(code=code).first()
    if found is None:
        raise Http404("There is no such invitation.")
    return found


class Invitations(ApiView):
    """All of them."""

    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(("GET", "POST"), Permission.USER_MANAGE)

    @describe(
        "List invitations",
        gives=Lists(InvitationOut),
        reads=INVITATIONS.parameters,
        examples=[("First page", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """The latest first, whatever became of them; `state` picks."""
        return listed(INVITATIONS, request, _rows, shape=_data)

    @describe(
        "Invite somebody",
        takes=_InviteIn,
        gives=InvitationOut,
        status=201,
        sends=[("A requester", {"email": "ben@example.org", "role": "user"})],
        examples=[("Sent", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """Sends a link that works for a week, once. 403 for a role that is not yours to give, 409
        where the address is here or invited already.
        """
        wish = read_body(_InviteIn, request)
        require(wish["role"] in members.roles_to_give(request.user), NOT_TO_GIVE)
        with in_words():
            sent = members.invite_member(by=request.user, **wish)
        return _shown(request, sent.pk, status=201)


class OneInvitation(ApiView):
    """One of them."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.USER_MANAGE}

    @describe(
        "Show an invitation",
        gives=InvitationOut,
        also=(404,),
        examples=[("Open", EXAMPLE)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        return _shown(request, _found(code).pk)


class _Deed(ApiView):
    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.USER_MANAGE}

    def do(
        self, request: Request, code: uuid.UUID, verb: Callable[..., Any], status: int
    ) -> Response:
        read_body(NothingIn, request)
        found = _found(code)
        try:
            verb(invitation=found, by=request.user)
        except members.InvitationOver:
            raise Conflict(OVER) from None
        return _shown(request, found.pk, status=status)


class Resend(_Deed):
    """A new link."""

    @describe(
        "Send an invitation again",
        takes=NothingIn,
        gives=InvitationOut,
        status=201,
        also=(404,),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The link before no longer works, and the invitation has a new id."""
        return self.do(request, code, members.resend_invitation, 201)


class Withdraw(_Deed):
    """No link any more."""

    @describe("Withdraw an invitation", takes=NothingIn, gives=InvitationOut, also=(404,), tag=TAG)
    def post(self, request: Request, code: uuid.UUID) -> Response:
        return self.do(request, code, members.withdraw_invitation, 200)
