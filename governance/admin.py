"""Back office of governance: to look at, not to change."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from governance.models import Decision


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["revision", "value", "engine_version", "decided_at"]
    list_filter = ["value", "engine_version"]
    list_select_related = ["revision"]
    show_full_result_count = False
