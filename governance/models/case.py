"""What holds for a charter as a case, over all its reviews."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.sealed_fields import SealedTextField
from charters.models import Charter


class Case(models.Model):
    """One row per submitted charter: the row that every act on the case locks.

    Whether an approval still holds is derived: ``newest_hash`` is the material hash
    (governance.material) of the newest issued revision, ``checked_hash`` that of what the session
    says, worked out when its answers stood at ``checked_token``; when they stand elsewhere it is
    worked out anew.
    """

    charter = models.OneToOneField(Charter, on_delete=models.PROTECT, related_name="case")
    newest_hash = models.CharField(max_length=64, blank=True)
    checked_token = models.CharField(max_length=64, blank=True)
    checked_hash = models.CharField(max_length=64, blank=True)
    #: When it is looked at again in any event; None while nothing was approved.
    next_review_date = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retirement_reason = SealedTextField(blank=True)

    class Meta:
        db_table = "cases"
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="cases_retired_at_and_by",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_review_date"],
                name="cases_to_look_at",
                condition=Q(next_review_date__isnull=False, retired_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"case of {self.charter_id}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the reason is sealed."""
        return self.charter.session.code
