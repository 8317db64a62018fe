"""The pages around signing in, all of them allauth's."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.views import list_usersessions
from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    # To look is free; ending sessions asks once more who one is, as changing a factor does.
    path(
        "sessions/",
        reauthentication_required(list_usersessions, allow_get=True, app="allauth.usersessions"),
        name="usersessions_list",
    ),
]
if settings.SSO_PROVIDERS:
    urlpatterns += [path("", include("accounts.sso_urls"))]
