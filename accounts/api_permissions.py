"""The HTTP API's way to ask who may what: by the same permissions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission

if TYPE_CHECKING:
    # The framework's views read the defaults, and so this module, while they load.
    from rest_framework.views import APIView


class Nobody(BasePermission):
    """The default: a view that forgets to say who may use it serves nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class SignedIn(BasePermission):
    """Whoever is known here, by session, token or key: for what says nothing of any project."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.is_active


class AsTheViewSays(BasePermission):
    """The view's ``needs`` names the permission of each method; a method without one is refused."""

    message = "Your role, or the key that you use, does not allow this. Ask an administrator."

    def has_permission(self, request: Request, view: APIView) -> bool:
        needs: dict[str, Permission] = getattr(view, "needs", {})
        method = "GET" if request.method == "HEAD" else request.method
        wanted = needs.get(method or "")
        return wanted is not None and has_permission(request.user, wanted)
