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
    request_id = models.CharField(max_length=64, blank=True)
    #: Salted SHA-256 of what stands beside the row (AuditParticulars), "" = nothing.
    particulars_hash = models.CharField(max_length=64, blank=True)
    #: Which parts the hash covers: rows of before keep theirs.
    hash_version = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_logs"
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type} {self.subject}"


class AuditParticulars(models.Model):
    """Personal data of one deed (where it came from), kept beside so that it can be erased.

    The chain holds only the salted hash: without this row the chain stays valid.
    """

    sequence = models.BigIntegerField(unique=True)
    #: The actor's code, so that one person's rows are found.
    actor_code = models.CharField(max_length=40, blank=True, db_index=True)
    salt = models.CharField(max_length=32)
    values = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_particulars"

    def __str__(self) -> str:
        return f"particulars of {self.sequence}"


class AuditSegment(models.Model):
    """A sealed stretch of the chain whose rows have left the table: what verifies the rest."""

    first_sequence = models.BigIntegerField(unique=True)
    last_sequence = models.BigIntegerField(unique=True)
    first_previous_hash = models.CharField(max_length=64, blank=True)
    last_hash = models.CharField(max_length=64)
    row_count = models.PositiveBigIntegerField()
    #: Where the rows went, and the SHA-256 of that file.
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "audit_segments"
        ordering = ["first_sequence"]

    def __str__(self) -> str:
        return f"segment {self.first_sequence} to {self.last_sequence}"
