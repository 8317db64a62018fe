"""The guide's /api/admin/circuit-breaker-* for administrators and operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.llm import circuit
from interviews.models import Circuit
from tests.fakes.llm.server import FakeModel

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
ROOT = "/api/admin/circuit-breaker"


@pytest.fixture
def browser(fake_model: FakeModel, olga: User, client_of: Browse) -> Client:
    """Olga, on an installation with one model."""
    return client_of(olga)


def send(browser: Client, method: str, name: str, content: Any = None) -> Any:
    deed = getattr(browser, method)
    if method == "get":
        return deed(f"{ROOT}-{name}")
    return deed(f"{ROOT}-{name}", content, content_type="application/json")


def test_status_tells_every_circuit(browser: Client) -> None:
    reply = send(browser, "get", "status")
    assert reply.status_code == 200
    assert reply["Content-Type"] == "application/json"
    body = reply.json()
    assert body["llm"] == "available"
    (one,) = body["circuits"]
    assert (one["provider"], one["model"], one["state"]) == ("custom", "test-model", "closed")
    assert (one["failure_threshold"], one["recovery_timeout"]) == (5, 30)


def test_the_guides_reset_of_all_closes_them(browser: Client, olga: User) -> None:
    send(browser, "get", "status")
    circuit.force_open(Circuit.objects.get(), by=None, reason="Trouble")
    assert send(browser, "get", "status").json()["circuits"][0]["state"] == "stopped"
    reply = send(browser, "post", "reset", {"failure_type": "all"})
    assert reply.json()["circuits"][0]["state"] == "closed"
    assert AuditEvent.objects.get(type="circuit.reset").actor == audit.person(olga)


def test_the_guides_controlled_failure_costs_nothing_and_leaves_nothing(
    browser: Client, fake_model: FakeModel
) -> None:
    send(browser, "get", "status")
    reply = send(browser, "post", "test", {"test_type": "controlled_failure"})
    assert reply.json()["ok"] is True
    assert "opened after 5 failures and closed again" in reply.json()["results"][0]["sentence"]
    assert fake_model.requests == []
    assert [one.provider for one in Circuit.objects.all()] == ["custom"]
    types = AuditEvent.objects.values_list("type", flat=True)
    assert list(types) == ["circuit.rehearsed"]


def test_a_test_by_call_asks_the_model_once(browser: Client, fake_model: FakeModel) -> None:
    reply = send(browser, "post", "test", {"test_type": "call", "provider": "custom"})
    assert reply.json()["ok"] is True
    assert reply.json()["results"][0]["model"] == "test-model"
    assert len(fake_model.requests) == 1


def test_the_guides_configuration_is_taken(browser: Client) -> None:
    wish = {"failure_threshold": 3, "recovery_timeout": 90, "half_open_max_calls": 1}
    one = send(browser, "put", "config", wish).json()["circuits"][0]
    assert (one["failure_threshold"], one["recovery_timeout"]) == (3, 90)
    assert send(browser, "get", "config").json()["circuits"][0]["failure_threshold"] == 3
    one = send(browser, "put", "config", {}).json()["circuits"][0]
    assert one["failure_threshold"] == 5


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"failure_threshold": 0}, "failure_threshold"),
        ({"recovery_timeout": "soon"}, "recovery_timeout"),
        ({"half_open_max_calls": 4}, "half_open_max_calls"),
        ({"provider": "x" * 41}, "provider"),
    ],
)
def test_figures_that_cannot_be_are_named(browser: Client, wish: Any, field: str) -> None:
    reply = send(browser, "put", "config", wish)
    assert reply.status_code == 422
    error = reply.json()["error"]
    assert error["code"] == "VALIDATION_FAILED"
    assert field in error["details"]


def test_what_cannot_be_read_is_400(browser: Client) -> None:
    reply = browser.put(f"{ROOT}-config", "{", content_type="application/json")
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "BAD_REQUEST"


def test_a_circuit_that_nobody_knows_is_404(browser: Client) -> None:
    for name, more in (("reset", {}), ("test", {"test_type": "call"})):
        reply = send(browser, "post", name, {"provider": "nobody", **more})
        assert reply.status_code == 404
        assert "nobody" in reply.json()["error"]["message"]


def test_the_summary_counts_the_last_day(browser: Client) -> None:
    send(browser, "get", "status")
    circuit.force_open(Circuit.objects.get(), by=None, reason="Trouble")
    body = send(browser, "get", "health-summary").json()
    assert body["llm"] == "degraded"
    assert (body["closed"], body["not_closed"], body["opened_last_day"]) == (0, 1, 1)
    assert body["budget"]["currency"] == "USD"


def test_requesters_and_reviewers_are_refused(
    fake_model: FakeModel, alice: User, rita: User, client_of: Browse
) -> None:
    for person in (alice, rita):
        browser = client_of(person)
        for method, name in (
            ("get", "status"),
            ("get", "health-summary"),
            ("get", "config"),
            ("put", "config"),
            ("post", "reset"),
            ("post", "test"),
        ):
            reply = send(browser, method, name, {})
            assert reply.status_code == 403, name
            assert reply.json()["error"]["code"] == "FORBIDDEN"


def test_a_method_that_is_not_there_is_refused(browser: Client) -> None:
    assert send(browser, "post", "status", {}).status_code in (403, 405)
    assert browser.delete(f"{ROOT}-config").status_code in (403, 405)


def test_another_sites_script_cannot_press_the_buttons(fake_model: FakeModel, olga: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(olga)
    reply = send(browser, "post", "reset", {"failure_type": "all"})
    assert reply.status_code == 403


def test_a_form_is_not_taken_for_a_wish_about_all(browser: Client) -> None:
    send(browser, "get", "status")
    circuit.force_open(Circuit.objects.get(), by=None, reason="Trouble")
    assert browser.post(f"{ROOT}-reset", {"provider": "another"}).status_code == 415
    assert Circuit.objects.get().state == Circuit.State.OPEN


@pytest.mark.parametrize(
    ("method", "name"), [("post", "reset"), ("post", "test"), ("put", "config")]
)
def test_brackets_without_end_are_refused(browser: Client, method: str, name: str) -> None:
    assert send(browser, method, name, "[" * 100_000).status_code == 400
