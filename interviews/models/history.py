"""Snapshots after each gate, and the whole conversation as one readable list."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField, SealedTextField


class Checkpoint(models.Model):
    """A full snapshot after a stage gate was passed; the row is the proof of the pass."""

    session = models.ForeignKey(
        "interviews.InterviewSession", on_delete=models.CASCADE, related_name="checkpoints"
    )
    stage_number = models.PositiveSmallIntegerField()
    snapshot = SealedJSONField()
    passed_at = models.DateTimeField(default=timezone.now)
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "session"

    class Meta:
        db_table = "checkpoints"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage_number__gte=1, stage_number__lte=5),
                name="checkpoints_stage_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"stage {self.stage_number} of {self.session_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code


class ConversationEntry(models.Model):
    """One line of the conversation: a question, an attempt, its score, a follow-up.

    A database view over the rows that already hold it, so that nothing is written twice and
    nothing can disagree (docs/adr/0005).
    """

    class Kind(models.TextChoices):
        QUESTION = "question"
        ATTEMPT = "attempt"
        ASSESSMENT = "assessment"
        FOLLOW_UP = "follow_up"

    id = models.CharField(primary_key=True, max_length=40)
    session = models.ForeignKey(
        "interviews.InterviewSession", on_delete=models.DO_NOTHING, related_name="+"
    )
    question_key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    attempt_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    kind_order = models.PositiveSmallIntegerField()
    #: Sealed in the tables that the view reads from.
    text = SealedTextField(sealed_as="follow_ups.text")
    value = SealedJSONField(null=True, sealed_as="answer_attempts.value")
    score = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    happened_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "conversation_history"
        managed = False
        ordering = ["position", "attempt_number", "kind_order"]

    def __str__(self) -> str:
        return f"{self.question_key} {self.kind} {self.attempt_number}"
