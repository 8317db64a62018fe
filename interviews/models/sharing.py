"""Who else works on an interview, and who was asked for one answer."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.sealed_fields import SealedTextField
from interviews.models.session import InterviewSession


class Collaborator(models.Model):
    """A colleague whom the owner lets in: to edit answers, or to read and comment."""

    class Level(models.TextChoices):
        EDIT = "edit", "May edit"
        COMMENT = "comment", "May comment"

    session = models.ForeignKey(
        InterviewSession, on_delete=models.CASCADE, related_name="collaborators"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.COMMENT)
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "collaborators"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="collaborators_once"),
            models.CheckConstraint(
                condition=Q(level__in=["edit", "comment"]), name="collaborators_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.session_id} ({self.level})"


class ColleagueRequestQuerySet(models.QuerySet["ColleagueRequest"]):
    """Many requests."""

    def open(self) -> ColleagueRequestQuerySet:
        """Those whose link still takes a reply."""
        return self.filter(replied_at=None, closed_at=None, expires_at__gt=Now())


class ColleagueRequest(models.Model):
    """One question handed to a colleague by a signed link; what comes back is a proposal.

    The link is signed, not stored. Nothing of the reply becomes an answer until somebody who
    may answer takes it over.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        InterviewSession, on_delete=models.CASCADE, related_name="colleague_requests"
    )
    question_key = models.CharField(max_length=20)
    email = models.EmailField()
    note = SealedTextField(max_length=500, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    reply = SealedTextField(blank=True)
    #: The colleague needs no account: who answered is whoever held the link.
    replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Whether closing it took the reply over into the draft.
    is_taken = models.BooleanField(default=False)

    objects = ColleagueRequestQuerySet.as_manager()
    sealing_related = "session"

    class Meta:
        db_table = "colleague_requests"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="colleague_requests_closed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=False) | Q(replied_at=None, reply=""),
                name="colleague_requests_reply_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} of {self.session_id} asked of a colleague"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code

    @property
    def is_open(self) -> bool:
        """Whether the link still takes a reply."""
        unanswered = self.replied_at is None and self.closed_at is None
        return unanswered and self.expires_at > timezone.now()
