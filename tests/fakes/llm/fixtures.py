"""Fixtures: one or two fake providers that the house believes to be real."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from interviews.llm import providers
from tests.fakes.llm.server import FakeModel


@pytest.fixture
def fake_model(settings: Any) -> Iterator[FakeModel]:
    """The house is configured to ask a custom provider, which is this server."""
    with FakeModel() as server:
        configure(settings, server)
        yield server


@pytest.fixture
def two_models(settings: Any) -> Iterator[tuple[FakeModel, FakeModel]]:
    """A custom provider, and another that is asked when the first fails."""
    with FakeModel() as first, FakeModel() as second:
        configure(settings, first, fallback=second)
        # As a worker does when it starts: the first call's deadline is not for imports.
        providers.import_sdks()
        yield first, second


def configure(settings: Any, server: FakeModel, *, fallback: FakeModel | None = None) -> None:
    """Settings of a house with this provider, nothing cached, and no patience."""
    settings.LLM_PROVIDER = "custom"
    settings.LLM_MODEL = "test-model"
    settings.LLM_FALLBACK_PROVIDER = "anthropic" if fallback else ""
    settings.LLM_FALLBACK_MODEL = "other-model" if fallback else ""
    settings.CACHE_LLM_RESPONSES = False
    settings.LLM_TIMEOUT_SECONDS = 5.0
    settings.LLM_ATTEMPT_SECONDS = 10.0
    keys = dict.fromkeys(settings.LLM_KEYS, "")
    keys["CUSTOM_LLM_ENDPOINT"] = f"{server.url}/v1/chat/completions"
    if fallback:
        keys |= {"ANTHROPIC_API_KEY": "key-of-the-test", "ANTHROPIC_BASE_URL": fallback.url}
    settings.LLM_KEYS = keys
    settings.LLM = _impatient(settings.LLM)


def _impatient(site: dict[str, Any]) -> dict[str, Any]:
    """The site's figures with waits that a test can sit through."""
    changed = copy.deepcopy(site)
    changed["retries"] |= {
        "backoff_seconds": 0.01,
        "backoff_most_seconds": 0.05,
        "throttle_most_seconds": 1.0,
        "fallback_after_seconds": 0.2,
    }
    return changed
