"""Back office of interviews: to look at, not to change."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from interviews.models import Escalation, Finding, InterviewSession
from interviews.models.session import within_reach


class OfSessions(ReadOnlyAdmin):
    """Rows of interviews, without those of one that is shut off."""

    #: Leads from the row to its interview.
    path_to_session: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows: QuerySet[Model] = super().get_queryset(request)
        return rows.filter(within_reach(request.user, self.path_to_session))


@admin.register(InterviewSession)
class InterviewSessionAdmin(OfSessions):
    path_to_session = ""
    list_display = ["project_name", "owner", "status", "current_stage", "last_updated_at"]
    list_filter = ["status", "current_stage"]
    list_select_related = ["owner"]
    search_fields = ["project_name", "owner__email"]
    show_full_result_count = False


@admin.register(Finding)
class FindingAdmin(OfSessions):
    path_to_session = "session__"
    list_display = ["rule_id", "severity", "state", "session", "found_at"]
    list_filter = ["severity", "state"]
    list_select_related = ["session"]
    search_fields = ["rule_id", "session__project_name"]
    show_full_result_count = False


@admin.register(Escalation)
class EscalationAdmin(OfSessions):
    path_to_session = "answer__session__"
    list_display = ["answer", "reason", "opened_at", "resolution"]
    list_filter = ["reason", "resolution"]
    list_select_related = ["answer"]
    show_full_result_count = False
