"""`validate_config --security`: each insecure setting of the list is found."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from pytest_django import Settings

from accounts import key_ring
from tests.operations.deployment.test_validate_config import validate

#: What production would look like if everything were as it should be.
SAFE: dict[str, Any] = {
    "ENVIRONMENT": "production",
    "IS_PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": "q7" * 40 + "abcdefghij",
    "ALLOWED_HOSTS": ["uaip.example.org"],
    "BASE_URL": "https://uaip.example.org",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_SSL_REDIRECT": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "RATE_LIMITING_ENABLED": True,
    "MFA_REQUIRED_ROLES": ["admin", "superadmin"],
    "TRUSTED_PROXY_COUNT": 1,
    "TRUSTED_PROXY_CIDRS": ["10.0.0.0/24"],
    "IS_CLOSED_NETWORK": True,
    "METRICS_ALLOWED_CIDRS": ["10.0.0.0/24"],
}
#: (setting, insecure value, the check that must find it).
INSECURE: list[tuple[str, Any, str]] = [
    ("DEBUG", True, "uaip.E005"),
    ("DEBUG", True, "security.W018"),
    ("SECRET_KEY", "short", "uaip.E004"),
    ("SECRET_KEY", "a" * 60, "security.W009"),
    ("SECRET_KEY", "django-insecure-" + "q7" * 30, "security.W009"),
    ("SECRET_KEY_FALLBACKS", ["short"], "security.W025"),
    ("ALLOWED_HOSTS", [], "uaip.E001"),
    ("ALLOWED_HOSTS", [], "security.W020"),
    ("ALLOWED_HOSTS", ["*"], "uaip.W010"),
    ("BASE_URL", "http://uaip.example.org", "uaip.W009"),
    ("SESSION_COOKIE_SECURE", False, "security.W0"),
    ("SESSION_COOKIE_HTTPONLY", False, "security.W0"),
    ("CSRF_COOKIE_SECURE", False, "security.W016"),
    ("SECURE_HSTS_SECONDS", 0, "security.W004"),
    ("SECURE_HSTS_INCLUDE_SUBDOMAINS", False, "security.W005"),
    ("SECURE_SSL_REDIRECT", False, "security.W008"),
    ("SECURE_CONTENT_TYPE_NOSNIFF", False, "security.W006"),
    ("SECURE_REFERRER_POLICY", None, "security.W022"),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "anything", "security.E024"),
    ("X_FRAME_OPTIONS", "SAMEORIGIN", "security.W019"),
    ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "uaip.W011"),
    ("RATE_LIMITING_ENABLED", False, "uaip.W012"),
    ("MFA_REQUIRED_ROLES", [], "uaip.W014"),
    ("METRICS_ALLOWED_CIDRS", ["0.0.0.0/0"], "uaip.W015"),
    ("METRICS_ALLOWED_CIDRS", ["everybody"], "uaip.E006"),
    ("TRUSTED_PROXY_COUNT", 0, "uaip.W019"),
    ("TRUSTED_PROXY_CIDRS", [], "uaip.W019"),
    ("HAS_JWT_SECRET", True, "uaip.W007"),
    ("JWT_PRIVATE_KEY", "no key at all", "uaip.E007"),
    ("KEY_PEPPERS", "no pepper", "uaip.E007"),
    ("FIELD_KEYS", "", "uaip.W018"),
    ("FIELD_KEYS", "no key", "uaip.E008"),
    ("BACKUP_KEY", "no key", "uaip."),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def safe(settings: Settings, field_key: str) -> Settings:
    """A site as it should be."""
    for name, value in SAFE.items():
        setattr(settings, name, value)
    return settings


def _found(done: str) -> str:
    return "\n".join(line for line in done.splitlines() if " security: " in line)


@cache
def _found_when_safe() -> str:
    """The same for every test: asked once, while everything is as it should be."""
    return _found(validate("--security").out)


def test_there_are_at_least_thirty_of_them() -> None:
    assert len(INSECURE) >= 30


@pytest.mark.parametrize(("name", "value", "check"), INSECURE)
def test_an_insecure_setting_is_found(safe: Settings, name: str, value: Any, check: str) -> None:
    before = _found_when_safe()
    setattr(safe, name, value)
    key_ring.forget()
    done = validate("--security")
    new = set(_found(done.out).splitlines()) - set(before.splitlines())
    assert done.code == 1
    assert any(check in line for line in new), (name, new)
