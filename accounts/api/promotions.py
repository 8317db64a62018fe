"""Making SuperAdmins, which takes two."""

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
from accounts.api_errors import Conflict, Unusable
from accounts.models import Promotion, User
from accounts.permissions import Permission
from accounts.policies import require
from accounts.services import promotions

TAG = "People"
ONLY_CHIEFS = "Only a SuperAdmin who signed in makes SuperAdmins; a key cannot."
OVER = "This was confirmed, refused or taken back meanwhile, or a day went by."
NOBODY = "There is nobody with this id."
STATES = ["open", "confirmed", "refused", "withdrawn", "expired"]
COLUMNS = (
    "pk",
    "code",
    "user__code",
    "user__name",
    "asked_at",
    "asked_by__code",
    "asked_by__name",
    "expires_at",
    "closed_at",
    "closed_by__code",
    "closed_by__name",
    "outcome",
)
EXAMPLE = {
    "id": "5f1e1f0a-6a8e-4f43-9a53-0c1b6f4f1a77",
    "person": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Alice"},
    "state": "open",
    "asked_at": "2026-11-21T09:00:00Z",
    "asked_by": {"id": "0d9f3b7e-1c55-4b7e-9f0b-5b8f7b0f2f11", "name": "Sue"},
    "expires_at": "2026-11-22T09:00:00Z",
    "closed_at": None,
    "closed_by": None,
}


class _Filters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(STATES, required=False)


class _PromoteIn(serializers.Serializer[Any]):
    person = serializers.UUIDField(help_text="Who is to become a SuperAdmin.")

    class Meta:
        ref_name = "PromoteIn"


class PromotionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = WhoOut()
    state = serializers.ChoiceField(STATES)
    asked_at = serializers.DateTimeField()
    asked_by = WhoOut()
    expires_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = WhoOut(allow_null=True)


PROMOTIONS = ListOf("promotions", order=("-pk",), filters=_Filters)


def _rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
    state = asked.get("state", "")
    over = Q(outcome="", expires_at__lte=timezone.now())
    wanted = {
        "": Q(),
        "open": Q(outcome="", expires_at__gt=timezone.now()),
        "expired": over | Q(outcome="expired"),
    }
    return Promotion.objects.filter(wanted.get(state, Q(outcome=state))).values(*COLUMNS)


def _state(row: Mapping[str, Any]) -> str:
    if row["outcome"]:
        return str(row["outcome"])
    return "open" if row["expires_at"] > timezone.now() else "expired"


def _who(row: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    if row[f"{name}__code"] is None:
        return None
    return {"id": row[f"{name}__code"], "name": row[f"{name}__name"]}


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "person": _who(row, "user"),
        "state": _state(row),
        "asked_at": row["asked_at"],
        "asked_by": _who(row, "asked_by"),
        "expires_at": row["expires_at"],
        "closed_at": row["closed_at"],
        "closed_by": _who(row, "closed_by"),
    }


def _shown(request: Request, pk: int, *, status: int = 200) -> Response:
    row = _rows({}).get(pk=pk)
    where = address(request, "promotion", row["code"])
    return one(_data(row), status=status, location=where if status == 201 else "")


def _found(code: uuid.UUID) -> Promotion:
    found = Promotion.objects.filter(code=code).first()
    if found is None:
        raise Http404("There is no such wish.")
    return found


class Promotions(ApiView):
    """All of them."""

    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(("GET", "POST"), Permission.USER_MANAGE)

    @describe(
        "List promotions",
        gives=Lists(PromotionOut),
        reads=PROMOTIONS.parameters,
        examples=[("First page", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """Who was to become a SuperAdmin, the latest first; `state` picks."""
        return listed(PROMOTIONS, request, _rows, shape=_data)

    @describe(
        "Ask for a SuperAdmin",
        takes=_PromoteIn,
        gives=PromotionOut,
        status=201,
        also=(409,),
        sends=[("Alice", {"person": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10"})],
        examples=[("Asked", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """Nothing changes before another SuperAdmin confirms it, within a day. 403 for everybody
        but SuperAdmins who signed in; 409 where it was asked already or there is no second one.
        """
        wish = read_body(_PromoteIn, request)
        require(promotions.may_promote(request.user), ONLY_CHIEFS)
        user = User.objects.filter(code=wish["person"], kind=User.Kind.PERSON).first()
        if user is None:
            raise Unusable({"person": [NOBODY]})
        with in_words():
            asked = promotions.ask_promotion(user=user, by=request.user)
        return _shown(request, asked.pk, status=201)


class OnePromotion(ApiView):
    """One of them."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.USER_MANAGE}

    @describe(
        "Show a promotion",
        gives=PromotionOut,
        also=(404,),
        examples=[("Waiting", EXAMPLE)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        return _shown(request, _found(code).pk)


class _Deed(ApiView):
    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.USER_MANAGE}

    def do(self, request: Request, code: uuid.UUID, verb: Callable[..., Any]) -> Response:
        read_body(NothingIn, request)
        found = _found(code)
        require(promotions.may_promote(request.user), ONLY_CHIEFS)
        try:
            with in_words():
                verb(promotion=found, by=request.user)
        except promotions.PromotionOver:
            raise Conflict(OVER) from None
        return _shown(request, found.pk)


class Confirm(_Deed):
    """The second yes."""

    @describe(
        "Confirm a promotion",
        takes=NothingIn,
        gives=PromotionOut,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The person is a SuperAdmin from the next request on. 409 for whoever asked."""
        return self.do(request, code, promotions.confirm_promotion)


class Refuse(_Deed):
    """A no."""

    @describe(
        "Refuse a promotion",
        takes=NothingIn,
        gives=PromotionOut,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Whoever asked takes it back by the same."""
        return self.do(request, code, promotions.refuse_promotion)
