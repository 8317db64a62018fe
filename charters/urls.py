"""Addresses of the charter's words; the charter itself belongs to governance (docs/adr/0010)."""

from __future__ import annotations

from django.urls import path

from charters import views

app_name = "charters"

urlpatterns = [
    path("sessions/<uuid:session_code>/prose/", views.prose, name="prose"),
    path("sessions/<uuid:session_code>/prose/status/", views.prose_status, name="prose-status"),
    path("sessions/<uuid:session_code>/prose/draft/", views.prose_draft, name="prose-draft"),
    path("sessions/<uuid:session_code>/prose/discard/", views.prose_discard, name="prose-discard"),
]
