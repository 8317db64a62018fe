"""Back office of interviews: to look at, not to change."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from interviews.models import Escalation, Finding, InterviewSession


@admin.register(InterviewSession)
class InterviewSessionAdmin(ReadOnlyAdmin):
    list_display = ["project_name", "owner", "status", "current_stage", "last_updated_at"]
    list_filter = ["status", "current_stage"]
    list_select_related = ["owner"]
    search_fields = ["project_name", "owner__email"]
    show_full_result_count = False


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ["rule_id", "severity", "state", "session", "found_at"]
    list_filter = ["severity", "state"]
    list_select_related = ["session"]
    search_fields = ["rule_id", "session__project_name"]
    show_full_result_count = False


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ["answer", "reason", "opened_at", "resolution"]
    list_filter = ["reason", "resolution"]
    list_select_related = ["answer"]
    show_full_result_count = False
