"""Every page needs a login unless its name stands in one short list."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern
from django.urls.converters import IntConverter, UUIDConverter

from accounts.models import User
from tests.house import addresses
from tests.house.tree import ROOT, name_of, rooms_files

pytestmark = pytest.mark.django_db

#: What strangers may open, and why.
PUBLIC = {
    "health": "load balancers ask it",
    "live": "load balancers ask it",
    "ready": "load balancers ask it",
    "metrics": "Prometheus asks it, by token or from an allowed address",
    "csp-report": "browsers report by themselves what the content policy refused",
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
    "people:invitation-accept": "whoever is invited has no account yet",
    "interviews:colleague-reply": "a colleague without an account answers one question by a signed link",
    "governance:shared": "people without an account read a charter by a link that its author made",
    "governance:shared-file": "and take it away as a file",
    "mfa_authenticate": "the second step of signing in; without the first it leads there",
    "mfa_login_webauthn": "one must be able to sign in with a passkey",
    "admin:login": "leads to the one sign-in page",
}
#: Addresses of the API that strangers may ask, and why.
PUBLIC_FACES = {
    "auth:login": "programs must be able to sign in",
    "auth:refresh": "the refresh token says who asks",
    "auth:logout": "the token says who leaves",
    "auth:register": "where the site opens it; else it is not there",
}
#: Pages that take a form without its token, file -> why.
TOKENLESS = {
    "uaip_project/csp_report.py": "browsers send it without a page; it changes nothing",
}
#: Values that look right, so that a page is refused for who asks and not for what is asked.
SAMPLE_TEXT = {
    "file_format": "json",
    "token": "nothing",
    "question_key": "S1-01",
    "key": "S1-01",
    "rule_id": "G1-1",
}


def _everything() -> list[tuple[str, str, URLPattern]]:
    return addresses.all_routes(_value)


def _value(route: str, name: str, converter: object) -> str:
    if isinstance(converter, UUIDConverter):
        return str(uuid.UUID(int=7))
    return "1" if isinstance(converter, IntConverter) else SAMPLE_TEXT.get(name, "one")


def _all() -> list[tuple[str, str, URLPattern]]:
    """Every page."""
    return [one for one in _everything() if not hasattr(one[2].callback, "cls")]


def _faces() -> list[tuple[str, str, URLPattern]]:
    """Every address of the HTTP API."""
    return [one for one in _everything() if hasattr(one[2].callback, "cls")]


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


def test_the_public_addresses_of_the_api_are_exactly_these() -> None:
    names = {name for name, _, entry in _faces() if not entry.callback.cls.authentication_classes}
    assert sorted(names) == sorted(PUBLIC_FACES)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_a_stranger_is_asked_for_a_token_at_every_address_of_the_api(method: str) -> None:
    stranger, faults = Client(), []
    for name, address, _ in _faces():
        if name in PUBLIC_FACES:
            continue
        response = getattr(stranger, method)(address, content_type="application/json")
        if response.status_code != 401 or "Bearer" not in response["WWW-Authenticate"]:
            faults.append(f"{method} {name} {address}: {response.status_code}")
    assert faults == []


def test_no_foreign_page_changes_anything_through_the_api(alice: User) -> None:
    """A browser's session counts only together with the form's token."""
    browser, faults = Client(enforce_csrf_checks=True), []
    browser.force_login(alice)
    for name, address, entry in _faces():
        for method in ("post", "put", "patch", "delete"):
            if name in PUBLIC_FACES or not hasattr(entry.callback.cls, method):
                continue
            response = getattr(browser, method)(address, content_type="application/json")
            if response.status_code != 403 or "CSRF" not in response.json()["error"]["message"]:
                faults.append(f"{method} {name}: {response.status_code}")
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
    browser.force_login(alice)
    faults = []
    for name, address, entry in _all():
        if name == "csp-report":
            continue
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
    assert exempt == sorted(TOKENLESS)


def test_no_program_face_is_open_to_strangers() -> None:
    """Views of the HTTP API opt out of the login middleware, so they must not open themselves."""
    opened = [name_of(path) for path in rooms_files() if "AllowAny" in path.read_text("utf-8")]
    assert opened == []


def test_the_login_middleware_is_there() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
