"""The key that one interview's texts are sealed with, itself sealed by a key of the site."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class DataKey(models.Model):
    """One per subject: ``code`` is the interview's code, or key_ring.SITE for the site's secrets.

    Mutable on purpose: rotation wraps the same key anew, erasure takes ``wrapped`` away and leaves
    the row, so that no second key is made for something that was erased.
    """

    code = models.UUIDField(unique=True, editable=False)
    #: The key under the entry of FIELD_KEYS that ``wrapped_by`` names; "" once destroyed.
    wrapped = models.CharField(max_length=200, blank=True)
    wrapped_by = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "data_keys"
        constraints = [
            models.CheckConstraint(
                condition=(Q(destroyed_at=None) & ~Q(wrapped="") & ~Q(wrapped_by=""))
                | Q(destroyed_at__isnull=False, wrapped="", wrapped_by=""),
                name="data_keys_destroyed_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.code}"
