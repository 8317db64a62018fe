"""What becomes of old interviews: put away, or kept although their time is over."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from interviews.models.session import InterviewSession


class ArchivedSession(models.Model):
    """When an interview was put away, and what it goes back to when it is taken out again."""

    session = models.OneToOneField(
        InterviewSession, on_delete=models.CASCADE, related_name="archived"
    )
    archived_at = models.DateTimeField(db_default=Now())
    status_before = models.CharField(max_length=20)
    #: When it was chosen to be deleted for good; until its grace is over that can be undone.
    marked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "archived_sessions"
        constraints = [
            models.CheckConstraint(
                condition=Q(status_before__in=["in_progress", "paused", "completed", "abandoned"]),
                name="archived_sessions_status_known",
            )
        ]
        indexes = [
            models.Index(fields=["archived_at"], name="archived_sessions_by_age"),
            models.Index(
                fields=["marked_at"],
                condition=Q(marked_at__isnull=False),
                name="archived_sessions_marked",
            ),
        ]

    def __str__(self) -> str:
        return f"archived session {self.session_id}"


class LegalHold(models.Model):
    """Somebody must be able to see this interview later: nothing deletes it meanwhile.

    The key protects: a session with a hold in force cannot be deleted by any verb.
    """

    session = models.ForeignKey(InterviewSession, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField(db_default=Now())
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "legal_holds"
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(lifted_at=None), name="legal_holds_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="legal_holds_lifted_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"hold on session {self.session_id}"
