"""The doors for programs, and one address behind them that says who came in."""

from __future__ import annotations

from typing import ClassVar

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_permissions import AsTheViewSays
from accounts.permissions import Permission


class WhoAmI(APIView):
    """Needs the permission to start an interview, and to write in it for POST."""

    permission_classes: ClassVar[list[type]] = [AsTheViewSays]
    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_START,
        "POST": Permission.CHARTER_ISSUE,
    }

    def get(self, request: Request) -> Response:
        return Response({"email": request.user.email})

    def post(self, request: Request) -> Response:
        return Response({"email": request.user.email})


urlpatterns = [
    path("accounts/", include("accounts.entrance_urls")),
    path("auth/", include("accounts.api.auth_urls")),
    path("api/who-am-i", WhoAmI.as_view()),
]
