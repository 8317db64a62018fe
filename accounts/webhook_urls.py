"""Addresses of the pages about webhooks, below /webhooks/."""

from __future__ import annotations

from django.urls import path

from accounts.views import webhook_endpoints, webhooks

app_name = "webhooks"

urlpatterns = [
    path("", webhooks.webhook_list, name="webhook-list"),
    path("new/", webhook_endpoints.webhook_new, name="webhook-new"),
    path("<uuid:code>/", webhooks.webhook_detail, name="webhook-detail"),
    path("<uuid:code>/change/", webhook_endpoints.webhook_change, name="webhook-change"),
    path("<uuid:code>/secret/", webhook_endpoints.webhook_secret, name="webhook-secret"),
    path("<uuid:code>/handle/", webhooks.webhook_handle, name="webhook-handle"),
    path(
        "<uuid:code>/deliveries/<uuid:delivery>/send/",
        webhooks.webhook_redeliver,
        name="webhook-redeliver",
    ),
]
