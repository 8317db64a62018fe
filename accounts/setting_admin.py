"""Back office of run-time settings: looked at; page, API and command change them."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from accounts.models import RuntimeSetting, SettingChange
from accounts.permissions import Permission
from accounts.policies import has_permission


class _SettingsAdmin(ReadOnlyAdmin):
    """For those who see the configuration."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.SETTING_VIEW)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.SETTING_VIEW)


@admin.register(RuntimeSetting)
class RuntimeSettingAdmin(_SettingsAdmin):
    list_display = ["key", "value", "version"]
    search_fields = ["key"]
    ordering = ["key"]


@admin.register(SettingChange)
class SettingChangeAdmin(_SettingsAdmin):
    list_display = ["changed_at", "key", "version", "before", "after", "changed_by", "reason"]
    list_filter = ["key"]
    list_select_related = ["changed_by"]
    search_fields = ["key", "reason"]
