"""The HTTP API: each room's part, mounted below /api/v1/ and, for the guide's paths, /api/."""

from __future__ import annotations

from django.urls import include, path

app_name = "api"

urlpatterns = [
    path("", include("accounts.api.urls")),
    path("", include("accounts.api.webhook_urls")),
    path("", include("interviews.api.urls")),
    path("", include("charters.api.urls")),
    path("", include("governance.api.urls")),
    path("", include("uaip_project.operations.api.urls")),
]
