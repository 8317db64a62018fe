"""What a webhook was sent, through the API: the log, a test, and sending again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Count
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.webhooks import NEEDS, TAG, NothingIn, chosen, in_words
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
from accounts.models import WebhookDelivery
from accounts.permissions import Permission
from accounts.services import webhooks


class _Filters(serializers.Serializer[Any]):
    status = serializers.ChoiceField(WebhookDelivery.Status.choices, required=False)


DELIVERIES = ListOf("deliveries", order=("-pk",), filters=_Filters)
COLUMNS = (
    "pk",
    "code",
    "message_id",
    "event",
    "status",
    "announced_at",
    "delivered_at",
    "attempt_count",
)


class DeliveryOut(serializers.Serializer[Any]):
    """One message."""

    id = serializers.UUIDField()
    message_id = serializers.CharField(help_text="Sent as webhook-id.")
    event = serializers.CharField()
    status = serializers.ChoiceField(WebhookDelivery.Status.choices)
    announced_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    attempt_count = serializers.IntegerField()


class DeliveryAttemptOut(serializers.Serializer[Any]):
    """One try; no status where nothing came back."""

    tried_at = serializers.DateTimeField()
    status_code = serializers.IntegerField(allow_null=True)
    fault = serializers.CharField(allow_blank=True)
    milliseconds = serializers.IntegerField()


class DeliveryWithAttemptsOut(DeliveryOut):
    """One message, what it says, and how each try went, the oldest first."""

    payload = serializers.JSONField(help_text="The body that is sent.")
    attempts = DeliveryAttemptOut(many=True)


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": row["code"], **{name: row[name] for name in COLUMNS[2:]}}


def _found(code: uuid.UUID, delivery: uuid.UUID) -> WebhookDelivery:
    rows = WebhookDelivery.objects.select_related("endpoint")
    return get_object_or_404(rows, code=delivery, endpoint=chosen(code))


def _shown(delivery: WebhookDelivery, *, status: int = 200, location: str = "") -> Response:
    rows = WebhookDelivery.objects.annotate(attempt_count=Count("attempts"))
    names = ("tried_at", "status_code", "fault", "milliseconds")
    whole = {
        **_data(rows.values(*COLUMNS).get(pk=delivery.pk)),
        "payload": delivery.payload,
        "attempts": list(delivery.attempts.order_by("pk").values(*names)),
    }
    return one(whole, status=status, location=location)


class Deliveries(ApiView):
    """The log of one endpoint."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe(
        "List a webhook's deliveries",
        gives=Lists(DeliveryOut),
        reads=DELIVERIES.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """The latest first."""
        rows = WebhookDelivery.objects.filter(endpoint=chosen(code))
        counted = rows.annotate(attempt_count=Count("attempts")).values(*COLUMNS)
        return listed(DELIVERIES, request, lambda asked: counted.filter(**asked), shape=_data)


class OneDelivery(ApiView):
    """One message."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe("Show a delivery", gives=DeliveryWithAttemptsOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, delivery: uuid.UUID) -> Response:
        return _shown(_found(code, delivery))


class SendAgain(ApiView):
    """One message once more."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe(
        "Send a delivery again",
        takes=NothingIn,
        gives=DeliveryWithAttemptsOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, delivery: uuid.UUID) -> Response:
        """Under the same id; 409 while it is on its way, or the webhook is off."""
        found = _found(code, delivery)
        read_body(NothingIn, request)
        with in_words():
            webhooks.redeliver(delivery=found, by=request.user)
        where = address(request, "webhook-delivery", code, delivery)
        return _shown(found, status=202, location=where)


class SendTest(ApiView):
    """A message that is only a test."""

    needs: ClassVar[dict[str, Permission]] = NEEDS

    @describe(
        "Send a test to a webhook",
        takes=NothingIn,
        gives=DeliveryWithAttemptsOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Tried once; Location says where to see how it went."""
        endpoint = chosen(code)
        read_body(NothingIn, request)
        with in_words():
            made = webhooks.send_test(endpoint=endpoint, by=request.user)
        where = address(request, "webhook-delivery", code, made.code)
        return _shown(made, status=202, location=where)
