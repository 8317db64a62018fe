"""What a load balancer learns."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone

from interviews.llm import circuit
from interviews.models import ModelSpend
from tests.fakes.llm.server import FakeModel
from uaip_project.operations import probes

pytestmark = pytest.mark.django_db


def test_without_a_provider_the_embedded_scorer_is_what_is_wanted() -> None:
    body = Client().get("/health").json()
    assert body == {"status": "healthy", "database": "connected", "llm": "embedded"}


@override_settings(LLM_PROVIDER="openai")
def test_a_provider_without_a_key_is_degraded() -> None:
    reply = Client().get("/health")
    assert reply.status_code == 200
    assert reply.json()["llm"] == "degraded"


def test_a_provider_that_can_be_asked_is_available_and_costs_no_call(
    fake_model: FakeModel,
) -> None:
    assert Client().get("/health").json()["llm"] == "available"
    assert fake_model.requests == []


def test_a_model_that_is_left_alone_makes_it_degraded_until_it_is_back(
    fake_model: FakeModel,
) -> None:
    (row,) = circuit.circuits()
    circuit.force_open(row, by=None, reason="Trouble")
    assert Client().get("/health").json()["llm"] == "degraded"
    circuit.reset(row, by=None)
    assert Client().get("/health").json()["llm"] == "available"


def test_a_fallback_that_can_be_asked_is_enough(two_models: tuple[FakeModel, FakeModel]) -> None:
    row = next(one for one in circuit.circuits() if one.provider == "custom")
    circuit.force_open(row, by=None, reason="Trouble")
    assert Client().get("/health").json()["llm"] == "available"


def test_a_budget_that_is_used_up_makes_it_degraded(fake_model: FakeModel, settings: Any) -> None:
    settings.LLM = settings.LLM | {"budget": {**settings.LLM["budget"], "daily": 1}}
    ModelSpend.objects.create(day=timezone.localdate(), provider="custom", cost=1, tokens=1)
    assert Client().get("/health").json()["llm"] == "degraded"


def test_without_a_database_it_is_never_called_available(fake_model: FakeModel) -> None:
    with mock.patch.object(circuit, "health", side_effect=OperationalError("gone")):
        assert probes.language_model() == "degraded"
    with (
        mock.patch.object(circuit, "health", side_effect=OperationalError("gone")),
        override_settings(LLM_PROVIDER=""),
    ):
        assert probes.language_model() == "embedded"
