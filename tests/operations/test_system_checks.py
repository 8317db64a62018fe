"""Combinations of settings that would hurt are said before anything starts."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from accounts import sealing
from tests.fakes.llm.server import FakeModel
from uaip_project.operations.backups import backup_keys


def found() -> set[str]:
    return {one.id for one in run_checks() if one.id.startswith("uaip.")}


def test_the_embedded_start_has_nothing_to_complain_about() -> None:
    assert found() == set()


@override_settings(IS_PRODUCTION=True, ENVIRONMENT="production", ALLOWED_HOSTS=[])
def test_a_production_site_that_nobody_can_reach_is_refused() -> None:
    assert "uaip.E001" in found()


#: A site as it should be.
SITE: dict[str, Any] = {
    "IS_PRODUCTION": True,
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": ["uaip.example.org"],
    "BASE_URL": "https://uaip.example.org",
    "POSTGRES_HOST": "postgres",
    "BROKER_URL": "redis://redis:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "RATE_LIMITING_ENABLED": True,
    "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
    "MFA_REQUIRED_ROLES": ["admin", "superadmin"],
    "TRUSTED_PROXY_COUNT": 1,
    "TRUSTED_PROXY_CIDRS": ["10.0.0.0/24"],
    "IS_CLOSED_NETWORK": True,
    "FIELD_KEYS": sealing.new_field_key(),
    "BACKUP_KEY": backup_keys.new_key(),
}


@override_settings(**SITE)
def test_a_site_with_servers_and_a_name_passes() -> None:
    assert found() == set()


def test_a_production_site_on_embedded_defaults_is_warned() -> None:
    with override_settings(**SITE | {"POSTGRES_HOST": "", "BROKER_URL": ""}):
        assert found() == {"uaip.W002"}


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("BASE_URL", "http://uaip.example.org", "uaip.W009"),
        ("BASE_URL", "https://localhost:10000", "uaip.W009"),
        ("FIELD_KEYS", "", "uaip.W018"),
        ("BACKUP_KEY", "", "uaip.W040"),
        ("ALLOWED_HOSTS", ["*"], "uaip.W010"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "uaip.W011"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "uaip.W011"),
        ("RATE_LIMITING_ENABLED", False, "uaip.W012"),
        ("MFA_REQUIRED_ROLES", [], "uaip.W014"),
        ("MFA_REQUIRED_ROLES", ["superadmin"], "uaip.W014"),
        ("METRICS_ALLOWED_CIDRS", ["10.0.0.0/8", "0.0.0.0/0"], "uaip.W015"),
        ("TRUSTED_PROXY_COUNT", 0, "uaip.W019"),
        ("TRUSTED_PROXY_CIDRS", [], "uaip.W019"),
        ("IS_CLOSED_NETWORK", False, "uaip.W020"),
    ],
)
def test_what_only_a_laptop_may_have_is_warned_about_in_production(
    name: str, value: Any, complaint: str
) -> None:
    with override_settings(**SITE | {name: value}):
        assert found() == {complaint}
    with override_settings(**{name: value}):
        assert found() == set()


def test_servers_that_show_a_checked_certificate_need_no_closed_network() -> None:
    redis = "rediss://redis:6379/0"
    tls = {"POSTGRES_SSLMODE": "verify-full", "BROKER_URL": redis, "CACHE_URL": redis}
    with override_settings(**SITE | tls | {"IS_CLOSED_NETWORK": False}):
        assert found() == set()
    for name, value in (("POSTGRES_SSLMODE", "require"), ("CACHE_URL", "redis://redis:6379/0")):
        with override_settings(**SITE | tls | {"IS_CLOSED_NETWORK": False, name: value}):
            assert found() == {"uaip.W020"}


def test_open_registration_needs_confirmed_addresses() -> None:
    with override_settings(REGISTRATION_OPEN=True, ACCOUNT_EMAIL_VERIFICATION="none"):
        assert found() == {"uaip.W013"}
    with override_settings(**SITE, REGISTRATION_OPEN=True):
        assert found() == set()


def test_a_file_that_asks_less_than_the_guide_is_said_with_its_key(settings: Any) -> None:
    settings.STAGES = copy.deepcopy(settings.STAGES)
    settings.STAGES["stage_agents"]["stage5"]["quality_threshold"] = 7.5
    (one,) = [one for one in run_checks() if one.id == "uaip.W016"]
    assert "stages.stage_agents.stage5.quality_threshold is 7.5" in one.msg


@pytest.mark.parametrize(("length", "complaints"), [(31, {"uaip.E004"}), (32, set())])
def test_a_key_that_can_be_guessed_is_refused(length: int, complaints: set[str]) -> None:
    with override_settings(**SITE, SECRET_KEY="k" * length):
        assert found() == complaints


def test_a_laptop_may_have_any_key_and_debug_pages() -> None:
    with override_settings(SECRET_KEY="short", DEBUG=True):
        assert found() == set()


def test_debug_pages_are_refused_in_production() -> None:
    with override_settings(**SITE, DEBUG=True):
        assert found() == {"uaip.E005"}


@override_settings(LLM_PROVIDER="openai", LLM_MODEL="some-model")
def test_a_provider_without_its_key_is_warned_about() -> None:
    (one,) = [one for one in run_checks() if one.id == "uaip.W003"]
    assert "OPENAI_API_KEY is not set" in one.msg
    assert "embedded scorer" in one.msg


@override_settings(LLM_PROVIDER="nobody")
def test_a_provider_that_there_is_not_is_warned_about() -> None:
    assert found() == {"uaip.W003"}


def test_a_provider_that_can_be_asked_is_fine(fake_model: FakeModel) -> None:
    assert found() == set()


def test_a_fallback_to_the_same_model_is_none(fake_model: FakeModel, settings: Any) -> None:
    settings.LLM_FALLBACK_PROVIDER = "custom"
    assert "uaip.W004" in found()
    settings.LLM_FALLBACK_MODEL = "another-model"
    assert found() == set()


@override_settings(LLM_TIMEOUT_SECONDS=90.0, LLM_ATTEMPT_SECONDS=60.0)
def test_a_call_that_outlasts_its_attempt_is_warned_about() -> None:
    assert found() == {"uaip.W005"}


@override_settings(LLM_TEMPERATURE=3.0)
def test_a_temperature_that_no_provider_takes_is_warned_about() -> None:
    assert found() == {"uaip.W006"}


@pytest.mark.parametrize("name", ["METRICS_ALLOWED_CIDRS", "WEBHOOK_ALLOWED_CIDRS"])
def test_a_network_that_cannot_be_read_is_refused(name: str) -> None:
    with override_settings(**{name: ["the office"]}):
        assert found() == {"uaip.E006"}
