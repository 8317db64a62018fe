"""The pages of SAML: the library's own, which stumble over answers that are none."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.saml import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from onelogin.saml2.errors import OneLogin_Saml2_Error

from accounts import sso
from accounts.services.sso import Why

#: What the libraries raise on something else than an answer; lxml's faults are SyntaxErrors.
NO_ANSWER = (
    AttributeError,
    KeyError,
    OneLogin_Saml2_Error,
    PermissionDenied,
    SyntaxError,
    TypeError,
    ValueError,
)


@login_not_required
def login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Sends the browser to the provider."""
    return _ask(views.login, request, organization_slug)


@login_not_required
def finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Takes the provider's answer, which the page before has put aside."""
    return _ask(views.finish_acs, request, organization_slug)


@login_not_required
def closed(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Signing out at the provider does not sign out here."""
    raise Http404


def _ask(view: Any, request: HttpRequest, id: str) -> HttpResponse:
    provider = settings.SSO_PROVIDERS.get(id)
    if provider is None or provider.kind != "saml":
        raise Http404
    try:
        answer: HttpResponse = view(request, organization_slug=id)
    except NO_ANSWER:
        return sso.refused(request, provider, Why.NOT_VERIFIED)
    return answer
