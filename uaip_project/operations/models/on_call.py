"""Who is called when something breaks, and when."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class OnCallQuerySet(models.QuerySet["OnCallDuty"]):
    """Many duties."""

    def at(self, moment: datetime) -> OnCallQuerySet:
        """Those that hold then; whoever was deactivated is called by nobody."""
        return self.filter(begins__lte=moment, ends__gt=moment, person__is_active=True)


class OnCallDuty(models.Model):
    """A person answers for one level, from a moment until another."""

    #: 1 is called first, 3 last.
    level = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    #: How to reach the person beside e-mail, such as a telephone number.
    contact = models.CharField(max_length=100, blank=True)

    objects = OnCallQuerySet.as_manager()

    class Meta:
        db_table = "ops_on_call"
        ordering = ["begins", "level", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=3), name="ops_on_call_level_known"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")), name="ops_on_call_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["level", "begins"], name="ops_on_call_by_level")]

    def __str__(self) -> str:
        return f"level {self.level}: {self.person}"
