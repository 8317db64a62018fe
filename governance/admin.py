"""Back office of governance: to look at, not to change."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from governance.models import Committee, Decision, Review, Seat
from interviews.admin import OfSessions


@admin.register(Decision)
class DecisionAdmin(OfSessions):
    path_to_session = "revision__charter__session__"
    list_display = ["revision", "value", "engine_version", "decided_at"]
    list_filter = ["value", "engine_version"]
    list_select_related = ["revision"]
    show_full_result_count = False


@admin.register(Committee)
class CommitteeAdmin(ReadOnlyAdmin):
    """Committees are managed on their own page and through the API, which record the deeds."""

    list_display = ["name", "quorum", "rule", "is_default", "is_active"]


@admin.register(Seat)
class SeatAdmin(ReadOnlyAdmin):
    list_display = ["committee", "user", "is_chair", "from_date", "to_date"]
    list_select_related = ["committee", "user"]


@admin.register(Review)
class ReviewAdmin(OfSessions):
    """Without votes and comments: whoever may vote here would see them before an own verdict."""

    path_to_session = "charter__session__"

    list_display = ["code", "lane", "cause", "opened_at", "due_date", "closed_at", "end"]
    list_filter = ["lane", "cause", "end"]
    show_full_result_count = False
