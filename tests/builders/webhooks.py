"""Makes endpoints, tells them of events, and checks what they got as another system would."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import Any

from django.db.models.functions import Now

from accounts.models import Job, User, WebhookDelivery
from accounts.services import webhooks
from tests.fakes.webhook_receiver import Got

EVENT = "session.completed"


def add(url: str, *, by: User, **wish: Any) -> webhooks.NewSecret:
    return webhooks.add_endpoint(**{"url": url, "by": by, **wish})


def tell() -> WebhookDelivery:
    """Announces that some interview was completed; the newest delivery of it."""
    payload = {"session": str(uuid.uuid4()), "status": "completed"}
    webhooks.announce(event=EVENT, payload=payload)
    return WebhookDelivery.objects.latest("pk")


def let_time_pass() -> None:
    """The waits of all jobs are over."""
    Job.objects.filter(status=Job.Status.PENDING).update(next_attempt_at=Now())


def signs(got: Got, secret: str) -> bool:
    """Whether one of a message's signatures is that of the secret: written after the convention's
    text, apart from our own code."""
    key = base64.b64decode(secret[len("whsec_") :])
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return f"v1,{wanted}" in got.headers["webhook-signature"].split(" ")
