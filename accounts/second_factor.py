"""Whose role asks for a second factor, and nothing before they have one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts import request_facts
from accounts.http import is_fragment
from accounts.models import User

#: The kinds that count; recovery codes alone stand for one that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: Pages on which one gets a second factor, or leaves.
ENROLMENT = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_logout",
    }
)
#: What programs ask is answered in their language.
PROGRAM_PATHS = ("/api/", "/auth/")
SENTENCE = "Your role needs a second factor. Set one up on your Security page, then come back."


def is_required(user: User) -> bool:
    """Whether the person's role must have a second factor; a service account comes with a key."""
    return user.kind == User.Kind.PERSON and user.role in settings.MFA_REQUIRED_ROLES


def has_one(user: User) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user, FACTORS))


def came_with_one(request: HttpRequest, user: User) -> bool:
    """Whether a provider of single sign-on that asks for one itself let the person in."""
    providers = {one.id for one in settings.SSO_PROVIDERS.values() if one.has_second_factor}
    records = get_authentication_records(request, user)
    return any(
        one.get("method") == "socialaccount" and one.get("provider") in providers for one in records
    )


def is_missing(user: User | AnonymousUser) -> bool:
    """Whether nothing may be done before a second factor is set up."""
    return isinstance(user, User) and is_required(user) and not has_one(user)


class SecondFactorFirst:
    """Leads people whose role needs a second factor to where they get one; nothing else opens."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """None where the page may open."""
        if not settings.MFA_REQUIRED_ROLES:
            return None
        match, user = request.resolver_match, request.user
        if match is not None and match.view_name in ENROLMENT:
            return None
        if not isinstance(user, User) or not is_missing(user) or came_with_one(request, user):
            return None
        return refused(request)


def refused(request: HttpRequest) -> HttpResponse:
    """To the Security page; for programs 403 MFA_REQUIRED."""
    if request.path_info.startswith(PROGRAM_PATHS):
        return JsonResponse(_error_body(), status=403)
    if is_fragment(request):
        return HttpResponseClientRedirect(reverse("mfa_index"))
    return redirect("mfa_index")


def _error_body() -> dict[str, Any]:
    return {
        "error": {
            "code": "MFA_REQUIRED",
            "message": SENTENCE,
            "details": {},
            "request_id": request_facts.current().request_id,
            "timestamp": timezone.now(),
        }
    }
