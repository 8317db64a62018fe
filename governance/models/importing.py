"""An existing inventory on its way in: the file, how its columns are read, and what became of each line."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.key_ring import SITE
from accounts.sealed_fields import SealedBinaryField, SealedTextField
from interviews.models import InterviewSession


class ImportMapping(models.Model):
    """Which column of somebody's files goes where; found again by the names of the columns."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    #: [{"column": header, "occurrence": 1, "target": "S1-01"}], without columns left out.
    columns = models.JSONField(default=list)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "import_mappings"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="import_mappings_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One uploaded file. It is kept until its cases are there, and then only what became of it."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "Columns to be chosen"
        MAPPED = "mapped", "To be confirmed"
        WAITING = "waiting", "Being imported"
        DONE = "done", "Imported"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Thrown away"
        FAILED = "failed", "Stopped half-way"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = SealedTextField(max_length=200)
    size = models.PositiveIntegerField()
    file_hash = models.CharField(max_length=64)
    #: The uploaded bytes; None once nothing more is to be read from them.
    content = SealedBinaryField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    row_count = models.PositiveIntegerField()
    #: Target of each column by its position, "" = left out.
    targets = models.JSONField(default=list)
    #: Cases that are called like one that is there already are imported all the same.
    takes_duplicates = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(db_default=Now())
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "import_batches"
        verbose_name_plural = "import batches"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("uploaded", "mapped", "waiting", "done"),
                        *("undoing", "undone", "discarded", "failed"),
                    ]
                ),
                name="import_batches_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["uploaded", "mapped", "waiting"], content__isnull=False)
                | (~Q(status__in=["uploaded", "mapped", "waiting"]) & Q(content=None)),
                name="import_batches_file_is_not_kept",
            ),
        ]
        indexes = [models.Index(fields=["uploaded_by", "-id"], name="import_batches_of_person")]

    def __str__(self) -> str:
        return f"import {self.code} ({self.status})"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the site's, because it belongs to no interview yet."""
        return SITE


class ImportRow(models.Model):
    """What became of one line of a file."""

    class State(models.TextChoices):
        CREATED = "created", "Created"
        LEFT_OUT = "left_out", "Left out"
        UNDONE = "undone", "Undone"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    #: Where it begins in the file, from 1.
    line = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    #: Why it was left out, or why it stayed when the rest was undone.
    reason = models.CharField(max_length=300, blank=True)
    #: SHA-256 over person, file and line: the same line of the same file is a case once.
    key = models.CharField(max_length=64)
    session = models.ForeignKey(
        InterviewSession, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: The session's own time when it was made: later, somebody has worked on it.
    made_at = models.DateTimeField(null=True)
    draft_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "import_rows"
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="import_rows_line_once"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state="created", session__isnull=False),
                name="import_rows_case_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["created", "left_out", "undone"]),
                name="import_rows_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of {self.batch_id} ({self.state})"
