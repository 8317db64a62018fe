"""Refuses writes while the house is maintained, and gives back what somebody typed.

In a lockdown nobody but SuperAdmins comes in at all, whatever they bring: a session, a token, a
key, a link to share.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import callers
from accounts.api_errors import as_json, is_asked_by_a_program
from accounts.http import is_fragment
from accounts.models import User
from accounts.permissions import Role
from uaip_project.operations import maintenance_mode

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: Signing in and out, what machines ask, and the operators' own doors.
OPEN_NAMES = re.compile(
    r"account_(login|logout|reauthenticate)$|mfa_(authenticate|reauthenticate|login)|"
    r"saml_|openid_connect_|auth:(login|refresh|logout)$|"
    r"(health|live|ready|metrics|csp-report)$|operations:(?!erase)|"
    r"api(-v1)?:(system|ops|queue|circuit)"
)
#: What stays open in a lockdown: how a SuperAdmin comes in, and what machines ask.
ALWAYS_OPEN = re.compile(
    r"account_(login|logout|reauthenticate)$|mfa_(authenticate|reauthenticate|login)|"
    r"saml_|openid_connect_|auth:(login|logout)$|(health|live|ready|metrics|csp-report)$"
)
#: Doors that ask for no key: a dead one proves nothing there.
KEYLESS = re.compile(r"auth:")
#: Fields that are not given back: what proves who somebody is, and the form's own token.
UNSAID = re.compile(r"password|passkey|secret|token|^code$|credential", re.IGNORECASE)
SENTENCE = "Nothing was changed, because U-AIP is being maintained. Try again in a while."


class WritesWait:
    """503 with Retry-After for what would change something; SuperAdmins go on."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """None where the page may open."""
        if _is_named(request, ALWAYS_OPEN):
            # Not even asked: they answer while no database does.
            return None
        now, standing = timezone.now(), maintenance_mode.standing()
        if standing.is_locked:
            return None if _may_pass(request) else _shut_out(request, standing.wait(now))
        if request.method in SAFE:
            return None
        if not standing.is_closed(now) or _is_let_in(request):
            return None
        response = _refused(request, standing)
        response["Retry-After"] = str(standing.wait(now))
        return response


def why_not(user: User) -> str:
    """Why a person cannot sign in now; "" = they can. Asked by every way in."""
    if maintenance_mode.standing().is_locked and user.role != Role.SUPERADMIN:
        return maintenance_mode.LOCKED
    return ""


def _may_pass(request: HttpRequest) -> bool:
    return _is_chief(_who(request)) or _has_a_dead_key(request)


def _has_a_dead_key(request: HttpRequest) -> bool:
    """The API itself says 401 to a program, which then knows that waiting does not help."""
    if not is_asked_by_a_program(request) or _is_named(request, KEYLESS):
        return False
    try:
        callers.caller_of(request)
    except callers.CallerRefused:
        return True
    return False


def _shut_out(request: HttpRequest, wait: int) -> HttpResponse:
    sentence = maintenance_mode.LOCKED
    if is_asked_by_a_program(request):
        response: HttpResponse = as_json(503, sentence)
    elif is_fragment(request) or request.headers.get("Accept") == "application/json":
        response = HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    else:
        response = render(request, "accounts/closed.html", {"sentence": sentence}, status=503)
    response["Retry-After"] = str(wait)
    return response


def _is_let_in(request: HttpRequest) -> bool:
    return _is_named(request, OPEN_NAMES) or _is_chief(_who(request))


def _is_named(request: HttpRequest, names: re.Pattern[str]) -> bool:
    match = request.resolver_match
    return match is not None and names.match(match.view_name or "") is not None


def _is_chief(person: User | None) -> bool:
    return person is not None and person.is_active and person.role == Role.SUPERADMIN


def _who(request: HttpRequest) -> User | None:
    if is_asked_by_a_program(request):
        try:
            caller = callers.caller_of(request)
        except callers.CallerRefused:
            return None
        if caller:
            return caller.user
    return request.user if isinstance(request.user, User) else None


def _refused(request: HttpRequest, standing: maintenance_mode.Standing) -> HttpResponse:
    sentence = f"{SENTENCE} {standing.message}".strip()
    if is_asked_by_a_program(request):
        return as_json(503, sentence)
    if is_fragment(request) or request.headers.get("Accept") == "application/json":
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not UNSAID.search(name)
    ]
    context = {"standing": standing, "typed": typed, "has_files": bool(request.FILES)}
    return render(request, "operations/maintenance_closed.html", context, status=503)
