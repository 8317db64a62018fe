"""Rows that served their time go by themselves; whatever is still needed stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import IdempotencyRecord, User, WebhookAttempt, WebhookDelivery
from accounts.permissions import Role
from accounts.services import forgetting, form_codes
from tests.builders.entrance import is_signed_in, sign_in
from tests.builders.people import make_person
from tests.builders.webhooks import add, tell
from uaip_project.operations import housekeeping

pytestmark = pytest.mark.django_db


def days_ago(count: float) -> dict[str, object]:
    return {"received_at": timezone.now() - timedelta(days=count)}


def test_answered_requests_go_after_their_days(alice: User, settings: Settings) -> None:
    settings.IDEMPOTENCY_DAYS = 7
    assert form_codes.take(user=alice, code="one")
    assert form_codes.take(user=alice, code="two")
    IdempotencyRecord.objects.filter(key="form:one").update(**days_ago(8))
    IdempotencyRecord.objects.filter(key="form:two").update(**days_ago(6))
    assert forgetting.forget_answered_requests() == 1
    assert IdempotencyRecord.objects.get().key == "form:two"
    assert not form_codes.take(user=alice, code="two")


@pytest.fixture
def delivery() -> WebhookDelivery:
    add("https://hooks.example.org/uaip", by=make_person("ada", role=Role.ADMIN))
    made = tell()
    WebhookAttempt.objects.create(delivery=made, status_code=500)
    return made


@pytest.mark.parametrize(
    ("status", "days", "stays"),
    [
        ("delivered", 31, False),
        ("failed", 31, False),
        ("delivered", 29, True),
        ("pending", 300, True),
    ],
)
def test_deliveries_go_when_they_ended_long_ago(
    delivery: WebhookDelivery, settings: Settings, status: str, days: int, stays: bool
) -> None:
    settings.WEBHOOK_RETENTION_DAYS = 30
    then = timezone.now() - timedelta(days=days)
    WebhookDelivery.objects.update(status=status, announced_at=then)
    assert forgetting.forget_deliveries() == (0 if stays else 1)
    assert WebhookDelivery.objects.exists() is stays
    assert WebhookAttempt.objects.exists() is stays


def test_sessions_that_ran_out_go_and_nobody_else_is_signed_out(
    alice: User, bob: User, client: Client
) -> None:
    sign_in(client, alice.email)
    his = Client()
    sign_in(his, bob.email)
    past = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(session_key=his.session.session_key).update(expire_date=past)
    assert forgetting.forget_browser_sessions() == 1
    assert is_signed_in(client)
    assert list(UserSession.objects.values_list("user__name", flat=True)) == ["Alice"]


def test_a_worker_forgets_by_itself(alice: User, work: Callable[[], int]) -> None:
    form_codes.take(user=alice, code="old")
    IdempotencyRecord.objects.update(**days_ago(1000))
    housekeeping.Housekeeper(threading.Event()).tend(0.0)
    assert not IdempotencyRecord.objects.exists()
