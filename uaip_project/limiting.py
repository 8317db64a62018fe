"""Refuses whoever asks too often, before any work is done for them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import sync_only_middleware

from accounts import api_errors, callers, limits, request_facts, unusual_use
from accounts.http import is_fragment
from accounts.limits import Limit
from accounts.models import User
from accounts.services import audit
from interviews import metrics

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

SENTENCE = "That was too often. Wait {wait} seconds, then try again."
#: Asked by machines that watch; they must never be turned away.
UNCOUNTED = ("/health", "/live", "/ready", "/metrics")


@sync_only_middleware
def limited(get_response: Handler) -> Handler:
    """429 with Retry-After beyond the limit of the person, the key, or else the address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = _refusal(request) or get_response(request)
        if response.status_code == 429:
            metrics.rate_limit_exceeded()
        return response

    return middleware


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.path in UNCOUNTED:
        return None
    is_program = api_errors.is_asked_by_a_program(request)
    limit = limits.of_api() if is_program else limits.PAGES
    user, principal = _who(request, is_program)
    if is_program and user:
        unusual_use.note(principal, user)
    wait = limits.spend(limit, principal)
    if not wait:
        return None
    _tell(limit, principal, user)
    return _refused(request, wait, is_program)


def _who(request: HttpRequest, is_program: bool) -> tuple[User | None, str]:
    """The person behind token, key or session; else the address, and so for a wrong token."""
    address = limits.principal_at(request_facts.client_address(request))
    if is_program:
        try:
            caller = callers.caller_of(request)
        except callers.CallerRefused:
            return None, address
        if caller:
            return caller.user, caller.principal
    if request.user.is_authenticated:
        return request.user, f"user:{request.user.pk}"
    return None, address


def _tell(limit: Limit, principal: str, user: User | None) -> None:
    """Into the record of deeds, once an hour for each principal."""
    if limits.spend(limits.TOLD, f"{limit.name}:{principal}"):
        return
    try:
        audit.record(type="limit.exceeded", actor=user, subject=f"limit {limit.name}")
    except DatabaseError as fault:
        log.warning("A limit that was exceeded is not recorded: %s", type(fault).__name__)


def _refused(request: HttpRequest, wait: int, is_program: bool) -> HttpResponse:
    sentence = SENTENCE.format(wait=wait)
    if is_program:
        response: HttpResponse = api_errors.as_json(429, sentence)
    elif is_fragment(request):
        response = HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8")
    else:
        response = render(request, "429.html", {"sentence": sentence}, status=429)
    response["Retry-After"] = str(wait)
    return response
