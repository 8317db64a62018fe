"""Whoever issues a charter lets other systems know: of the interview, the charter, the decision."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import User, WebhookDelivery
from accounts.services import webhooks
from governance.models import Decision
from interviews.services import sessions
from tests.builders.issued import issue
from tests.builders.webhooks import signs
from tests.fakes.webhook_receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Another system on this machine, which the site names."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    with Receiver() as running:
        yield running


@pytest.fixture
def made(receiver: Receiver, alice: User) -> webhooks.NewSecret:
    return webhooks.add_endpoint(url=receiver.url, by=alice)


@pytest.fixture
def issued(made: webhooks.NewSecret, alice: User) -> Decision:
    """A charter that was issued while somebody listens."""
    return issue("energy_wizard.json", by=alice)


def test_what_is_told_of_a_submission_is_codes_and_states(
    issued: Decision, made: webhooks.NewSecret, receiver: Receiver, alice: User
) -> None:
    revision = issued.revision
    charter, session = revision.charter, revision.charter.session
    codes = {"charter": str(charter.code), "revision": 1, "content_hash": revision.content_hash}
    assert all(signs(got, made.secret) for got in receiver.got)
    told = [json.loads(got.body) for got in receiver.got]
    assert {one["type"]: one["data"] for one in told} == {
        "session.completed": {"session": str(session.code), "status": "completed"},
        "charter.issued": {**codes, "session": str(session.code)},
        "decision.made": {**codes, "decision": issued.value},
        "review.opened": {
            "review": str(issued.revision.reviews.get().code),
            "charter": str(charter.code),
            "revision": 1,
            "lane": "one_reviewer",
            "cause": "submitted",
        },
    }
    assert len(told) == 4
    assert session.project_name not in str(told)
    assert alice.email not in str(told)


def test_an_interview_is_completed_once(issued: Decision, alice: User) -> None:
    """A later revision completes it again, which is no news."""
    sessions.complete_session(session=issued.revision.charter.session, by=alice)
    assert WebhookDelivery.objects.filter(event="session.completed").count() == 1
