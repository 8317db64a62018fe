"""Prose that a model drafted or a person wrote for the charter of one session."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField
from interviews.models import InterviewSession


class Prose(models.Model):
    """The newest draft and the person's own words, by passage; what is issued is frozen elsewhere.

    ``drafts`` holds only sentences that passed the check. ``edits`` win over drafts; an empty
    edit takes the passage out.
    """

    session = models.OneToOneField(InterviewSession, on_delete=models.CASCADE, related_name="prose")
    drafts = SealedJSONField(default=dict, blank=True)
    #: How many sentences of each draft were left out.
    left_out = models.JSONField(default=dict, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    model_name = models.CharField(max_length=120, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    edits = SealedJSONField(default=dict, blank=True)
    #: Grows with every save of a person, so that two tabs do not overwrite each other.
    version = models.PositiveIntegerField(default=0)
    #: Drafts asked for so far; the newest counts.
    ask_count = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "session"

    class Meta:
        db_table = "charter_prose"
        verbose_name_plural = "prose"
        constraints = [
            models.CheckConstraint(
                condition=Q(edited_at=None, edited_by=None)
                | Q(edited_at__isnull=False, edited_by__isnull=False),
                name="prose_edited_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return f"prose for {self.session_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code
