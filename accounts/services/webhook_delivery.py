"""Delivers what was put down for other systems: one try each time the job is done."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import emails, outbound, webhook_signing
from accounts.models import Job, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.services import jobs
from accounts.services.webhooks import disable_endpoint
from accounts.webhook_events import TEST

OFF = "webhook_off"
#: Seconds before each further try: eight tries within about a day.
WAITS = (5, 60, 600, 3600, 3 * 3600, 8 * 3600, 12 * 3600)
#: An endpoint to which so many deliveries failed one after the other is switched off.
MOST_FAILED = 5
GONE = 410

Status = WebhookDelivery.Status
OffWhy = WebhookEndpoint.OffWhy


@dataclass(frozen=True)
class Tried:
    """What came of one try; ``status_code`` None and a ``fault`` when nothing came back."""

    status_code: int | None
    fault: str
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300


def body_of(payload: dict[str, Any]) -> bytes:
    """The same bytes at every try, however the database keeps them."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()


def deliver(job: Job) -> None:
    """The job's handler: tries once, with no transaction open, and stores what came of it."""
    rows = WebhookDelivery.objects.select_related("endpoint")
    delivery = rows.filter(pk=job.subject_id, status=Status.PENDING).first()
    if delivery is None:
        # Its endpoint was removed meanwhile.
        jobs.finish(job)
    elif not delivery.endpoint.is_active:
        _leave(job, delivery)
    else:
        _store(job, delivery, _try(delivery))


def _try(delivery: WebhookDelivery) -> Tried:
    endpoint = delivery.endpoint
    body = body_of(delivery.payload)
    signed = webhook_signing.headers(
        [one for one in (endpoint.secret, endpoint.previous_secret) if one],
        message_id=delivery.message_id,
        timestamp=int(time.time()),
        body=body,
    )
    status, fault, started = None, "", time.monotonic()
    try:
        status = outbound.post(
            endpoint.url, body=body, headers={"Content-Type": "application/json", **signed}
        )
    except (outbound.NotCallable, outbound.NoAnswer) as refused:
        fault = str(refused)
    if status is not None and 300 <= status < 400:
        fault = "It answered with a redirect, which is not followed."
    return Tried(status, fault, round(1000 * (time.monotonic() - started)))


@transaction.atomic
def _leave(job: Job, delivery: WebhookDelivery) -> None:
    """Not sent, and no fault of the endpoint."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(status=Status.FAILED)
    jobs.finish(job)


@transaction.atomic
def _store(job: Job, delivery: WebhookDelivery, tried: Tried) -> None:
    """The try, and what follows from it; nothing of it when another worker has the job by now."""
    row = WebhookDelivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk)
    if row.first() is None:
        jobs.finish(job)
        return
    WebhookAttempt.objects.create(
        delivery=delivery,
        status_code=tried.status_code,
        fault=tried.fault,
        milliseconds=tried.milliseconds,
    )
    if tried.is_delivered:
        row.update(status=Status.DELIVERED, delivered_at=Now())
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(failed_in_a_row=0)
        jobs.finish(job)
    elif tried.status_code == GONE or job.attempts >= _most_tries(delivery):
        _fail(job, delivery, is_gone=tried.status_code == GONE)
        jobs.finish(job)
    else:
        why = tried.fault or f"It answered {tried.status_code}."
        jobs.try_again(job, wait=timedelta(seconds=WAITS[job.attempts - 1]), why=why)


def _most_tries(delivery: WebhookDelivery) -> int:
    """Whoever sends a test looks at what comes of it, and tries again himself."""
    return 1 if delivery.event == TEST else min(len(WAITS) + 1, settings.JOB_MAX_ATTEMPTS)


def _fail(job: Job, delivery: WebhookDelivery, *, is_gone: bool = False) -> None:
    """Gives the delivery up, and the endpoint too when it is gone or failed too often."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(status=Status.FAILED)
    endpoint = delivery.endpoint
    chosen = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if delivery.event != TEST:
        chosen.update(failed_in_a_row=F("failed_in_a_row") + 1)
    if is_gone:
        _switch_off(job, endpoint, OffWhy.GONE)
    elif chosen.filter(failed_in_a_row__gte=MOST_FAILED).exists():
        _switch_off(job, endpoint, OffWhy.FAILING)


def _switch_off(job: Job, endpoint: WebhookEndpoint, why: str) -> None:
    if disable_endpoint(endpoint=endpoint, by=None, why=why):
        jobs.enqueue(kind=OFF, subject_id=endpoint.pk, unique_key=f"{OFF}:{job.pk}")


def give_up_delivery(job: Job) -> None:
    """For a delivery whose workers died again and again."""
    rows = WebhookDelivery.objects.select_related("endpoint")
    delivery = rows.filter(pk=job.subject_id, status=Status.PENDING).first()
    if delivery is not None:
        _fail(job, delivery)


def tell_maker(job: Job) -> None:
    """The mail to whoever made an endpoint that the system switched off."""
    rows = WebhookEndpoint.objects.select_related("created_by__human_owner")
    endpoint = rows.filter(pk=job.subject_id, is_active=False, removed_at=None).first()
    if endpoint is not None:
        # A service account reads no mail; the person who answers for it does.
        maker = endpoint.created_by.human_owner or endpoint.created_by
        if maker.is_active:
            emails.webhook_off(endpoint, to=maker)
    jobs.finish(job)
