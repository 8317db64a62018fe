"""Addresses of the charter's words; the charter itself belongs to governance (docs/adr/0010)."""

from __future__ import annotations

from django.urls import path

from charters.views import interim, looks, prose

app_name = "charters"

urlpatterns = [
    path("sessions/<uuid:session_code>/prose/", prose.prose, name="prose"),
    path("sessions/<uuid:session_code>/prose/status/", prose.prose_status, name="prose-status"),
    path("sessions/<uuid:session_code>/prose/draft/", prose.prose_draft, name="prose-draft"),
    path("sessions/<uuid:session_code>/prose/discard/", prose.prose_discard, name="prose-discard"),
    path("sessions/<uuid:session_code>/so-far.<str:ending>", interim.so_far, name="so-far"),
    path(
        "sessions/<uuid:session_code>/deliverables/<str:kind>.<str:ending>",
        interim.deliverable_file,
        name="deliverable-file",
    ),
    path("configuration/look/", looks.look, name="look"),
    path("configuration/look/logo.png", looks.logo, name="look-logo"),
    path("configuration/look/example.docx", looks.example, name="look-example"),
]
