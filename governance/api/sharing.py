"""Links by which people without an account read a charter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, address, describe, listed, one, read_body
from accounts.permissions import Permission
from accounts.policies import require
from charters.models import Charter, Revision
from governance import policies
from governance.api.cases import CaseView, charter_seen
from governance.api.shapes import CharterPersonOut, NothingIn, Number, Shape, Text, Time
from governance.models import ShareLink
from governance.services import sharing

TAG = "Charters"
LINKS = ListOf("links", order=("-pk",))
HOUR = timedelta(hours=1)
PROFILES = ShareLink.Profile.values


class ShareLinkIn(Shape):
    """A new link."""

    revision = Number(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Without it the newest."
    )
    profile = serializers.ChoiceField(
        PROFILES, required=False, default="external", help_text="full: administrators only."
    )
    hours = Number(
        required=False,
        default=sharing.USUAL // HOUR,
        min_value=sharing.SHORTEST // HOUR,
        max_value=sharing.LONGEST // HOUR,
        help_text="How long it works.",
    )
    purpose = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=100,
        help_text="For whom; whoever opens it does not see this.",
    )


class ShareLinkOut(Shape):
    """A link; its secret is never in it."""

    id = serializers.UUIDField()
    revision = Number()
    profile = serializers.ChoiceField(PROFILES)
    purpose = Text(allow_blank=True)
    is_open = serializers.BooleanField()
    created_at = Time()
    created_by = CharterPersonOut()
    expires_at = Time()
    revoked_at = Time(allow_null=True)
    open_count = Number(help_text="How often it was opened or a file taken.")
    last_opened_at = Time(allow_null=True)


class ShareLinkMadeOut(ShareLinkOut):
    """A link with its address, this once."""

    url = Text(help_text="What to send; the secret is in it.")


COLUMNS = (
    *("pk", "code", "revision__number", "profile", "purpose", "created_at", "expires_at"),
    *("created_by__code", "created_by__name", "revoked_at", "open_count", "last_opened_at"),
)


def link_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A link as the API gives it, from COLUMNS."""
    named = ("profile", "purpose", "created_at", "expires_at", "revoked_at")
    more = ("open_count", "last_opened_at")
    return {name: row[name] for name in (*named, *more)} | {
        "id": row["code"],
        "revision": row["revision__number"],
        "is_open": row["revoked_at"] is None and row["expires_at"] > timezone.now(),
        "created_by": {"id": row["created_by__code"], "name": row["created_by__name"]},
    }


class LinkView(CaseView):
    """An address below the links of a charter, for whoever may share it."""

    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(
        ("GET", "POST"), Permission.CHARTER_ISSUE
    )

    def charter(self, request: Request, code: uuid.UUID) -> Charter:
        """Raises Http404, PermissionDenied."""
        charter = charter_seen(request, code)
        require(policies.may_share(request.user, charter), sharing.NOT_YOURS)
        return charter

    def link(self, charter: Charter, code: uuid.UUID) -> ShareLink:
        """Raises Http404."""
        whole = _links(charter).select_related("revision__charter__session")
        found = whole.defer("revision__content").filter(code=code).first()
        if found is None:
            raise Http404("There is no such link.")
        return found


def _links(charter: Charter) -> QuerySet[ShareLink]:
    return ShareLink.objects.filter(revision__charter=charter)


def _shown(link: ShareLink) -> dict[str, Any]:
    return link_data(ShareLink.objects.values(*COLUMNS).get(pk=link.pk))


class ShareLinks(LinkView):
    """The links of a charter."""

    shows_secret = True

    @describe(
        "List share links", gives=Lists(ShareLinkOut), reads=LINKS.parameters, also=(404,), tag=TAG
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """The latest first, with those that are over."""
        rows = _links(self.charter(request, code)).values(*COLUMNS)
        return listed(LINKS, request, rows, shape=link_data)

    @describe(
        "Share a charter",
        takes=ShareLinkIn,
        gives=ShareLinkMadeOut,
        status=201,
        also=(404, 409),
        sends=[("For a week", {"profile": "external", "hours": 168, "purpose": "Auditor"})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The address is in this reply and in none after it."""
        charter = self.charter(request, code)
        wish = read_body(ShareLinkIn, request)
        made = sharing.share_revision(
            revision=_revision(charter, wish.get("revision")),
            profile=wish["profile"],
            lasts=wish["hours"] * HOUR,
            purpose=wish["purpose"],
            by=request.user,
        )
        path = reverse("governance:shared", args=[made.secret])
        where = address(request, "share-link", charter.code, made.link.code)
        shown = _shown(made.link) | {"url": request.build_absolute_uri(path)}
        return one(shown, status=201, location=where)


def _revision(charter: Charter, number: int | None) -> Revision:
    """Raises Http404."""
    found = charter.revisions.defer("content").order_by("-number")
    revision = (found.filter(number=number) if number else found).first()
    if revision is None:
        raise Http404("There is no such revision.")
    revision.charter = charter
    return revision


class OneShareLink(LinkView):
    """One link."""

    @describe("Show a share link", gives=ShareLinkOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, link: uuid.UUID) -> Response:
        """With how often it was opened."""
        return Response(_shown(self.link(self.charter(request, code), link)))


class RevokedLink(LinkView):
    """The end of a link."""

    @describe("Revoke a share link", takes=NothingIn, gives=ShareLinkOut, also=(404, 409), tag=TAG)
    def post(self, request: Request, code: uuid.UUID, link: uuid.UUID) -> Response:
        """At once; it cannot be revived."""
        charter = self.charter(request, code)
        found = self.link(charter, link)
        read_body(NothingIn, request)
        sharing.revoke_link(link=found, by=request.user)
        return Response(_shown(found))
