"""A file that was rendered, or is being rendered, from one revision."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.sealed_fields import SealedBinaryField, SealedJSONField
from charters.models.revision import Revision


class ExportQuerySet(models.QuerySet["Export"]):
    """Many exports."""

    def ready(self) -> ExportQuerySet:
        """Those whose file is there."""
        return self.filter(made_at__isnull=False)


class Export(models.Model):
    """One file of one revision; the same wish finds the same row.

    ``cache_key`` is a hash over everything that the bytes depend on. Whether a file is on its way
    or has failed is said by its job.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="exports")
    file_format = models.CharField(max_length=20)
    profile = models.CharField(max_length=10, default="full")
    paper = models.CharField(max_length=10, default="a4")
    #: The look that it was asked for with; None: ours.
    look = models.ForeignKey(
        "charters.DocumentLook", null=True, on_delete=models.PROTECT, related_name="+"
    )
    #: What surrounds the revision: decision, annex, watermark; as it stood when it was asked for.
    around = SealedJSONField(default=dict)
    annex_hash = models.CharField(max_length=64)
    cache_key = models.CharField(max_length=64, unique=True)
    #: Times it was asked for after it had failed for good, the first time included.
    ask_count = models.PositiveIntegerField(default=1)
    file = SealedBinaryField(null=True)
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    #: When the file was there; its maker is the worker.
    made_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()
    sealing_related = "revision__charter__session"

    class Meta:
        db_table = "exports"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(profile__in=["full", "external"]), name="exports_profile_known"
            ),
            models.CheckConstraint(
                condition=Q(paper__in=["a4", "letter"]), name="exports_paper_known"
            ),
            models.CheckConstraint(
                condition=Q(made_at=None, file=None) | Q(made_at__isnull=False, file__isnull=False),
                name="exports_made_with_a_file",
            ),
        ]
        indexes = [
            models.Index(
                fields=["revision", "file_format", "profile", "paper"], name="exports_of_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_format} of revision {self.revision_id}"

    @property
    def is_ready(self) -> bool:
        return self.made_at is not None

    @property
    def job_key(self) -> str:
        """The unique key of the job that makes it."""
        return f"export:{self.pk}:{self.ask_count}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.revision.charter.session.code
