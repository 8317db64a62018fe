"""Every page needs a login unless its name stands in one short list."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.urls.resolvers import RegexPattern, RoutePattern

from accounts.models import User
from tests.house.tree import ROOT, name_of, rooms_files

pytestmark = pytest.mark.django_db

#: What strangers may open, and why.
PUBLIC = {
    "health": "load balancers ask it",
    "live": "load balancers ask it",
    "ready": "load balancers ask it",
    "metrics": "Prometheus asks it, by token or from an allowed address",
    "account_login": "one must be able to sign in",
    "account_logout": "harmless for a stranger: it leads home",
    "account_signup": "says that registration is closed unless the site opens it",
    "account_confirm_login_code": "allauth's; without a code on its way it leads to the sign-in",
    "account_inactive": "tells a deactivated person so",
    "account_confirm_email": "the link of a mail is opened before signing in",
    "account_email_verification_sent": "shown before the first sign-in",
    "account_reset_password": "who forgot the password cannot sign in",
    "account_reset_password_done": "who forgot the password cannot sign in",
    "account_reset_password_from_key": "the link of a mail is opened before signing in",
    "account_reset_password_from_key_done": "who forgot the password cannot sign in",
    "admin:login": "Django's admin has a sign-in page of its own",
}
#: Values that look right, so that a page is refused for who asks and not for what is asked.
SAMPLE_TEXT = {"file_format": "json", "question_key": "S1-01", "key": "S1-01", "rule_id": "G1-1"}


def _routes(
    resolver: URLResolver, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """(name, address filled with valid-looking values, pattern) of every page."""
    for entry in resolver.url_patterns:
        address = prefix + _filled(entry)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _routes(entry, address, inner)
        elif entry.name or entry.callback:
            yield f"{space}{entry.name or address}", address, entry


def _filled(entry: URLPattern | URLResolver) -> str:
    pattern = entry.pattern
    if isinstance(pattern, RoutePattern):
        text = str(pattern)
        for name, converter in pattern.converters.items():
            for spelling in (f"<{_kind(converter)}:{name}>", f"<{name}>"):
                text = text.replace(spelling, _value(name, converter))
        return text
    assert isinstance(pattern, RegexPattern)
    return _from_expression(str(pattern))


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


def _value(name: str, converter: object) -> str:
    if isinstance(converter, UUIDConverter):
        return str(uuid.UUID(int=7))
    return "1" if isinstance(converter, IntConverter) else SAMPLE_TEXT.get(name, "one")


def _from_expression(text: str) -> str:
    """An address for the few expressions that allauth and the admin use."""
    known = {
        r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/abc/",
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc/",
        r"(?P<url>.*)$": "nothing-here",
    }
    if text.startswith("^(?P<app_label>"):
        return "accounts/"
    return known.get(text, text.strip("^$"))


def _all() -> list[tuple[str, str, URLPattern]]:
    return [(name, f"/{address}", entry) for name, address, entry in _routes(get_resolver())]


def test_the_public_pages_are_exactly_these() -> None:
    public = {
        name for name, _, entry in _all() if not getattr(entry.callback, "login_required", True)
    }
    assert sorted(public) == sorted(PUBLIC)


def test_the_addresses_are_really_walked() -> None:
    names = {name for name, _, _ in _all()}
    assert {"home", "interviews:question", "governance:charter", "admin:index"} <= names
    assert not any("<" in address for _, address, _ in _all())


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in_everywhere_else(method: str) -> None:
    stranger, faults = Client(), []
    for name, address, _ in _all():
        if name in PUBLIC:
            continue
        response = getattr(stranger, method)(address)
        if response.status_code != 302 or "login" not in response["Location"]:
            faults.append(f"{method} {name} {address}: {response.status_code}")
    assert faults == []


def test_a_requester_never_enters_the_admin(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(alice)
    for name, address, _ in _all():
        if name.startswith("admin:") and name not in PUBLIC:
            response = browser.get(address)
            assert response.status_code in (302, 403, 404), name


def test_every_form_needs_its_token(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    faults = []
    for name, address, entry in _all():
        response = browser.post(address)
        if response.status_code not in (403, 405):
            faults.append(f"{name}: {response.status_code}")
        if getattr(entry.callback, "csrf_exempt", False):
            faults.append(f"{name} is exempt")
    assert faults == []


def test_every_posting_form_carries_the_token() -> None:
    missing = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for form in path.read_text(encoding="utf-8").split("<form")[1:]:
            head, _, body = form.partition(">")
            if 'method="post"' in head.lower() and "csrf" not in body.split("</form>")[0]:
                missing.append(name_of(path))
    assert missing == []


def test_no_page_is_exempt_from_the_token() -> None:
    exempt = [name_of(path) for path in rooms_files() if "csrf_exempt" in path.read_text("utf-8")]
    assert exempt == []


def test_no_program_face_is_open_to_strangers() -> None:
    """Views of the HTTP API opt out of the login middleware, so they must not open themselves."""
    opened = [name_of(path) for path in rooms_files() if "AllowAny" in path.read_text("utf-8")]
    assert opened == []


def test_the_login_middleware_is_there() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
