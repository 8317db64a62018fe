"""One line for each request that was answered: who, which page, how it went, how long."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_only_middleware

from uaip_project import logs

log = logging.getLogger("uaip.access")

#: Asked every few seconds by machines; static files are as dull.
QUIET = frozenset({"live", "ready", "health", "metrics"})


@sync_only_middleware
def written(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Tells the route, never the address: that may hold a code, a search or a token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        token = logs.current_request.set(request)
        try:
            response = get_response(request)
            _write(request, response, time.perf_counter() - began)
        finally:
            logs.current_request.reset(token)
        return response

    return middleware


def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    is_quiet = match.view_name in QUIET if match else request.path.startswith(settings.STATIC_URL)
    level = logging.DEBUG if is_quiet else logging.INFO
    route, milliseconds = logs.route_of(request), round(seconds * 1000)
    facts = {"method": request.method, "route": route, "status": response.status_code}
    log.log(
        level,
        "%s %s %s %s ms",
        *facts.values(),
        milliseconds,
        extra=facts | {"ms": milliseconds},
    )
