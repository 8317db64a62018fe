"""Where other systems are told of what happened, and how each telling went."""

from __future__ import annotations

import hashlib
import json
import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.key_ring import SITE
from accounts.models.user import User
from accounts.sealed_fields import SealedJSONField, SealedTextField


class WebhookEndpoint(models.Model):
    """One address of another system. ``secret`` signs (Standard Webhooks); shown once.

    A removed one stays as an empty row, so that a deed which announces itself at that moment never
    fails for it.
    """

    class OffWhy(models.TextChoices):
        BY_HAND = "by_hand", "Switched off by hand"
        FAILING = "failing", "Too many deliveries failed in a row"
        GONE = "gone", "The other side said that it is gone for good (410)"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Checked by accounts.outbound, which is stricter than any field.
    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    #: The kinds it wants, e.g. "charter.issued"; [] = all.
    events = models.JSONField(default=list, blank=True)
    secret = SealedTextField(max_length=500)
    #: Signs beside the new one until the other side has changed over.
    previous_secret = SealedTextField(max_length=500, blank=True)
    is_active = models.BooleanField(default=True)
    #: Why it is not active; "" while it is.
    off_why = models.CharField(max_length=10, choices=OffWhy.choices, blank=True)
    #: Deliveries that failed since the last that arrived; tests do not count.
    failed_in_a_row = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "webhook_endpoints"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="webhook_endpoints_removed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(is_active=False),
                name="webhook_endpoints_removed_is_off",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def seen_as(self) -> str:
        """What a form remembers, to learn whether somebody changed the endpoint since."""
        seen = json.dumps([self.url, self.description, sorted(self.events)])
        return hashlib.sha256(seen.encode("ascii")).hexdigest()[:16]

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the site's."""
        return SITE


class WebhookDelivery(models.Model):
    """One message for one endpoint; ``payload`` holds codes and states, never what people wrote."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    #: The same for every endpoint and every redelivery: receivers drop what they have seen.
    message_id = models.CharField(max_length=60)
    event = models.CharField(max_length=60)
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    announced_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhook_deliveries"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "delivered", "failed"]),
                name="webhook_deliveries_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id} ({self.status})"


class WebhookAttempt(models.Model):
    """One try of a delivery: what the other side answered, or why nothing came back."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    tried_at = models.DateTimeField(db_default=Now())
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "webhook_attempts"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"attempt {self.pk} of {self.delivery_id}"


class IdempotencyRecord(models.Model):
    """What a POST with an Idempotency-Key was answered, so that asking again does nothing twice.

    ``fingerprint`` is the SHA-256 of method, path and body; ``status_code`` is None while the
    first request is still under way. A reply that shows a secret keeps only ``location``.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    body = SealedJSONField(null=True, blank=True)
    location = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotency_records"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="idempotency_records_once_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the site's. It is kept for a day, whatever it was about."""
        return SITE
