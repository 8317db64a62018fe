"""A numbered, frozen state of a charter's content."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField


class Revision(models.Model):
    """An issued revision; the database refuses to change it (docs/adr/0006).

    Only issued revisions are rows: a draft is computed from the session whenever it is looked
    at, and a revision is superseded when one with a higher number exists.
    """

    charter = models.ForeignKey(
        "charters.Charter", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    content = SealedJSONField()
    #: SHA-256 over the canonical JSON of the content, without anything governance adds.
    content_hash = models.CharField(max_length=64)
    #: Which stored version of each deliverable the content was written from, by kind.
    deliverable_versions = models.JSONField(default=dict)
    protocol_version = models.CharField(max_length=40)
    as_of_date = models.DateField()
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "charter__session"

    class Meta:
        db_table = "ai_project_charters"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "number"], name="revisions_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revisions_from_one"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.charter_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.charter.session.code
