"""Who is to become a SuperAdmin, who asked for it, and what a second SuperAdmin said."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models.user import User


class PromotionQuerySet(models.QuerySet["Promotion"]):
    """Many promotions."""

    def open(self) -> PromotionQuerySet:
        """Those that can still be confirmed."""
        return self.filter(closed_at=None, expires_at__gt=Now())


class Promotion(models.Model):
    """One SuperAdmin's wish to make ``user`` another one; nothing changes before a second agrees."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: "" while it waits. One that ran out is closed as expired by the next that is asked.
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        db_table = "promotions"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(closed_at=None),
                name="promotions_one_waits_per_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    outcome__in=["confirmed", "refused", "withdrawn", "expired"],
                ),
                name="promotions_closed_at_by_and_how",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")), name="promotions_asked_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed")
                | (~Q(closed_by=F("asked_by")) & ~Q(closed_by=F("user"))),
                name="promotions_confirmed_by_a_second",
            ),
        ]

    def __str__(self) -> str:
        return f"promotion of {self.user_id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody may still confirm it."""
        return self.closed_at is None and self.expires_at > timezone.now()
