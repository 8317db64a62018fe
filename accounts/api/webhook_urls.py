"""Addresses of the operations on webhooks; mounted below /api/v1/ and /api/."""

from __future__ import annotations

from django.urls import path

from accounts.api import webhook_deliveries, webhooks

ONE = "webhooks/<code:code>"
SENT = f"{ONE}/deliveries/<code:delivery>"

urlpatterns = [
    path("webhooks", webhooks.Webhooks.as_view(), name="webhooks"),
    path(ONE, webhooks.OneWebhook.as_view(), name="webhook"),
    path(f"{ONE}/secret", webhooks.WebhookSecret.as_view(), name="webhook-secret"),
    path(f"{ONE}/secret/drop", webhooks.DropSecret.as_view(), name="webhook-secret-drop"),
    path(f"{ONE}/test", webhook_deliveries.SendTest.as_view(), name="webhook-test"),
    path(f"{ONE}/deliveries", webhook_deliveries.Deliveries.as_view(), name="webhook-deliveries"),
    path(SENT, webhook_deliveries.OneDelivery.as_view(), name="webhook-delivery"),
    path(f"{SENT}/send", webhook_deliveries.SendAgain.as_view(), name="webhook-delivery-send"),
]
