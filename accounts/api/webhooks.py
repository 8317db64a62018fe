"""Webhooks through the API: where other systems are told of what happens."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
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
from accounts.models import WebhookEndpoint
from accounts.permissions import Permission
from accounts.services import webhooks
from accounts.webhook_events import EVENTS

TAG = "Webhooks"
NEEDS: dict[str, Permission] = dict.fromkeys(
    ("GET", "POST", "PATCH", "DELETE"), Permission.WEBHOOK_MANAGE
)
WEBHOOKS = ListOf("webhooks", order=("-pk",))
COLUMNS = ("pk", "code", "url", "description", "events", "is_active", "off_why", "created_at")

_EVENTS = {"choices": list(EVENTS), "help_text": "An empty list = every event."}


class NothingIn(serializers.Serializer[Any]):
    """No field."""

    class Meta:
        ref_name = "WebhookNothing"


class WebhookIn(serializers.Serializer[Any]):
    """A new endpoint."""

    url = serializers.CharField(max_length=500, help_text="https, a public host.")
    description = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200
    )
    events = serializers.MultipleChoiceField(**_EVENTS, required=False, default=list)


class WebhookChangeIn(serializers.Serializer[Any]):
    """What is to be different."""

    url = serializers.CharField(required=False, max_length=500)
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    events = serializers.MultipleChoiceField(**_EVENTS, required=False)
    is_active = serializers.BooleanField(required=False)


class WebhookOut(serializers.Serializer[Any]):
    """An endpoint; its secret is never in it."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    events = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    off_why = serializers.CharField(allow_blank=True, help_text="by_hand, failing or gone.")
    created_at = serializers.DateTimeField()


class WebhookSecretOut(WebhookOut):
    """An endpoint with its secret, this once."""

    secret = serializers.CharField(help_text="whsec_ and 32 bytes in base64; keep it.")


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: row[name] for name in COLUMNS if name not in ("pk", "code")}
    return {"id": row["code"], **named}


def _tag(endpoint: WebhookEndpoint) -> str:
    return entity_tag("webhook", *(getattr(endpoint, name) for name in COLUMNS))


def chosen(code: uuid.UUID) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint, code=code, removed_at=None)


def _shown(code: uuid.UUID, *, status: int = 200, location: str = "", **more: Any) -> Response:
    endpoint = chosen(code)
    row = {name: getattr(endpoint, name) for name in COLUMNS}
    return one({**_data(row), **more}, tag=_tag(endpoint), status=status, location=location)


@contextmanager
def in_words() -> Iterator[None]:
    """The services' refusals as answers of the API."""
    try:
        yield
    except webhooks.CannotSave as fault:
        raise Unusable({fault.field or "non_field_errors": [str(fault)]}) from None
    except webhooks.EndpointMoved:
        raise Conflict("Somebody changed it at this moment. Read it and change it again.") from None
    except webhooks.EndpointOff:
        raise Conflict("It is switched off. Switch it on first.") from None
    except webhooks.StillPending:
        raise Conflict("This message is on its way already.") from None


class Webhooks(ApiView):
    """All endpoints."""

    needs: ClassVar[dict[str, Permission]] = NEEDS
    shows_secret = True

    @describe("List webhooks", gives=Lists(WebhookOut), reads=WEBHOOKS.parameters, tag=TAG)
    def get(self, request: Request) -> Response:
        """The latest first, without those that were removed."""
        rows = WebhookEndpoint.objects.filter(removed_at=None).values(*COLUMNS)
        return listed(WEBHOOKS, request, rows, shape=_data)

    @describe(
        "Add a webhook",
        takes=WebhookIn,
        gives=WebhookSecretOut,
        status=201,
        sends=[("Charters", {"url": "https://hooks.example.org/", "events": ["charter.issued"]})],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """Its secret is in this reply and in none after it."""
        with in_words():
            made = webhooks.add_endpoint(**read_body(WebhookIn, request), by=request.user)
        code = made.endpoint.code
        where = address(request, "webhook", code)
        return _shown(code, status=201, location=where, secret=made.secret)


class OneWebhook(ApiView):
    """One endpoint."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe("Show a webhook", gives=WebhookOut, also=(404,), tells_version=True, tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        return _shown(code)

    @describe(
        "Change a webhook",
        takes=WebhookChangeIn,
        gives=WebhookOut,
        also=(404, 409),
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """What is not named stays. ``is_active`` switches it on or off; on counts faults anew."""
        endpoint, wish = chosen(code), read_body(WebhookChangeIn, request)
        theirs = {name: getattr(endpoint, name) for name in wish}
        yours = {**wish, "events": sorted(wish["events"])} if "events" in wish else wish
        require_match(request, _tag(endpoint), yours=yours, theirs=theirs)
        switch = wish.pop("is_active", None)
        kept = {name: getattr(endpoint, name) for name in ("url", "events", "description")}
        with in_words():
            webhooks.change_endpoint(endpoint=endpoint, **{**kept, **wish}, by=request.user)
        if switch is not None:
            verb = webhooks.enable_endpoint if switch else webhooks.disable_endpoint
            verb(endpoint=endpoint, by=request.user)
        return _shown(code)

    @describe("Remove a webhook", status=204, also=(404,), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID) -> Response:
        """With its secrets and its log."""
        endpoint = chosen(code)
        require_match(request, _tag(endpoint))
        webhooks.remove_endpoint(endpoint=endpoint, by=request.user)
        return Response(status=204)


class WebhookSecret(ApiView):
    """Its secret, which nobody reads: it is renewed."""

    needs: ClassVar[dict[str, Permission]] = NEEDS
    shows_secret = True

    @describe(
        "Renew a webhook's secret",
        takes=NothingIn,
        gives=WebhookSecretOut,
        status=201,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The secret in use signs beside the new one until it is dropped."""
        endpoint = chosen(code)
        read_body(NothingIn, request)
        with in_words():
            made = webhooks.rotate_secret(endpoint=endpoint, by=request.user)
        where = address(request, "webhook", code)
        return _shown(code, status=201, location=where, secret=made.secret)


class DropSecret(ApiView):
    """The older of two secrets."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe(
        "Drop a webhook's older secret",
        takes=NothingIn,
        gives=WebhookOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Only the newest secret signs from now on."""
        endpoint = chosen(code)
        read_body(NothingIn, request)
        with in_words():
            webhooks.drop_previous_secret(endpoint=endpoint, by=request.user)
        return _shown(code)
