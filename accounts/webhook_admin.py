"""Back office of webhooks: looked at; the pages below /webhooks/ change them."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from accounts.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.permissions import Permission
from accounts.policies import has_permission


class _WebhooksAdmin(ReadOnlyAdmin):
    """For those who manage webhooks; secrets are nowhere."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.WEBHOOK_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.WEBHOOK_MANAGE)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(_WebhooksAdmin):
    list_display = ["url", "description", "is_active", "off_why", "created_by", "removed_at"]
    list_filter = ["is_active", "off_why"]
    list_select_related = ["created_by"]
    search_fields = ["url", "description"]
    exclude = ["secret", "previous_secret"]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(_WebhooksAdmin):
    list_display = ["message_id", "event", "endpoint", "status", "announced_at", "delivered_at"]
    list_filter = ["status", "event"]
    list_select_related = ["endpoint"]
    search_fields = ["message_id", "endpoint__url"]


@admin.register(WebhookAttempt)
class WebhookAttemptAdmin(_WebhooksAdmin):
    list_display = ["tried_at", "delivery", "status_code", "fault", "milliseconds"]
    list_filter = ["status_code"]
    list_select_related = ["delivery"]
    search_fields = ["delivery__message_id"]
