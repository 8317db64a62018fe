"""Addresses of the charter's words; mounted below /api/v1/ and /api/."""

from __future__ import annotations

from django.urls import path

from charters.api import prose

PROSE = "sessions/<code:code>/prose"

urlpatterns = [
    path(PROSE, prose.ProseOfCharter.as_view(), name="session-prose"),
    path(f"{PROSE}/draft", prose.DraftProse.as_view(), name="prose-draft"),
    path(f"{PROSE}/discard", prose.DiscardEdits.as_view(), name="prose-discard"),
]
