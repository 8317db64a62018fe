"""Addresses of charters and decisions; mounted below /api/v1/ and /api/."""

from __future__ import annotations

from django.urls import path

from governance.api import charters, issuing

ONE = "charters/<code:code>"
REVISION = f"{ONE}/revisions/<int:number>"
SESSION = "sessions/<code:code>"

urlpatterns = [
    path("charters", charters.Charters.as_view(), name="charters"),
    path(ONE, charters.OneCharter.as_view(), name="charter"),
    path(f"{ONE}/download", charters.Download.as_view(), name="charter-download"),
    path(f"{ONE}/revisions", charters.Revisions.as_view(), name="revisions"),
    path(REVISION, charters.OneRevision.as_view(), name="revision"),
    path(f"{REVISION}/decision", charters.OneDecision.as_view(), name="revision-decision"),
    path(f"{SESSION}/charter/generate", issuing.Generate.as_view(), name="charter-generate"),
    path(f"{SESSION}/decision", issuing.Preview.as_view(), name="session-decision"),
]
