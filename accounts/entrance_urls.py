"""The pages around signing in, all of them allauth's."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
if settings.SSO_PROVIDERS:
    urlpatterns += [path("", include("accounts.sso_urls"))]
