"""What every reply carries, and what is said where no page can be shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import sync_only_middleware

from accounts import request_facts
from accounts.api_errors import as_json, is_asked_by_a_program
from accounts.sealing import CannotOpen
from interviews.prefill.refusing import LARGEST_FILE, TOO_LARGE
from interviews.refusals import ProtocolGone
from uaip_project import csp_report

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

#: What takes files: one page, and the API's address for the same.
FILE_PAGES = ("interviews:proposal", "api-v1:session-proposals", "api:session-proposals")
#: The other fields of the form that a file comes with.
_BESIDE_A_FILE = 64 * 1024
HTTPS_ALONE = "Ask by https. Whatever key or token you sent just now could be read: replace it."

# Everything a page needs is served by us; nothing runs or styles inline (reliability.md D25).
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        f"report-uri {csp_report.PATH}",
        "report-to csp",
    )
)
REPORTING = f'csp="{csp_report.PATH}"'
# What no page of ours uses; passkeys keep their default, which is this origin.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera"),
        *("display-capture", "encrypted-media", "geolocation", "gyroscope", "hid"),
        *("magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb"),
        *("xr-spatial-tracking",),
    )
)


@sync_only_middleware
def named(get_response: Handler) -> Handler:
    """Gives each request an id and an address: in the reply, the logs and the record of deeds."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        with request_facts.during(request_facts.facts_of(request)) as facts:
            response = get_response(request)
        response["X-Request-ID"] = facts.request_id
        response["X-Response-Time-Ms"] = f"{(time.perf_counter() - began) * 1000:.0f}"
        return response

    return middleware


@sync_only_middleware
def believe_our_proxies_alone(get_response: Handler) -> Handler:
    """Takes away what somebody else says of how a request came (reliability.md D19)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request_facts.comes_by_our_proxy(request):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return get_response(request)

    return middleware


@sync_only_middleware
def programs_speak_https(get_response: Handler) -> Handler:
    """Refuses plain http of programs where pages are sent to https: a redirect would hide that
    key or token went over the wire readable.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        wants_https = settings.SECURE_SSL_REDIRECT and is_asked_by_a_program(request)
        if wants_https and not request.is_secure():
            return as_json(403, HTTPS_ALONE)
        return get_response(request)

    return middleware


@sync_only_middleware
def security_headers(get_response: Handler) -> Handler:
    """Adds the headers that Django itself does not set."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) or is_asked_by_a_program(request):
            # After signing out, the back button must not show anybody's answers; and no cache on
            # the way knows that a key in a header makes a reply somebody's own.
            response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Reporting-Endpoints", REPORTING)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


@sync_only_middleware
def refuse_unreadable(get_response: Handler) -> Handler:
    """Turns away what no page means and no database keeps, before anything stumbles over it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        most, sentence = _most(request)
        if length.isdecimal() and int(length) > most:
            return _refused(request, 413, sentence)
        if _holds_nul(request):
            return _refused(
                request, 400, "The text holds a character that cannot be stored. Type it again."
            )
        return get_response(request)

    return middleware


def _most(request: HttpRequest) -> tuple[int, str]:
    """The bytes that a page takes, and what to say beyond: one page takes files."""
    if request.content_type == "multipart/form-data" and _takes_files(request):
        return LARGEST_FILE + _BESIDE_A_FILE, TOO_LARGE
    sentence = "This is more than one page can hold. Send less at once."
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE, sentence


def _takes_files(request: HttpRequest) -> bool:
    """By the page itself, not by what its address looks like; nobody signed out sends files.

    Whether session, token or key is a real one is found out later; what it costs is one file on
    the disk.
    """
    names_itself = {"Authorization", "X-API-Key"} & set(request.headers)
    if not names_itself and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    try:
        return resolve(request.path_info).view_name in FILE_PAGES
    except Resolver404:
        return False


def _holds_nul(request: HttpRequest) -> bool:
    """NUL in the address, a cookie or a form; PostgreSQL stores it nowhere."""
    if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
        return True
    if any("\x00" in value for value in request.COOKIES.values()):
        return True
    if request.method != "POST":
        return False
    return any("\x00" in value for _, values in request.POST.lists() for value in values)


def _refused(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if is_asked_by_a_program(request):
        return as_json(status, sentence)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"sentence": sentence}, status=status)
    page = get_template("refused.html").render({"sentence": sentence})
    return HttpResponse(page, status=status)


class _SaysAlike:
    """Turns a fault that any page may meet into the same answer everywhere."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class InterviewOfAnotherSet(_SaysAlike):
    """Says on every page alike that an interview's questions are not installed here."""

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if not isinstance(fault, ProtocolGone):
            return None
        context = {"sentence": str(fault), "back_url": reverse("interviews:session-list")}
        return render(request, "409.html", context, status=409)


class SealedAway(_SaysAlike):
    """Says on every page alike that a text is sealed and its key is not here, or was destroyed."""

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if not isinstance(fault, CannotOpen):
            return None
        log.error("A sealed text cannot be opened: %s", fault)
        return _refused(request, fault.status_code, fault.sentence)
