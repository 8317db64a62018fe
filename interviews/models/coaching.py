"""A stronger wording of what a person wrote, made on their wish and taken over only by them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField, SealedTextField


class Coaching(models.Model):
    """One person's words to one question, worked over: their facts, and blanks for what lacks.

    It never touches the answer; ``taken_at`` says that a person made it their draft, and
    ``replaced`` keeps what stood there before, so that they can have it back.
    """

    class Status(models.TextChoices):
        ASKED = "asked", "Being worked over"
        READY = "ready", "Ready"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(
        "interviews.Answer", on_delete=models.CASCADE, related_name="coachings"
    )
    #: What was typed when it was asked for, as typed.
    value = SealedJSONField()
    value_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    text = SealedTextField(blank=True)
    #: Sentences of the model that said more than the person did, and were left out.
    dropped_count = models.PositiveSmallIntegerField(default=0)
    #: "embedded" or the provider's name.
    source = models.CharField(max_length=40, blank=True)
    model_name = models.CharField(max_length=120, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    #: Why no model worked on it although one is configured.
    fault = models.CharField(max_length=40, blank=True)
    #: How often it was asked for with these very words.
    asked_count = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    replaced = SealedJSONField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "answer__session"

    class Meta:
        db_table = "coachings"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "value_hash"], name="coachings_once_a_text"),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "ready"]), name="coachings_status_known"
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="coachings_taken_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"coaching of {self.answer_id} ({self.status})"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.answer.session.code

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY
