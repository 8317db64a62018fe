"""The record of deeds: append-only and chained by hash."""

from __future__ import annotations

from django.db import models


class AuditHead(models.Model):
    """The last link of the chain; its row lock puts writers in line."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = "audit_head"

    def __str__(self) -> str:
        return f"head at {self.sequence}"


class AuditEvent(models.Model):
    """One recorded deed; never edited, never deleted (the database refuses both).

    Actor and subject are text, so that the row outlives both. ``detail`` holds field names,
    states and hashes, never what a person wrote.
    """

    sequence = models.BigIntegerField(unique=True)
    happened_at = models.DateTimeField()
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=300)
    actor_role = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_logs"
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type} {self.subject}"
