"""What a load balancer learns."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


def test_without_a_provider_the_embedded_scorer_is_what_is_wanted() -> None:
    body = Client().get("/health").json()
    assert body == {"status": "healthy", "database": "connected", "llm": "embedded"}


@override_settings(LLM_PROVIDER="openai")
def test_a_provider_that_is_not_asked_is_never_called_available() -> None:
    reply = Client().get("/health")
    assert reply.status_code == 200
    assert reply.json()["llm"] == "degraded"
