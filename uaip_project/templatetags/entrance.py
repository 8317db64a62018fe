"""What the pages around signing in show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from accounts import second_factor

register = template.Library()

#: Where signing in at a provider begins.
PAGES = {
    "oidc": ("openid_connect_login", "provider_id"),
    "saml": ("saml_login", "organization_slug"),
}

#: The first match wins: many browsers also carry the names of others.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def lacks_second_factor(user: Any) -> bool:
    """Whether the person's role needs a second factor that is not there."""
    return second_factor.is_missing(user)


@register.simple_tag
def sign_in_elsewhere(request: HttpRequest) -> list[dict[str, str]]:
    """Name and address of each provider of single sign-on; the page asked for comes after."""
    wanted = request.GET.get("next", "")
    after = f"?{urlencode({'next': wanted})}" if wanted else ""
    found = []
    for one in settings.SSO_PROVIDERS.values():
        name, argument = PAGES[one.kind]
        found.append({"name": one.name, "url": reverse(name, kwargs={argument: one.id}) + after})
    return found


@register.filter
def moment(iso: str) -> str:
    """2026-11-21T09:30:00+00:00 -> 21 Nov 2026, 09:30 UTC."""
    return f"{datetime.fromisoformat(iso):%-d %b %Y, %H:%M} UTC"


@register.filter
def browser(user_agent: str) -> str:
    """A browser's long name for itself as a person would say it."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), "A browser or program")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{name} on {system}" if system else name
