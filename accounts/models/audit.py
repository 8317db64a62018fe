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

    Actor and subject are text, so that the row outlives both: a person is there by ``User.code``,
    which says nothing once the person is erased. ``detail`` holds field names, states and hashes,
    never what a person wrote.
    """

    #: The same number as ``id``: a key of its own would be a column that no hash covers.
    sequence = models.BigIntegerField(unique=True)
    happened_at = models.DateTimeField()
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=300)
    actor_role = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    #: Where the request came from: personal data, so the chain covers only its salted hash, and
    #: erasing a person empties both columns without breaking the chain.
    address = models.CharField(max_length=45, blank=True)
    address_salt = models.CharField(max_length=32, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    #: Which parts the hash covers: rows of before keep theirs.
    hash_version = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_logs"
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["type", "sequence"], name="audit_logs_by_type"),
            models.Index(fields=["actor", "sequence"], name="audit_logs_by_actor"),
            # "Everything about this session": the beginning of the text, in any collation.
            models.Index(
                fields=["subject"], name="audit_logs_by_subject", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["request_id"], name="audit_logs_by_request"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type} {self.subject}"


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
