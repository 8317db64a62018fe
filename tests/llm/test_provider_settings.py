"""Who is configured, what is missing, and what the web process does not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from interviews.llm import providers
from interviews.llm.types import FaultKind, ModelFault
from tests.fakes.llm.server import FakeModel
from tests.house.tree import ROOT, parsed
from tests.llm.vendors import NAMES, ask, configure

LLM = ROOT / "interviews" / "llm"


def test_the_guides_five_providers_are_known() -> None:
    assert providers.names() == NAMES


def test_without_a_provider_nobody_is_asked_and_nothing_is_wrong(settings: Any) -> None:
    settings.LLM_PROVIDER = ""
    assert not providers.is_wanted()
    assert providers.configured() == []
    assert providers.problems() == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("azure", "AZURE_OPENAI_KEY"),
        ("azure", "AZURE_OPENAI_ENDPOINT"),
        ("gemini", "GOOGLE_API_KEY"),
        ("custom", "CUSTOM_LLM_ENDPOINT"),
    ],
)
def test_a_provider_without_its_key_is_left_out_and_said(
    settings: Any, name: str, missing: str
) -> None:
    configure(settings, name, "http://127.0.0.1:9")
    settings.LLM_KEYS |= {missing: ""}
    assert providers.configured() == []
    assert providers.problems() == [f"LLM_PROVIDER={name}: {missing} is not set."]
    with pytest.raises(ModelFault, match=f"{missing} is not set") as raised:
        providers.provider(name)
    assert raised.value.kind == FaultKind.NOT_CONFIGURED


def test_an_unknown_provider_is_answered_with_those_that_there_are(settings: Any) -> None:
    configure(settings, "gpt", "http://127.0.0.1:9")
    assert providers.problems() == [
        "LLM_PROVIDER=gpt: no such provider; there are anthropic, azure, custom, gemini, openai."
    ]
    with pytest.raises(ModelFault, match="no such provider"):
        providers.provider("gpt")


def test_a_provider_without_a_model_is_said(settings: Any, vendor: str) -> None:
    configure(settings, vendor, "http://127.0.0.1:9")
    settings.LLM_MODEL = ""
    wanted = [] if vendor == "azure" else [f"LLM_PROVIDER={vendor}: LLM_MODEL is not set."]
    assert providers.problems() == wanted
    assert len(providers.configured()) == (1 if vendor == "azure" else 0)


def test_the_primary_comes_first_and_the_fallback_has_its_own_model(settings: Any) -> None:
    configure(settings, "openai", "http://127.0.0.1:9")
    settings.LLM_FALLBACK_PROVIDER, settings.LLM_FALLBACK_MODEL = "anthropic", "other-model"
    found = [(one.name, one.model) for one in providers.configured()]
    assert found == [("openai", "test-model"), ("anthropic", "other-model")]
    settings.LLM_FALLBACK_MODEL = ""
    assert [one.name for one in providers.configured()] == ["openai"]
    assert providers.problems() == [
        "LLM_FALLBACK_PROVIDER=anthropic: UAIP_LLM_FALLBACK_MODEL is not set."
    ]


def test_a_fallback_may_be_another_model_of_the_same_provider_but_not_the_same(
    settings: Any,
) -> None:
    configure(settings, "openai", "http://127.0.0.1:9")
    settings.LLM_FALLBACK_PROVIDER, settings.LLM_FALLBACK_MODEL = "openai", "small-model"
    assert [one.model for one in providers.configured()] == ["test-model", "small-model"]
    settings.LLM_FALLBACK_MODEL = "test-model"
    assert [one.model for one in providers.configured()] == ["test-model"]


@pytest.mark.parametrize("address", ["llm.example/v1", "ftp://llm.example", "http://", "http://[x"])
def test_an_address_that_is_none_is_said(settings: Any, address: str) -> None:
    configure(settings, "custom", "http://127.0.0.1:9")
    settings.LLM_KEYS |= {"CUSTOM_LLM_ENDPOINT": address}
    assert "is not an address" in providers.problems()[0]
    assert providers.configured() == []


@pytest.mark.parametrize("ending", ["/v1/chat/completions", "/v1", "/v1/", "/v1/chat/completions/"])
def test_a_custom_endpoint_may_be_given_with_or_without_its_path(
    settings: Any, ending: str
) -> None:
    with FakeModel() as server:
        configure(settings, "custom", server.url, key="")
        settings.LLM_KEYS |= {"CUSTOM_LLM_ENDPOINT": f"{server.url}{ending}"}
        ask("custom")
    assert server.requests[0].path == "/v1/chat/completions"


def test_user_and_password_of_an_address_are_shown_to_nobody(settings: Any) -> None:
    configure(settings, "custom", "http://127.0.0.1:9")
    endpoint = "https://user:hidden@llm.example/v1/chat/completions"
    settings.LLM_KEYS |= {"CUSTOM_LLM_ENDPOINT": endpoint}
    one = providers.provider("custom")
    assert one.host == "llm.example:443"
    assert "hidden" not in repr(one)


def test_the_deployment_and_version_stand_in_the_address(settings: Any) -> None:
    with FakeModel() as server:
        configure(settings, "azure", server.url)
        ask("azure")
    seen = server.requests[0]
    assert seen.path == "/openai/deployments/our-deployment/chat/completions"
    assert seen.query == "api-version=2024-02-01"


def test_what_stands_in_the_environment_goes_to_nobody(
    settings: Any, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDKs read variables of their own; only our settings say what is sent where."""
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "ANTHROPIC_AUTH_TOKEN", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "from-the-environment")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with FakeModel() as server:
        configure(settings, vendor, server.url)
        ask(vendor)
    assert "from-the-environment" not in str(server.requests[0].headers)


def _python_files() -> list[Path]:
    return sorted(LLM.rglob("*.py"))


@pytest.mark.parametrize("name", sorted({*NAMES} - {"custom"}))
def test_a_vendors_name_stands_in_exactly_one_file(name: str) -> None:
    holding = [path.name for path in _python_files() if name in path.read_text("utf-8").lower()]
    assert len(holding) == 1


def test_no_file_speaks_of_tools() -> None:
    spoken = {
        str(getattr(node, "value", getattr(node, "arg", "")))
        for path in _python_files()
        for node in ast.walk(parsed(path))
        if node.__class__.__name__ in {"Constant", "keyword"}
    }
    assert not spoken & {"tools", "tool_choice", "functions", "function_call"}


def test_a_worker_that_starts_imports_the_sdk_of_its_provider_and_no_other() -> None:
    code = (
        "import django, sys; django.setup(); from uaip_project.celery import get_ready; get_ready();"
        "print(sorted({'openai', 'anthropic'} & set(sys.modules)))"
    )
    own = {"LLM_PROVIDER": "custom", "LLM_MODEL": "m", "CUSTOM_LLM_ENDPOINT": "http://localhost/v1"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "uaip_project.settings", "PATH": "", **own},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip().splitlines()[-1] == "['openai']"


def test_the_web_process_loads_no_sdk() -> None:
    code = (
        "import django, sys; django.setup(); from django.urls import get_resolver;"
        "get_resolver().url_patterns; from interviews.llm import providers; providers.problems();"
        "print(sorted({'openai', 'anthropic'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip().splitlines()[-1] == "[]"
