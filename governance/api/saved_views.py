"""Ways to look at the portfolio that people keep under a name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ApiView,
    ListOf,
    Lists,
    address,
    describe,
    entity_tag,
    listed,
    one,
    read_body,
    require_match,
)
from accounts.api_errors import Conflict, Unusable
from accounts.permissions import Permission
from accounts.policies import require
from governance.api.shapes import CharterPersonOut, Shape, Text, Time
from governance.models import SavedView
from governance.portfolio.asked import Asked
from governance.portfolio_forms import PortfolioForm, ViewForm
from governance.services import saved_views

TAG = "Portfolio"
VIEWS = ListOf("saved_views", order=("name", "pk"))
NEEDS = {
    "GET": Permission.SESSION_VIEW,
    "POST": Permission.SESSION_ANSWER,
    "DELETE": Permission.SESSION_ANSWER,
}
FULL = f"You keep {saved_views.MOST_VIEWS} views already. Delete one that you do not use."
NOT_YOURS = "Only whoever saved this view deletes it."
UNKNOWN = "There is no such filter."


class SavedViewIn(Shape):
    """A name for filters; the one of that name is replaced."""

    name = Text(max_length=80)
    filters = serializers.DictField(
        child=Text(),
        required=False,
        default=dict,
        help_text="Those of GET /inventory as text, and `order`.",
    )
    is_shared = serializers.BooleanField(
        required=False, default=False, help_text="Whoever has its link may use it."
    )


class SavedViewOut(Shape):
    id = serializers.UUIDField()
    name = Text()
    filters = serializers.DictField(child=Text())
    is_shared = serializers.BooleanField()
    owner = CharterPersonOut()
    saved_at = Time()
    url = Text(help_text="Its page, which shows each reader what that person may see.")


COLUMNS = (
    *("pk", "code", "name", "query", "is_shared", "saved_at"),
    *("owner__code", "owner__name"),
)


def _data(request: Request, row: Mapping[str, Any]) -> dict[str, Any]:
    path = reverse("governance:portfolio-view", args=[row["code"]])
    return {
        "id": row["code"],
        "name": row["name"],
        "filters": dict(parse_qsl(row["query"])),
        "is_shared": row["is_shared"],
        "owner": {"id": row["owner__code"], "name": row["owner__name"]},
        "saved_at": row["saved_at"],
        "url": request.build_absolute_uri(path),
    }


def _shown(request: Request, view: SavedView) -> dict[str, Any]:
    return _data(request, SavedView.objects.values(*COLUMNS).get(pk=view.pk))


def _tag(view: SavedView) -> str:
    return entity_tag("saved-view", view.code, view.name, view.query, view.is_shared)


def _seen(request: Request) -> QuerySet[SavedView]:
    return saved_views.usable_by(request.user)


def _asked(filters: dict[str, str]) -> Asked:
    """What the page would make of the same filters. Raises Unusable."""
    form = PortfolioForm(filters)
    faults = {name: [UNKNOWN] for name in filters if name not in form.fields}
    if not form.is_valid():
        faults |= {name: [str(one) for one in said] for name, said in form.errors.items()}
    if faults:
        raise Unusable({"filters": faults})
    return form.asked()


class SavedViews(ApiView):
    """One's own views, and those that others shared."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe("List saved views", gives=Lists(SavedViewOut), reads=VIEWS.parameters, tag=TAG)
    def get(self, request: Request) -> Response:
        """In the order of their names."""
        rows = _seen(request).values(*COLUMNS)
        return listed(VIEWS, request, rows, shape=lambda row: _data(request, row))

    @describe(
        "Save a view",
        takes=SavedViewIn,
        gives=SavedViewOut,
        status=201,
        also=(409,),
        sends=[("Halted", {"name": "Halted", "filters": {"decision": "halt"}})],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """Under a name of one's own; a view of that name is replaced."""
        wish = read_body(SavedViewIn, request)
        named = ViewForm({"name": wish["name"]})
        if not named.is_valid():
            raise Unusable({"name": [str(said) for said in named.errors["name"]]})
        try:
            view = saved_views.save_view(
                name=named.cleaned_data["name"],
                asked=_asked(wish["filters"]),
                is_shared=wish["is_shared"],
                by=request.user,
            )
        except saved_views.TooManyViews:
            raise Conflict(FULL) from None
        where = address(request, "saved-view", view.code)
        return one(_shown(request, view), tag=_tag(view), status=201, location=where)


class OneSavedView(ApiView):
    """One view."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe("Show a saved view", gives=SavedViewOut, also=(404,), tells_version=True, tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """One's own, or a shared one."""
        view = get_object_or_404(_seen(request), code=code)
        return one(_shown(request, view), tag=_tag(view))

    @describe("Delete a saved view", status=204, also=(404,), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID) -> Response:
        """Its link leads nowhere from then on."""
        view = get_object_or_404(_seen(request), code=code)
        require(view.owner_id == request.user.pk, NOT_YOURS)
        require_match(request, _tag(view))
        saved_views.forget_view(view=view, by=request.user)
        return Response(status=204)
