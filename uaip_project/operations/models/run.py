"""The one table of operational runs: backups, drills, checks, scheduled work."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OpsRunQuerySet(models.QuerySet["OpsRun"]):
    """Many runs."""

    def of(self, kind: str) -> OpsRunQuerySet:
        """Those of one kind, the latest first."""
        return self.filter(kind=kind)

    def ended(self) -> OpsRunQuerySet:
        """Those whose outcome is known."""
        return self.exclude(status=OpsRun.Status.RUNNING)

    def good(self) -> OpsRunQuerySet:
        """Those that went well and found nothing wrong."""
        return self.filter(status=OpsRun.Status.OK)

    def silent_since(self, at: datetime) -> OpsRunQuerySet:
        """Those still called running that began before: their process is gone."""
        return self.filter(status=OpsRun.Status.RUNNING, started_at__lt=at)


class OpsRun(models.Model):
    """One run of an operator's command or of the schedule.

    ``kind`` is the command with its deed ("backup", "db vacuum") or the scheduled task's name.
    ``period_start`` is set for scheduled work: the database lets one run through for each period.
    ``result`` is what the command prints as JSON; neither it nor ``arguments`` holds a secret or
    a word of an answer.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        OK = "ok", "Went well"
        PROBLEM = "problem", "Found a problem"
        FAILED = "failed", "Could not run"
        INTERRUPTED = "interrupted", "Interrupted"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    period_start = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RUNNING)
    #: None where the schedule, or a shell without a name, ran it.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    arguments = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    #: The outcome in one sentence.
    said = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = OpsRunQuerySet.as_manager()

    class Meta:
        db_table = "ops_runs"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["running", "ok", "problem", "failed", "interrupted"]),
                name="ops_runs_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | ~Q(status="running") & Q(finished_at__isnull=False),
                name="ops_runs_ended_has_a_time",
            ),
            models.UniqueConstraint(fields=["kind", "period_start"], name="ops_runs_once_a_period"),
        ]
        indexes = [models.Index(fields=["kind", "-started_at"], name="ops_runs_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"
