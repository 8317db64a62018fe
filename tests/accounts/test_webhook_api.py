"""Webhooks through the API: the same deeds as on the pages, for administrators' programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User, WebhookEndpoint
from accounts.permissions import Role
from accounts.services import webhooks
from tests.builders.people import make_person
from tests.builders.programs import Program, error_of
from tests.builders.webhooks import add, signs, tell
from tests.fakes.webhook_receiver import Receiver, Turn

pytestmark = pytest.mark.django_db

URL = "https://hooks.example.org/uaip"
Work = Callable[[], int]


@pytest.fixture
def ada() -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def program(ada: User, client_of: Callable[[User], Client]) -> Program:
    """A program that asks as ada."""
    return Program(client_of(ada))


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Another system on this machine, which the site names."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    with Receiver() as running:
        yield running


def test_a_secret_is_in_one_reply_only(program: Program) -> None:
    made = program.post(
        "/webhooks", {"url": URL, "events": ["charter.issued"]}, Idempotency_Key="once"
    )
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    shown = program.get(made["Location"])
    assert {**shown.json(), "secret": made.json()["secret"]} == made.json()
    assert shown["ETag"] == made["ETag"]
    again = program.post(
        "/webhooks", {"url": URL, "events": ["charter.issued"]}, Idempotency_Key="once"
    )
    assert again.status_code == 409
    assert WebhookEndpoint.objects.count() == 1
    assert "secret" not in program.get("/webhooks").json()["items"][0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "http://hooks.example.org/"}, "url"),
        ({"url": "https://user:pass@hooks.example.org/"}, "url"),
        ({"url": URL, "events": ["session.started"]}, "events"),
        ({"url": URL, "events": ["webhook.test"]}, "events"),
        ({"url": URL, "secret": "mine"}, "secret"),
        ({"url": URL, "description": "x" * 201}, "description"),
    ],
)
def test_what_cannot_be_is_named(program: Program, body: dict[str, object], field: str) -> None:
    reply = program.post("/webhooks", body)
    assert reply.status_code == 422
    assert field in error_of(reply)["details"]
    assert not WebhookEndpoint.objects.exists()


def test_a_change_names_the_version_that_it_changes(program: Program, ada: User) -> None:
    address = f"/webhooks/{add(URL, by=ada).endpoint.code}"
    tag = program.get(address)["ETag"]
    assert program.patch(address, {"is_active": False}).status_code == 428
    off = program.patch(address, {"is_active": False}, If_Match=tag)
    assert (off.status_code, off.json()["off_why"]) == (200, "by_hand")
    stale = program.patch(address, {"events": []}, If_Match=tag)
    assert stale.status_code == 412
    changed = program.patch(address, {"events": ["decision.made"]}, If_Match=off["ETag"])
    assert (changed.json()["events"], changed.json()["url"]) == (["decision.made"], URL)
    assert program.delete(address, If_Match=changed["ETag"]).status_code == 204
    assert program.get(address).status_code == 404


def test_tests_and_redelivery_show_how_they_went(
    program: Program, ada: User, receiver: Receiver, work: Work
) -> None:
    made = add(receiver.url, by=ada)
    receiver.will(Turn(500))
    sent = program.post(f"/webhooks/{made.endpoint.code}/test", {})
    assert (sent.status_code, sent.json()["status"]) == (202, "pending")
    assert program.post(f"{sent['Location']}/send", {}).status_code == 409
    work()
    failed = program.get(sent["Location"]).json()
    assert (failed["status"], failed["attempts"][0]["status_code"]) == ("failed", 500)
    assert program.post(f"{sent['Location']}/send", {}).status_code == 202
    work()
    assert program.get(sent["Location"]).json()["status"] == "delivered"
    log = program.get(f"/webhooks/{made.endpoint.code}/deliveries?status=delivered").json()
    assert [one["attempt_count"] for one in log["items"]] == [2]


def test_a_secret_is_renewed_and_the_older_one_dropped(
    program: Program, ada: User, receiver: Receiver, work: Work
) -> None:
    made = add(receiver.url, by=ada)
    address = f"/webhooks/{made.endpoint.code}"
    newer = program.post(f"{address}/secret", {}).json()["secret"]
    assert program.post(f"{address}/secret/drop", {}).status_code == 200
    tell()
    work()
    assert signs(receiver.got[0], newer) and not signs(receiver.got[0], made.secret)


def test_the_log_costs_the_same_however_long_it_is(
    program: Program, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = add(URL, by=ada)
    address = f"/webhooks/{made.endpoint.code}/deliveries"
    tell()
    program.get(address)
    with django_assert_num_queries(5):
        program.get(address)
    for _ in range(9):
        tell()
    with django_assert_num_queries(5):
        assert program.get(address).json()["total"] == 10


def test_nobody_else_sees_or_changes_a_webhook(
    ada: User, alice: User, rita: User, olga: User, client_of: Callable[[User], Client]
) -> None:
    made = add(URL, by=ada)
    address = f"/webhooks/{made.endpoint.code}"
    for person in (alice, rita, olga):
        program = Program(client_of(person))
        assert program.get("/webhooks").status_code == 403
        assert program.get(address).status_code == 403
        assert program.post("/webhooks", {"url": URL}).status_code == 403
        assert program.post(f"{address}/secret", {}).status_code == 403
        assert program.post(f"{address}/test", {}).status_code == 403
        assert program.delete(address, If_Match='"x"').status_code == 403
    assert WebhookEndpoint.objects.get().secret == made.secret


def test_a_delivery_belongs_to_its_webhook(program: Program, ada: User) -> None:
    made, other = add(URL, by=ada), add(URL, by=ada)
    sent = webhooks.send_test(endpoint=made.endpoint, by=ada)
    wrong = f"/webhooks/{other.endpoint.code}/deliveries/{sent.code}"
    assert program.get(wrong).status_code == 404
    assert program.post(f"{wrong}/send", {}).status_code == 404
    assert error_of(program.get("/webhooks/one/deliveries"))["code"] == "INVALID_UUID"
    bad = f"/webhooks/{made.endpoint.code}/deliveries/one"
    assert error_of(program.get(bad))["code"] == "INVALID_UUID"
