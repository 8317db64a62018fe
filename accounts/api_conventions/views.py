"""What every view of the HTTP API is."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_conventions.once import answered_once
from accounts.api_conventions.paths import require_codes
from accounts.api_permissions import AsTheViewSays
from accounts.permissions import Permission


class _AlwaysJson(BaseContentNegotiation):
    """Replies are JSON whatever Accept says; the body must be what the view reads."""

    def select_parser(self, request: Request, parsers: list[BaseParser]) -> BaseParser | None:
        sent = (request.content_type or "").split(";")[0].strip().lower()
        return next((one for one in parsers if one.media_type == sent), None)

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """One address of the API; ``needs`` names the permission of each method."""

    permission_classes: ClassVar[list[type]] = [AsTheViewSays]
    content_negotiation_class = _AlwaysJson
    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "put", "patch", "delete"]
    needs: ClassVar[dict[str, Permission]] = {}
    #: The reply shows something once, so no copy of it is kept.
    shows_secret = False

    def __init_subclass__(cls, **options: Any) -> None:
        """Every POST can be sent twice (Idempotency-Key); nobody has to remember it."""
        super().__init_subclass__(**options)
        if "post" in vars(cls):
            cls.post = answered_once(vars(cls)["post"])

    def initial(self, request: Request, *args: Any, **parameters: Any) -> None:
        super().initial(request, *args, **parameters)
        require_codes(parameters)

    def check_permissions(self, request: Request) -> None:
        """A stranger learns nothing; whoever is known here learns which methods there are."""
        method = (request.method or "").lower()
        is_there = method in self.http_method_names and hasattr(self, method)
        if request.user.is_authenticated and not is_there:
            self.http_method_not_allowed(request)
        super().check_permissions(request)

    def get_authenticate_header(self, request: Request) -> str:
        """How to come in: strangers get 401, not 403."""
        return 'Bearer realm="U-AIP"'
