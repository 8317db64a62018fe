"""The body that reviews, and a person's place in it for a time."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Committee(models.Model):
    """Who rules together, and how votes make a tally."""

    class Rule(models.TextChoices):
        MAJORITY = "majority", "More than half of the votes"
        ALL_OF = "all_of", "All votes agree"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    #: The least number of votes that counts.
    quorum = models.PositiveSmallIntegerField(default=2)
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.MAJORITY)
    #: Cases go to this one unless somebody sends them elsewhere.
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "committees"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(quorum__gte=1), name="committees_quorum_from_one"),
            models.CheckConstraint(
                condition=Q(rule__in=["majority", "all_of"]), name="committees_rule_known"
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="committees_one_default"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True),
                name="committees_default_is_active",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    """Many seats."""

    def current(self, at: date) -> SeatQuerySet:
        """Those somebody sits on that day; ``to_date`` is the last day."""
        return self.filter(Q(to_date=None) | Q(to_date__gte=at), from_date__lte=at)


class Seat(models.Model):
    """A person's place in a committee; the right to rule is a current seat."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        db_table = "seats"
        ordering = ["-is_chair", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "user"],
                condition=Q(to_date=None),
                name="seats_one_open_per_person",
            ),
            models.UniqueConstraint(
                fields=["committee"],
                condition=Q(to_date=None, is_chair=True),
                name="seats_one_open_chair",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=models.F("from_date")),
                name="seats_end_after_they_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.committee_id}"
