"""Counts requests by method, route and status, and how long they took."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_only_middleware

from accounts import metrics
from interviews.metrics import SERVER_FAULT, session_failed
from uaip_project import logs
from uaip_project.operations import pool_watch

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: The guide's addresses without a version are the same pages.
VERSIONED = "/api/v1/"


@sync_only_middleware
def counted(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Every label value comes from a closed set: methods, declared routes, statuses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        pool_watch.start()
        began = time.perf_counter()
        response = get_response(request)
        path = route_label(request)
        method = request.method if request.method in METHODS else "other"
        metrics.answered(str(method), path, response.status_code, time.perf_counter() - began)
        if response.status_code >= 500 and logs.SESSION_IN_ROUTE.search(path):
            session_failed(SERVER_FAULT)
        return response

    return middleware


def route_label(request: HttpRequest) -> str:
    """The route; one word for all static files, all pages of the back office, all unknown ones."""
    if request.path.startswith(settings.STATIC_URL):
        return settings.STATIC_URL
    route = logs.route_of(request)
    if route == "-":
        return "unknown"
    if route.startswith("/admin/"):
        return "/admin/"
    if route.startswith("/api/") and not route.startswith(VERSIONED):
        return VERSIONED + route.removeprefix("/api/")
    return route
