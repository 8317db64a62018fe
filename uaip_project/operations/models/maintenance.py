"""Whether the house is open, and what people are told when it is not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class MaintenanceMode(models.Model):
    """The one row about maintenance (reliability.md D31); no row means open.

    ``banner`` only tells people, ``readonly`` also refuses writes from ``starts_at`` to
    ``ends_at``, ``locked`` lets nobody in (docs/runbooks/breach.md). SuperAdmins, health and
    metrics are never blocked.
    """

    class Mode(models.TextChoices):
        OFF = "off", "Open"
        BANNER = "banner", "Announced"
        READONLY = "readonly", "Reading only"
        LOCKED = "locked", "Locked down"

    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.OFF)
    message = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    #: None where a command without a name, or a backup that asked for quiet, set it.
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    set_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "maintenance_mode"
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["off", "banner", "readonly", "locked"]),
                name="maintenance_mode_known",
            ),
            models.CheckConstraint(condition=Q(pk=1), name="maintenance_mode_one_row"),
        ]

    def __str__(self) -> str:
        return self.mode
