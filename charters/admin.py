"""Back office of charters: to look at, not to change."""

from __future__ import annotations

from django.contrib import admin

from charters.models import Revision
from interviews.admin import OfSessions


@admin.register(Revision)
class RevisionAdmin(OfSessions):
    path_to_session = "charter__session__"
    list_display = ["charter", "number", "issued_at", "issued_by", "content_hash"]
    list_select_related = ["charter__session", "issued_by"]
    search_fields = ["charter__session__project_name", "content_hash"]
    show_full_result_count = False
