"""API keys: made and renewed with a secret that is shown once, and ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
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
from accounts.api_errors import Conflict, Unusable
from accounts.models import ApiKey, User
from accounts.permissions import Permission
from accounts.policies import has_permission, may_have_keys_of, may_revoke_keys_of, require
from accounts.services import keys

TAG = "Keys"
NOT_ALL = "Only administrators see everybody's keys."
ONLY_HOLDER = "Only its holder renews this key."
NO_HOLDER = "There is no active account with this id for which you may make keys."
STATES = ["works", "expired", "revoked", "holder_deactivated"]
COLUMNS = (
    "pk",
    "prefix",
    "name",
    "user__code",
    "user__name",
    "user__is_active",
    "scopes",
    "networks",
    "created_at",
    "expires_at",
    "last_used_at",
    "revoked_at",
    "replaces__prefix",
)
EXAMPLE = {
    "prefix": "a92v471foogq",
    "name": "Nightly report",
    "holder": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Nightly report"},
    "state": "works",
    "scopes": ["session.view"],
    "networks": ["10.0.0.0/8"],
    "created_at": "2026-11-21T09:00:00Z",
    "expires_at": "2027-02-19T09:00:00Z",
    "last_used_at": None,
    "replaces": None,
}


class _Filters(serializers.Serializer[Any]):
    whose = serializers.ChoiceField(
        ["mine", "all"],
        required=False,
        help_text="mine = also of service accounts that you answer for; all takes key.manage.",
    )
    holder = serializers.UUIDField(required=False)


class _KeyIn(serializers.Serializer[Any]):
    holder = serializers.UUIDField(
        required=False, help_text="A service account's id; without it the key is yours."
    )
    name = serializers.CharField(max_length=200, help_text="What it is for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(list(Permission)), allow_empty=False
    )
    days = serializers.IntegerField(
        required=False, min_value=1, help_text="Until it expires; without it a year at most."
    )
    networks = serializers.ListField(
        child=serializers.CharField(max_length=50),
        required=False,
        default=list,
        max_length=50,
        help_text="CIDRs; none = from everywhere.",
    )

    class Meta:
        ref_name = "KeyIn"


class _RotateIn(serializers.Serializer[Any]):
    overlap_days = serializers.IntegerField(
        required=False,
        default=keys.OVERLAP_DAYS,
        min_value=0,
        help_text="For how long both work; 0 ends the older one now.",
    )

    class Meta:
        ref_name = "RotateIn"


class _RevokeIn(serializers.Serializer[Any]):
    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)

    class Meta:
        ref_name = "RevokeIn"


class KeyOut(serializers.Serializer[Any]):
    prefix = serializers.CharField(help_text="Its public part: uaip_<prefix>_<secret>.")
    name = serializers.CharField()
    holder = WhoOut()
    state = serializers.ChoiceField(STATES)
    scopes = serializers.ListField(child=serializers.CharField())
    networks = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    replaces = serializers.CharField(allow_null=True, help_text="The prefix of the one before.")


class NewKeyOut(KeyOut):
    secret = serializers.CharField(help_text="The whole key. Shown now and never again.")


SHOWN_ONCE = EXAMPLE | {"secret": "uaip_a92v471foogq_gLK1zVgemFn-fLgXyuRpSW6eAbAdWN_r3VH8gFt9fWw"}
KEYS = ListOf("keys", order=("-pk",), filters=_Filters)


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "prefix": row["prefix"],
        "name": row["name"],
        "holder": {"id": row["user__code"], "name": row["user__name"]},
        "state": _state(row, timezone.now()),
        "scopes": row["scopes"],
        "networks": row["networks"],
        "created_at": row["created_at"],
        "expires_at": row["expires_at"],
        "last_used_at": row["last_used_at"],
        "replaces": row["replaces__prefix"],
    }


def _state(row: Mapping[str, Any], now: datetime) -> str:
    if row["revoked_at"] is not None:
        return "revoked"
    if row["expires_at"] <= now:
        return "expired"
    return "works" if row["user__is_active"] else "holder_deactivated"


def _row(key: ApiKey) -> dict[str, Any]:
    return _data(ApiKey.objects.values(*COLUMNS).get(pk=key.pk))


def _key(request: Request, prefix: str) -> ApiKey:
    """The key, for those who may end it; else there is none. Raises Http404."""
    found = ApiKey.objects.select_related("user__human_owner").filter(prefix=prefix).first()
    if found is None or not may_revoke_keys_of(request.user, found.user):
        raise Http404("There is no such key.")
    return found


def _holder(request: Request, code: uuid.UUID | None) -> User:
    """Raises Unusable (422): whether somebody else is there is not told."""
    if code is None:
        return request.user
    found = User.objects.active().filter(code=code).first()
    if found is None or not may_have_keys_of(request.user, found):
        raise Unusable({"holder": [NO_HOLDER]})
    return found


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except keys.CannotIssue as fault:
        if not fault.field:
            raise Conflict(str(fault)) from None
        raise Unusable({fault.field: [str(fault)]}) from None


def _shown_once(request: Request, made: keys.NewKey) -> Response:
    """The one reply that holds a secret: nothing on the way keeps it, nor does a replay."""
    where = address(request, "key", made.key.prefix)
    response = one(_row(made.key) | {"secret": made.secret}, status=201, location=where)
    response["Cache-Control"] = "no-store"
    return response


class Keys(ApiView):
    """All that one may end."""

    shows_secret = True
    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(("GET", "POST"), Permission.KEY_ISSUE)

    @describe(
        "List keys",
        gives=Lists(KeyOut),
        reads=KEYS.parameters,
        examples=[("First page", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """The latest first, without any secret."""

        def rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            found = ApiKey.objects.all()
            if asked.get("whose") == "all":
                require(has_permission(request.user, Permission.KEY_MANAGE), NOT_ALL)
            else:
                found = found.filter(Q(user=request.user) | Q(user__human_owner=request.user))
            if "holder" in asked:
                found = found.filter(user__code=asked["holder"])
            return found.values(*COLUMNS)

        return listed(KEYS, request, rows, shape=_data)

    @describe(
        "Make a key",
        takes=_KeyIn,
        gives=NewKeyOut,
        status=201,
        sends=[("To read", {"name": "Nightly report", "scopes": ["session.view"], "days": 90})],
        examples=[("Shown once", SHOWN_ONCE)],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """The secret is in this reply and nowhere else: sent again with the same Idempotency-Key
        the answer is 409. Nobody makes a key that may more than the one he uses.
        """
        wish = read_body(_KeyIn, request)
        holder = _holder(request, wish.pop("holder", None))
        with _in_words():
            made = keys.issue_key(user=holder, by=request.user, **wish)
        return _shown_once(request, made)


class OneKey(ApiView):
    """One of them."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.KEY_ISSUE}

    @describe("Show a key", gives=KeyOut, also=(404,), examples=[("Works", EXAMPLE)], tag=TAG)
    def get(self, request: Request, prefix: str) -> Response:
        return Response(_row(_key(request, prefix)))


class Rotate(ApiView):
    """Its successor."""

    shows_secret = True
    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.KEY_ISSUE}

    @describe(
        "Renew a key",
        takes=_RotateIn,
        gives=NewKeyOut,
        status=201,
        also=(404,),
        examples=[("Shown once", SHOWN_ONCE | {"replaces": "q3k1m0z7y5b2"})],
        tag=TAG,
    )
    def post(self, request: Request, prefix: str) -> Response:
        """A successor with the same name, scopes and networks and a new secret, in this reply and
        nowhere else. 409 for a key that ended or was renewed already.
        """
        key = _key(request, prefix)
        require(may_have_keys_of(request.user, key.user), ONLY_HOLDER)
        days = read_body(_RotateIn, request)["overlap_days"]
        with _in_words():
            made = keys.rotate_key(key=key, by=request.user, overlap_days=days)
        return _shown_once(request, made)


class Revoke(ApiView):
    """Its end."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.KEY_ISSUE}

    @describe(
        "Revoke a key",
        takes=_RevokeIn,
        gives=KeyOut,
        also=(404,),
        sends=[("Seen by others", {"why": "It stood in a chat"})],
        examples=[("Revoked", EXAMPLE | {"state": "revoked"})],
        tag=TAG,
    )
    def post(self, request: Request, prefix: str) -> Response:
        """It opens nothing from now on; revoking twice changes nothing."""
        key = _key(request, prefix)
        keys.revoke_key(key=key, by=request.user, why=read_body(_RevokeIn, request)["why"])
        return Response(_row(key))
