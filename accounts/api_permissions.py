"""The HTTP API's way to ask who may what: by the same permissions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.permissions import Permission
from accounts.policies import has_permission

if TYPE_CHECKING:
    # The framework's views read the defaults, and so this module, while they load.
    from rest_framework.views import APIView


class Nobody(BasePermission):
    """The default: a view that forgets to say who may use it serves nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class AsTheViewSays(BasePermission):
    """The view's ``needs`` names the permission of each method; a method without one is refused."""

    message = "Your role does not allow this. Ask an administrator."

    def has_permission(self, request: Request, view: APIView) -> bool:
        needs: dict[str, Permission] = getattr(view, "needs", {})
        wanted = needs.get(request.method or "")
        return wanted is not None and has_permission(request.user, wanted)
