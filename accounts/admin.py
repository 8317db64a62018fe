"""Back office for people; audit rows and jobs are read-only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest

from accounts.models import AuditEvent, Job, User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from accounts.services import audit


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to be looked at by Admins, never changed here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.SESSION_VIEW_ALL)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.SESSION_VIEW_ALL)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People: added without a password (they set one by the reset link), never deleted."""

    list_display = ["email", "name", "role", "is_operator", "is_active", "last_login"]
    list_filter = ["role", "is_active", "is_operator"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "role", "is_operator", "is_active"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """An Admin does not touch a SuperAdmin."""
        is_above = isinstance(obj, User) and obj.role == Role.SUPERADMIN
        if is_above and request.user.role != Role.SUPERADMIN:
            return False
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """People are deactivated: their deeds stay theirs."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> Sequence[str]:
        """Only a SuperAdmin gives roles, and nobody raises or locks out himself."""
        if obj is not None and obj.pk == request.user.pk:
            return ["role", "is_operator", "is_active"]
        return [] if request.user.role == Role.SUPERADMIN else ["role", "is_operator"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Stores the person and the deed together."""
        obj.email = obj.email.strip().lower()
        obj.is_superuser = obj.role == Role.SUPERADMIN
        if not change:
            obj.set_unusable_password()
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            audit.record(
                type="user.changed" if change else "user.created",
                actor=request.user,
                subject=audit.person(obj),
                detail={"fields": sorted(form.changed_data), "role": obj.role},
            )


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "happened_at", "type", "actor", "subject"]
    list_filter = ["type"]
    search_fields = ["actor", "subject"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "subject_id", "status", "attempts", "next_attempt_at"]
    list_filter = ["kind", "status"]
