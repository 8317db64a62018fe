"""Every call to a language model, what it cost, and whether its provider may be asked now."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.key_ring import SITE
from accounts.sealed_fields import SealedTextField


class ModelCall(models.Model):
    """One line of the ledger: what went where, what came of it; never edited (the database refuses).

    ``cost`` is in the currency of the price table on the day of the call.
    """

    session = models.ForeignKey(
        "interviews.InterviewSession", null=True, on_delete=models.CASCADE, related_name="+"
    )
    question_keys = models.JSONField(default=list)
    purpose = models.CharField(max_length=20)
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=120)
    #: Where the text went, as host:port; "" when nothing left the house.
    host = models.CharField(max_length=255, blank=True)
    prompt_version = models.CharField(max_length=40)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    tokens_cached = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=20, decimal_places=8, default=0)
    currency = models.CharField(max_length=3, default="USD")
    milliseconds = models.PositiveIntegerField(default=0)
    #: "ok", "cached", or the kind of the fault.
    outcome = models.CharField(max_length=20)
    detail = SealedTextField(max_length=300, blank=True)
    #: SHA-256 of everything that was sent.
    sent_hash = models.CharField(max_length=64)
    #: The part that is not the prompt file: the question and the person's words.
    sent_text = SealedTextField(blank=True)
    called_at = models.DateTimeField(default=timezone.now)

    sealing_related = "session"

    class Meta:
        db_table = "model_calls"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["session", "-id"], name="model_calls_of_session"),
            models.Index(fields=["called_at"], name="model_calls_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.provider}: {self.outcome}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's, or the site's where there is none."""
        return self.session.code if self.session else SITE


class ModelSpend(models.Model):
    """What one day cost at one provider; grows with every call, so that a budget is one small sum."""

    day = models.DateField()
    provider = models.CharField(max_length=40)
    cost = models.DecimalField(max_digits=20, decimal_places=8, default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    call_count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "model_spend"
        constraints = [
            models.UniqueConstraint(fields=["day", "provider"], name="model_spend_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.provider} on {self.day}: {self.cost}"


class Circuit(models.Model):
    """Whether one model of one provider may be asked now; one row for all processes.

    A probe is the single call that is let through once ``open_until`` has passed.
    """

    class State(models.TextChoices):
        CLOSED = "closed", "Closed"
        OPEN = "open", "Open"

    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CLOSED)
    #: Failures since ``counting_since``; a reply of the wrong shape counts half.
    failures = models.FloatField(default=0)
    counting_since = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    #: Until then one process has the permit to try.
    probe_until = models.DateTimeField(null=True, blank=True)
    #: A refused key or an unknown model: it stays open until a person resets it or the key changes.
    needs_person = models.BooleanField(default=False)
    #: SHA-256 of the key and address that were refused, so that a new key closes it by itself.
    refused_key_hash = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    #: What an administrator set for this circuit; empty = the site's configuration.
    failure_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    window_seconds = models.PositiveIntegerField(null=True, blank=True)
    open_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        db_table = "circuits"
        constraints = [
            models.UniqueConstraint(fields=["provider", "model"], name="circuits_once"),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "open"]), name="circuits_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(opened_at__isnull=False),
                name="circuits_open_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model} ({self.state})"


class CircuitEvent(models.Model):
    """A change of a circuit: opened, closed, reset, forced open, configured."""

    circuit = models.ForeignKey(Circuit, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField(default=timezone.now)
    #: None: the house did it by itself.
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "circuit_events"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.what} at {self.happened_at}"
