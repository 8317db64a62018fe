"""Only our own proxies are believed, and programs are told when they speak without https."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.request_facts import client_address
from uaip_project import env

NEAR, FAR = {"REMOTE_ADDR": "10.0.0.7"}, {"REMOTE_ADDR": "203.0.113.9"}
SAYS_HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def site(settings: Settings) -> Settings:
    """Production, as far as https goes."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXY_COUNT = 1
    return settings


def status(path: str = "/live", **request: Any) -> int:
    return Client().get(path, headers=SAYS_HTTPS, **request).status_code


def test_https_is_believed_of_the_proxy(site: Settings) -> None:
    assert status(**NEAR) == 200
    assert Client().get("/live", **NEAR).status_code == 301


def test_without_a_proxy_nobody_is_believed(site: Settings) -> None:
    site.TRUSTED_PROXY_COUNT = 0
    assert status(**NEAR) == status(**FAR) == 301


def test_who_goes_round_the_proxy_is_not_believed(site: Settings) -> None:
    site.TRUSTED_PROXY_CIDRS = ["10.0.0.0/24", "fd00::/8"]
    assert status(**NEAR) == status(REMOTE_ADDR="::ffff:10.0.0.7") == 200
    assert status(**FAR) == status(REMOTE_ADDR="") == 301


def test_neither_is_the_address_that_they_give(site: Settings) -> None:
    site.TRUSTED_PROXY_CIDRS = ["10.0.0.0/24"]
    given = {"HTTP_X_FORWARDED_FOR": "192.0.2.55"}
    asked = RequestFactory().get("/", **given, **NEAR)
    assert client_address(asked) == "192.0.2.55"
    assert client_address(RequestFactory().get("/", **given, **FAR)) == "203.0.113.9"


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/health", "/auth/login"])
def test_a_program_is_not_led_to_https_but_told(site: Settings, path: str) -> None:
    for ask in (Client().get, Client().post):
        reply = ask(path, headers={"X-API-Key": "uaip_secret"}, **NEAR)
        assert reply.status_code == 403
        assert "Ask by https" in reply.json()["error"]["message"]
        assert "Location" not in reply


@pytest.mark.django_db
def test_by_https_it_is_answered(site: Settings) -> None:
    assert status("/api/v1/me", **NEAR) == 401


def test_networks_of_proxies_are_read_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXY_CIDRS", "10.0.0.0/24, ::1/128")
    assert env.env_networks("TRUSTED_PROXY_CIDRS") == ["10.0.0.0/24", "::1/128"]
    monkeypatch.setenv("TRUSTED_PROXY_CIDRS", "proxy")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXY_CIDRS=proxy: use networks"):
        env.env_networks("TRUSTED_PROXY_CIDRS")
