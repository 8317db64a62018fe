"""Users for programs, and who answers for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.people import WhoOut
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
from accounts.api_errors import Unusable
from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.services import service_accounts
from accounts.services.service_accounts import CannotMake

TAG = "Service accounts"
NOBODY = "There is no active person with this id."
ROLES = [one for one in Role.choices if one[0] != Role.SUPERADMIN]
COLUMNS = (
    "pk",
    "code",
    "name",
    "role",
    "is_active",
    "joined_at",
    "human_owner__code",
    "human_owner__name",
    "key_count",
)
ADA = {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Ada"}
EXAMPLE = {
    "id": "c2b7a0d4-2f4f-4b6e-9a44-0b0c2a7b5e21",
    "name": "Nightly report",
    "role": "user",
    "is_active": True,
    "owner": ADA,
    "key_count": 1,
    "made_at": "2026-11-21T09:00:00Z",
}


class _AccountIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    owner = serializers.UUIDField(
        required=False, help_text="The person who answers for it; without it you do."
    )
    role = serializers.ChoiceField(ROLES, required=False, default=Role.USER)

    class Meta:
        ref_name = "ServiceAccountIn"


class _OwnerIn(serializers.Serializer[Any]):
    owner = serializers.UUIDField(help_text="Who answers for it from now on.")

    class Meta:
        ref_name = "OwnerIn"


class ServiceAccountOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(ROLES)
    is_active = serializers.BooleanField()
    owner = WhoOut()
    key_count = serializers.IntegerField(help_text="Keys that open something now.")
    made_at = serializers.DateTimeField()


ACCOUNTS = ListOf("accounts", order=("-pk",))


def _rows() -> QuerySet[Any, Any]:
    works = Q(api_keys__revoked_at=None, api_keys__expires_at__gt=Now())
    found = User.objects.filter(kind=User.Kind.SERVICE)
    return found.annotate(key_count=Count("api_keys", filter=works)).values(*COLUMNS)


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "name": row["name"],
        "role": row["role"],
        "is_active": row["is_active"],
        "owner": {"id": row["human_owner__code"], "name": row["human_owner__name"]},
        "key_count": row["key_count"],
        "made_at": row["joined_at"],
    }


def _account(code: uuid.UUID) -> User:
    found = User.objects.filter(code=code, kind=User.Kind.SERVICE).first()
    if found is None:
        raise Http404("There is no such service account.")
    return found


def _person(code: uuid.UUID) -> User:
    found = User.objects.active().filter(code=code, kind=User.Kind.PERSON).first()
    if found is None:
        raise Unusable({"owner": [NOBODY]})
    return found


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except CannotMake as fault:
        raise Unusable({fault.field: [str(fault)]}) from None


class ServiceAccounts(ApiView):
    """All of them."""

    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(("GET", "POST"), Permission.KEY_MANAGE)

    @describe(
        "List service accounts",
        gives=Lists(ServiceAccountOut),
        reads=ACCOUNTS.parameters,
        examples=[("First page", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        return listed(ACCOUNTS, request, _rows(), shape=_data)

    @describe(
        "Make a service account",
        takes=_AccountIn,
        gives=ServiceAccountOut,
        status=201,
        sends=[("For a report", {"name": "Nightly report"})],
        examples=[("Made", EXAMPLE | {"key_count": 0})],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """A user for a program; its first key is made with POST /keys. Its role allows at most what
        you may yourself.
        """
        wish = read_body(_AccountIn, request)
        owner = _person(wish["owner"]) if "owner" in wish else request.user
        with _in_words():
            made = service_accounts.make_service_account(
                name=wish["name"], role=wish["role"], owner=owner, by=request.user
            )
        where = address(request, "service-account", made.code)
        return one(_data(_rows().get(pk=made.pk)), status=201, location=where)


class OneServiceAccount(ApiView):
    """One of them."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.KEY_MANAGE}

    @describe(
        "Show a service account",
        gives=ServiceAccountOut,
        also=(404,),
        examples=[("Works", EXAMPLE)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        return Response(_data(_rows().get(pk=_account(code).pk)))


class HandOver(ApiView):
    """Another owner."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.KEY_MANAGE}

    @describe(
        "Hand a service account over",
        takes=_OwnerIn,
        gives=ServiceAccountOut,
        also=(404,),
        sends=[("To Ada", {"owner": ADA["id"]})],
        examples=[("Handed over", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Another person answers for it. Its keys go on working: renew those whose secret the one
        before may have kept.
        """
        account = _account(code)
        owner = _person(read_body(_OwnerIn, request)["owner"])
        with _in_words():
            service_accounts.hand_over_service_account(
                account=account, owner=owner, by=request.user
            )
        return Response(_data(_rows().get(pk=account.pk)))
