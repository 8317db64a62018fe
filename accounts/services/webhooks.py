"""Keeps the addresses of other systems, and puts down what they are to be told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import outbound, webhook_signing
from accounts.models import Job, User, WebhookDelivery, WebhookEndpoint
from accounts.services import audit, jobs
from accounts.webhook_events import EVENTS, TEST, Value, check

WEBHOOK = "webhook"
MOST_ENDPOINTS = 50

Status = WebhookDelivery.Status
OffWhy = WebhookEndpoint.OffWhy


class CannotSave(Exception):
    """An endpoint cannot be like this; ``field`` says which part, "" = the whole."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class EndpointMoved(Exception):
    """Somebody changed the endpoint since it was read."""


class EndpointOff(Exception):
    """Nothing is sent to an endpoint that is switched off or removed."""


class StillPending(Exception):
    """The delivery is on its way already."""


@dataclass(frozen=True)
class NewSecret:
    """An endpoint and its secret: the only moment at which the secret is shown."""

    endpoint: WebhookEndpoint
    secret: str


def subject(endpoint: WebhookEndpoint) -> str:
    """How the record of deeds names an endpoint."""
    return f"webhook {endpoint.code}"


# --- Endpoints ------------------------------------------------------------------------------------


@transaction.atomic
def add_endpoint(
    *, url: str, events: Iterable[str] = (), description: str = "", by: User
) -> NewSecret:
    """An address that is told of these events, of all when none is named. Raises CannotSave."""
    if WebhookEndpoint.objects.filter(removed_at=None).count() >= MOST_ENDPOINTS:
        raise CannotSave("", f"There are {MOST_ENDPOINTS} webhooks; remove one that is not needed.")
    made = WebhookEndpoint.objects.create(
        **_wish(url, events, description), secret=webhook_signing.new_secret(), created_by=by
    )
    audit.record(type="webhook.added", actor=by, subject=subject(made), detail=_facts(made))
    return NewSecret(made, made.secret)


def _wish(url: str, events: Iterable[str], description: str) -> dict[str, Any]:
    """The columns that a person chooses. Raises CannotSave."""
    address = url.strip()
    try:
        outbound.read_url(address)
    except outbound.NotCallable as fault:
        raise CannotSave("url", str(fault)) from None
    wanted = set(events)
    if wanted - set(EVENTS):
        raise CannotSave("events", f"There is no event {', '.join(sorted(wanted - set(EVENTS)))}.")
    if len(description.strip()) > 200:
        raise CannotSave("description", "At most 200 characters.")
    return {"url": address, "events": sorted(wanted), "description": description.strip()}


def _facts(endpoint: WebhookEndpoint) -> dict[str, object]:
    """The host only: the rest of an address is often what lets one in."""
    return {"host": urlsplit(endpoint.url).hostname, "events": endpoint.events}


@transaction.atomic
def change_endpoint(
    *, endpoint: WebhookEndpoint, url: str, events: Iterable[str], description: str, by: User
) -> WebhookEndpoint:
    """Another address, other events or another description.

    Raises CannotSave, EndpointOff; EndpointMoved when somebody changed it since ``endpoint`` was
    read.
    """
    found, wish = _locked(endpoint), _wish(url, events, description)
    if found.seen_as != endpoint.seen_as:
        raise EndpointMoved
    changed = sorted(name for name, value in wish.items() if getattr(found, name) != value)
    if not changed:
        return found
    for name, value in wish.items():
        setattr(found, name, value)
    found.save(update_fields=changed)
    detail = {**_facts(found), "fields": changed}
    audit.record(type="webhook.changed", actor=by, subject=subject(found), detail=detail)
    return found


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The row until the transaction ends; who announces is not kept waiting. Raises EndpointOff
    for one that was removed."""
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    found = rows.filter(pk=endpoint.pk, removed_at=None).first()
    if found is None:
        raise EndpointOff
    return found


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, by: User) -> NewSecret:
    """A new secret; the one in use signs beside it until it is dropped. Raises EndpointOff."""
    found = _locked(endpoint)
    found.previous_secret, found.secret = found.secret, webhook_signing.new_secret()
    found.save(update_fields=["secret", "previous_secret"])
    audit.record(type="webhook.secret_rotated", actor=by, subject=subject(found))
    return NewSecret(found, found.secret)


@transaction.atomic
def drop_previous_secret(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Only the newest secret signs from now on. Raises EndpointOff."""
    found = _locked(endpoint)
    if found.previous_secret:
        found.previous_secret = ""
        found.save(update_fields=["previous_secret"])
        audit.record(type="webhook.old_secret_dropped", actor=by, subject=subject(found))


@transaction.atomic
def enable_endpoint(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Tells it again from now on; faults are counted anew."""
    off = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=False, removed_at=None)
    if off.update(is_active=True, off_why="", failed_in_a_row=0):
        audit.record(type="webhook.enabled", actor=by, subject=subject(endpoint))


@transaction.atomic
def disable_endpoint(
    *, endpoint: WebhookEndpoint, by: User | None, why: str = OffWhy.BY_HAND
) -> bool:
    """Tells it nothing any more; ``by`` None = the system. False when it was off before."""
    on = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=True)
    if not on.update(is_active=False, off_why=why):
        return False
    audit.record(
        type="webhook.disabled", actor=by, subject=subject(endpoint), detail={"why": str(why)}
    )
    return True


@transaction.atomic
def remove_endpoint(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Forgets address, secrets and log; an empty row stays for deeds that announce just now."""
    # Deliveries before their endpoint, as a worker locks them who delivers one just now.
    WebhookDelivery.objects.filter(endpoint=endpoint).delete()
    there = WebhookEndpoint.objects.filter(pk=endpoint.pk, removed_at=None)
    emptied = {"url": "", "description": "", "secret": "", "previous_secret": "", "events": []}
    if there.update(is_active=False, removed_at=Now(), removed_by=by, **emptied):
        audit.record(type="webhook.removed", actor=by, subject=subject(endpoint))


# --- What they are told ---------------------------------------------------------------------------


def announce(*, event: str, payload: Mapping[str, Value]) -> int:
    """Puts down one delivery for each endpoint that wants the event, in the deed's transaction;
    returns how many.

    ``payload`` is exactly what webhook_events lists for the event: codes, states, hashes. Raises
    NotThin otherwise. Call it before the deed is recorded, which locks the record of deeds.
    """
    check(event, payload)
    wanting = [
        endpoint
        for endpoint in WebhookEndpoint.objects.filter(is_active=True).order_by("pk")
        if not endpoint.events or event in endpoint.events
    ]
    if wanting:
        _put_down(wanting, event, payload)
    return len(wanting)


def _put_down(
    endpoints: Iterable[WebhookEndpoint], event: str, payload: Mapping[str, Value]
) -> list[WebhookDelivery]:
    told = {"type": event, "timestamp": timezone.now().isoformat(), "data": dict(payload)}
    message_id = f"msg_{uuid.uuid4().hex}"
    made = []
    for endpoint in endpoints:
        delivery = WebhookDelivery.objects.create(
            endpoint=endpoint, message_id=message_id, event=event, payload=told
        )
        _enqueue(delivery)
        made.append(delivery)
    return made


def _enqueue(delivery: WebhookDelivery) -> None:
    """One job for each time that it is sent; the number keeps two presses from being two."""
    number = Job.objects.filter(kind=WEBHOOK, subject_id=delivery.pk).count() + 1
    jobs.enqueue(
        kind=WEBHOOK, subject_id=delivery.pk, unique_key=f"{WEBHOOK}:{delivery.code}:{number}"
    )


@transaction.atomic
def send_test(*, endpoint: WebhookEndpoint, by: User) -> WebhookDelivery:
    """Sends this endpoint a test, tried once. Raises EndpointOff."""
    found = _locked(endpoint)
    if not found.is_active:
        raise EndpointOff
    payload: dict[str, Value] = {"endpoint": str(found.code)}
    check(TEST, payload)
    (delivery,) = _put_down([found], TEST, payload)
    audit.record(type="webhook.tested", actor=by, subject=subject(found))
    return delivery


@transaction.atomic
def redeliver(*, delivery: WebhookDelivery, by: User) -> None:
    """Sends it once more under the same id. Raises StillPending, EndpointOff."""
    settled = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(status=Status.PENDING)
    if not settled.update(status=Status.PENDING, delivered_at=None):
        raise StillPending
    if not _locked(delivery.endpoint).is_active:
        raise EndpointOff
    _enqueue(delivery)
    audit.record(
        type="webhook.redelivered",
        actor=by,
        subject=subject(delivery.endpoint),
        detail={"message": delivery.message_id, "event": delivery.event},
    )
