"""What the tests about people share."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _limits_of_its_own(settings: Settings) -> None:
    """Each test counts attempts anew: all of them come from one address."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": uuid.uuid4().hex,
        }
    }
