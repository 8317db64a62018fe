"""Takes what browsers report about the content policy: one short line each, and few of them."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = logging.getLogger(__name__)

PATH = "/csp-report"
LARGEST = 16 * 1024
MOST_IN_ONE = 5
MOST_A_MINUTE = 30
TYPES = frozenset({"application/csp-report", "application/reports+json", "application/json"})


class Turnstile:
    """Lets so many through in a minute; a broken page in many browsers must not fill a disk."""

    def __init__(self, most: int, seconds: float = 60.0) -> None:
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._began, self._count = float("-inf"), 0

    def lets_in(self, now: float) -> bool:
        with self._lock:
            if now - self._began >= self._seconds:
                self._began, self._count = now, 0
            self._count += 1
            return self._count <= self._most


turnstile = Turnstile(MOST_A_MINUTE)


# Browsers send reports by themselves, without a page's token; nothing is stored or changed.
@csrf_exempt
@require_POST
@login_not_required
def csp_report(request: HttpRequest) -> HttpResponse:
    """204 when it was taken, 429 when there were too many, 413 and 400 for what is no report."""
    if not turnstile.lets_in(time.monotonic()):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if request.content_type not in TYPES:
        return HttpResponse(status=415)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for one in (said if isinstance(said, list) else [said])[:MOST_IN_ONE]:
        _write(one)
    return HttpResponse(status=204)


def _write(report: Any) -> None:
    """Directive, host and route: an address that a browser tells may hold anything."""
    report = report if isinstance(report, dict) else {}
    body = report.get("csp-report") or report.get("body")
    body = body if isinstance(body, dict) else {}
    directive = body.get("effective-directive") or body.get("effectiveDirective")
    directive = directive or body.get("violated-directive")
    blocked = body.get("blocked-uri") or body.get("blockedURL")
    page = body.get("document-uri") or body.get("documentURL")
    log.warning(
        "The content policy refused %s from %s on %s.",
        _word(directive),
        _host(blocked),
        _route(page),
    )


def _word(value: Any) -> str:
    return str(value or "something")[:60]


def _host(value: Any) -> str:
    text = str(value or "")[:LARGEST]
    try:
        return (urlsplit(text).hostname or text.partition(":")[0] or "nowhere")[:100]
    except ValueError:
        return "an unreadable address"


def _route(value: Any) -> str:
    try:
        return f"/{resolve(urlsplit(str(value or '')).path).route}"
    except (Resolver404, ValueError):
        return "a page that is not ours"
