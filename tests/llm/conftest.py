"""What tests of single providers share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from interviews.llm.providers import manners
from tests.fakes.llm.server import FakeModel
from tests.llm import vendors


@pytest.fixture(autouse=True)
def _nothing_learned() -> Iterator[None]:
    """Every test meets every model for the first time; no reply is kept and nobody was told."""
    manners.forget()
    cache.clear()
    yield
    manners.forget()
    cache.clear()


@pytest.fixture(params=vendors.NAMES)
def vendor(request: pytest.FixtureRequest) -> str:
    """Each provider in turn."""
    return str(request.param)


@pytest.fixture
def server(vendor: str, settings: Any) -> Iterator[FakeModel]:
    """A fake server that the provider is set up to ask."""
    with FakeModel() as model:
        vendors.configure(settings, vendor, model.url)
        yield model
