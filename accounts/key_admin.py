"""Back office of keys and token families: looked at, and ended by the same services as elsewhere."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from accounts.models import ApiKey, TokenFamily
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.services import keys, tokens

WHY = "ended in the back office"


class _KeysAdmin(ReadOnlyAdmin):
    """For those who manage keys; nothing is edited, so nothing is added or deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.KEY_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.KEY_MANAGE)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Asked before an action."""
        return has_permission(request.user, Permission.KEY_MANAGE)


@admin.register(ApiKey)
class ApiKeyAdmin(_KeysAdmin):
    list_display = ["prefix", "name", "user", "expires_at", "last_used_at", "revoked_at"]
    list_filter = ["user__kind", "expires_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["prefix", "name", "user__name", "user__email"]
    exclude = ["digest", "pepper_id"]
    actions = ["revoke"]

    @admin.action(description="Revoke the chosen keys at once", permissions=["end"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Those that had ended stay as they were."""
        ended = sum(keys.revoke_key(key=key, by=request.user, why=WHY) for key in queryset)
        messages.success(request, f"{ended} keys open nothing any more.")


@admin.register(TokenFamily)
class TokenFamilyAdmin(_KeysAdmin):
    list_display = ["code", "user", "client", "started_at", "ended_at", "ended_why"]
    list_filter = ["ended_why", "started_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    exclude = ["auth_hash"]
    actions = ["end"]

    @admin.action(description="End the chosen sign-ins at once", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> None:
        """Their tokens are refused from now on."""
        chosen = queryset.select_related("user")
        ended = sum(tokens.end_family(family=one, by=request.user, why=WHY) for one in chosen)
        messages.success(request, f"{ended} sign-ins of programs have ended.")
