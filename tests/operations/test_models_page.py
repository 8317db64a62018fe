"""The page and the API on which administrators and operators look after language models."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.llm import circuit
from interviews.models import Circuit, CircuitEvent, ModelSpend
from tests.builders.sessions import make_session
from tests.fakes.llm.server import FakeModel
from tests.fakes.llm.turns import fault
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
NAMED = {"provider": "custom", "model": "test-model"}


def page(browser: Client) -> str:
    reply = browser.get(reverse("operations:models"))
    assert reply.status_code == 200
    return str(reply.content.decode())


def press(browser: Client, deed: str, **fields: Any) -> Any:
    return browser.post(reverse(f"operations:{deed}"), NAMED | fields, follow=True)


def only() -> Circuit:
    return Circuit.objects.get(**NAMED)


def test_without_a_provider_it_says_who_scores(olga: User, client_of: Browse) -> None:
    text = page(client_of(olga))
    assert "the embedded scorer reads every answer" in text
    assert "No model is configured" in text


def test_olga_sees_the_model_where_texts_go_and_that_it_has_no_price(
    fake_model: FakeModel, olga: User, client_of: Browse
) -> None:
    text = page(client_of(olga))
    assert "A language model reads the answers." in text
    assert f"127.0.0.1:{fake_model.port}" in text
    assert "Asked first" in text
    assert "custom, test-model has no price" in text
    assert fake_model.requests == []


def test_a_missing_key_is_said_and_no_key_is_shown(
    olga: User, client_of: Browse, settings: Any
) -> None:
    settings.LLM_PROVIDER = "anthropic"
    settings.LLM_MODEL = "some-model"
    settings.LLM_KEYS = dict.fromkeys(settings.LLM_KEYS, "") | {"OPENAI_API_KEY": "sk-secret-key"}
    text = page(client_of(olga))
    assert "ANTHROPIC_API_KEY is not set" in text
    assert "sk-secret-key" not in text
    assert "Degraded" in text


def test_a_test_call_is_one_real_call(fake_model: FakeModel, olga: User, client_of: Browse) -> None:
    page(client_of(olga))
    text = press(client_of(olga), "model-test").content.decode()
    assert "answered in the shape asked for" in text
    assert len(fake_model.requests) == 1
    fake_model.will(fault(401))
    text = press(client_of(olga), "model-test").content.decode()
    assert 'class="error"' in text


def test_olga_stops_a_model_and_lets_it_go_on(
    fake_model: FakeModel, olga: User, client_of: Browse
) -> None:
    page(client_of(olga))
    text = press(client_of(olga), "circuit-stop", reason="The contract ends.").content.decode()
    assert "Stopped" in text
    assert "The contract ends." in text
    assert circuit.health() == "degraded"
    press(client_of(olga), "circuit-reset")
    assert only().state == "closed"
    assert circuit.health() == "available"
    event = AuditEvent.objects.get(type="circuit.forced_open")
    assert event.actor == audit.person(olga)


def test_stopping_needs_a_reason(fake_model: FakeModel, olga: User, client_of: Browse) -> None:
    page(client_of(olga))
    reply = press(client_of(olga), "circuit-stop", reason=" ")
    assert reply.status_code == 422
    assert "Say why" in reply.content.decode()
    assert only().state == "closed"


def test_every_field_has_an_id_of_its_own(two_models: Any, olga: User, client_of: Browse) -> None:
    """Each model has the same forms, and a label leads to its own field."""
    text = page(client_of(olga))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(re.findall(r'name="reason"', text)) == 2
    assert len(ids) == len(set(ids))


def test_figures_are_set_and_taken_back(
    fake_model: FakeModel, olga: User, client_of: Browse
) -> None:
    page(client_of(olga))
    press(client_of(olga), "circuit-figures", failure_limit="9", open_seconds="120")
    assert (only().failure_limit, only().window_seconds, only().open_seconds) == (9, None, 120)
    assert "0 of 9 within 60 seconds" in page(client_of(olga))
    reply = press(client_of(olga), "circuit-figures", failure_limit="0")
    assert reply.status_code == 422
    assert only().failure_limit == 9
    press(client_of(olga), "circuit-figures")
    assert only().failure_limit is None


def test_money_is_shown_by_day_beside_its_limit(
    olga: User, client_of: Browse, settings: Any
) -> None:
    settings.LLM = settings.LLM | {"budget": {**settings.LLM["budget"], "daily": 2}}
    today = timezone.localdate()
    ModelSpend.objects.create(
        day=today, provider="custom", cost=Decimal("1.75"), tokens=43210, call_count=17
    )
    text = page(client_of(olga))
    assert "1.75 USD</strong> today, of 2.00" in text
    assert "Most of the budget is used." in text
    assert "43,210" in text


def test_the_page_shows_no_project(
    fake_model: FakeModel, olga: User, alice: User, client_of: Browse
) -> None:
    make_session(alice, "A secret project")
    text = page(client_of(olga))
    assert "A secret project" not in text
    assert alice.email not in text


def test_the_history_does_not_change_the_number_of_statements(
    fake_model: FakeModel, olga: User, client_of: Browse
) -> None:
    browser = client_of(olga)
    page(browser)
    with statements() as few:
        page(browser)
    for number in range(20):
        CircuitEvent.objects.create(
            circuit=only(), what="opened", reason=f"number {number}", caused_by=olga
        )
        day = timezone.localdate() - timedelta(days=number)
        ModelSpend.objects.create(day=day, provider="custom", cost=1, tokens=1, call_count=1)
    with statements() as many:
        text = page(browser)
    assert "number 19" in text
    assert len(many) == len(few) <= 12


def test_an_administrator_may_and_requesters_and_reviewers_may_not(
    fake_model: FakeModel, ada: User, alice: User, rita: User, client_of: Browse
) -> None:
    assert "Language models</a>" in page(client_of(ada))
    for person in (alice, rita):
        browser = client_of(person)
        assert browser.get(reverse("operations:models")).status_code == 403
        for deed in ("model-test", "circuit-reset", "circuit-stop", "circuit-figures"):
            assert press(browser, deed, reason="x").status_code == 403
        assert "Language models" not in browser.get("/").content.decode()
    assert fake_model.requests == []


def test_a_deactivated_operator_may_nothing(olga: User, client_of: Browse) -> None:
    browser = client_of(olga)
    User.objects.filter(pk=olga.pk).update(is_active=False)
    assert browser.get(reverse("operations:models")).status_code == 302


def test_a_model_that_nobody_knows_is_not_found(olga: User, client_of: Browse) -> None:
    assert press(client_of(olga), "circuit-reset").status_code == 404
