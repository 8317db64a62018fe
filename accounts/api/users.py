"""People for those who manage them: the list, roles, and access."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.people import (
    COLUMNS,
    EXAMPLE,
    TAG,
    NothingIn,
    UserOut,
    data_of,
    in_words,
    user_data,
    user_tag,
)
from accounts.api_conventions import (
    ApiView,
    ListOf,
    Lists,
    describe,
    listed,
    one,
    read_body,
    require_match,
)
from accounts.models import User
from accounts.people_search import people_found
from accounts.permissions import Permission, Role
from accounts.policies import require
from accounts.services import members

NOT_YOURS = "You may see this person but not change them."
NOT_TO_GIVE = "This role is not yours to give."
NO_OPERATORS = "Only a SuperAdmin makes operators."


class _UserFilters(serializers.Serializer[Any]):
    q = serializers.CharField(
        required=False, max_length=100, help_text="Part of a name or an address."
    )
    role = serializers.ChoiceField(Role.choices, required=False)
    state = serializers.ChoiceField(["active", "deactivated"], required=False)


class _RoleIn(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices, required=False)
    is_operator = serializers.BooleanField(required=False)

    class Meta:
        ref_name = "RoleIn"


class _WhyIn(serializers.Serializer[Any]):
    why = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Kept in the record of deeds.",
    )

    class Meta:
        ref_name = "WhyIn"


USERS = ListOf("users", order=("-pk",), filters=_UserFilters)


def _person(code: uuid.UUID) -> User:
    found = User.objects.filter(code=code, kind=User.Kind.PERSON).first()
    if found is None:
        raise Http404("There is no such person.")
    return found


class _Managers(ApiView):
    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(
        ("GET", "POST", "PATCH"), Permission.USER_MANAGE
    )


class Users(_Managers):
    """Everybody."""

    @describe(
        "List people",
        gives=Lists(UserOut),
        reads=USERS.parameters,
        examples=[("First page", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """Who came last is first; service accounts have a list of their own."""

        def rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            return people_found(**asked).values(*COLUMNS)

        return listed(USERS, request, rows, shape=user_data)


class OneUser(_Managers):
    """One person."""

    @describe(
        "Show a person",
        gives=UserOut,
        also=(404,),
        examples=[("Alice", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        user = _person(code)
        return one(data_of(user), tag=user_tag(user))

    @describe(
        "Change a role",
        takes=_RoleIn,
        gives=UserOut,
        also=(404, 409),
        sends=[("A reviewer", {"role": "reviewer"})],
        examples=[("Alice", EXAMPLE | {"role": "reviewer"})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """Role, operator's mark, or both. It counts from the next request on. Nobody changes
        himself, and only a SuperAdmin an administrator (403); the last SuperAdmin stays (409), and a
        new one takes two (409): ask for it under `/promotions`.
        """
        user, by = _person(code), request.user
        wish = read_body(_RoleIn, request)
        require(members.may_manage(by, user), NOT_YOURS)
        before = {"role": user.role, "is_operator": user.is_operator}
        after = before | wish
        is_given = after["role"] == user.role or after["role"] in members.roles_to_give(by)
        # A SuperAdmin may not do it alone, which the service says: 409.
        require(is_given or by.role == Role.SUPERADMIN, NOT_TO_GIVE)
        is_kept = after["is_operator"] == user.is_operator or by.role == Role.SUPERADMIN
        require(is_kept, NO_OPERATORS)
        require_match(request, user_tag(user), yours=wish, theirs=before)
        with in_words():
            members.change_role(user=user, by=by, **after)
        return one(data_of(user), tag=user_tag(user))


class _Deed(_Managers):
    """What is done to somebody's access."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.USER_MANAGE}

    def do(self, request: Request, code: uuid.UUID, verb: Callable[..., Any]) -> Response:
        user = _person(code)
        require(members.may_manage(request.user, user), NOT_YOURS)
        with in_words():
            verb(user=user, by=request.user)
        return one(data_of(user), tag=user_tag(user))


class Deactivate(_Deed):
    """Showing somebody out."""

    @describe(
        "Deactivate a person",
        takes=_WhyIn,
        gives=UserOut,
        also=(404, 409),
        sends=[("Left", {"why": "Left the house"})],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Sessions, tokens and keys end at once; deeds and interviews stay."""
        why = read_body(_WhyIn, request)["why"]

        def verb(**who: Any) -> None:
            members.deactivate_member(why=why, **who)

        return self.do(request, code, verb)


class Reactivate(_Deed):
    """Letting somebody in again."""

    @describe(
        "Reactivate a person",
        takes=NothingIn,
        gives=UserOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Keys that were revoked stay revoked. 409 for one who was erased."""
        read_body(NothingIn, request)
        return self.do(request, code, members.reactivate_member)


class SignOut(_Deed):
    """Ending what is open."""

    @describe(
        "Sign a person out everywhere",
        takes=NothingIn,
        gives=UserOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Sessions, tokens and keys end; the person may sign in again."""
        read_body(NothingIn, request)
        return self.do(request, code, members.sign_out_everywhere)
