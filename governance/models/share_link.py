"""A link by which people without an account read one revision."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from charters.models import Revision


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Many links."""

    def open(self) -> ShareLinkQuerySet:
        """Those that were not revoked and have not expired."""
        return self.filter(revoked_at=None, expires_at__gt=Now())


class ShareLink(models.Model):
    """One revision in one profile for whoever holds the link.

    The secret stands in the link alone; the row keeps its SHA-256, by which it is found.
    """

    class Profile(models.TextChoices):
        EXTERNAL = "external", "External: without money, names and personal data"
        FULL = "full", "Full: everything that the charter says"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="share_links")
    profile = models.CharField(max_length=10, choices=Profile.choices, default=Profile.EXTERNAL)
    #: What the maker finds it again by; nobody who opens the link sees it.
    purpose = models.CharField(max_length=100, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    open_count = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        db_table = "share_links"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(profile__in=["external", "full"]), name="share_links_profile_known"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="share_links_revoked_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="share_links_last_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.code}"

    @property
    def is_open(self) -> bool:
        """Whether time and people still let it work."""
        return self.revoked_at is None and self.expires_at > timezone.now()
