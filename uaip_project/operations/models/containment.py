"""What was shut off during an incident, and what it was like before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from uaip_project.operations.models.incident import OperationalIncident


class ContainmentQuerySet(models.QuerySet["Containment"]):
    """Many of them."""

    def in_force(self) -> ContainmentQuerySet:
        """What is shut off now."""
        return self.filter(released_at=None)


class Containment(models.Model):
    """One thing that was shut off; released, it is as it was before."""

    class Kind(models.TextChoices):
        USER = "user", "Person"
        KEY = "key", "API key"
        SESSIONS = "sessions", "Sign-ins of a person"
        PROVIDER = "provider", "Language model"
        PROJECT = "project", "Interview with its charter"
        WRITES = "all-writes", "All writing"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    #: E-mail address, prefix of the key, provider or code of the interview; "" = everything.
    target = models.CharField(max_length=254, blank=True)
    #: What is put back at the release.
    before = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300)
    incident = models.ForeignKey(
        OperationalIncident, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField()
    #: None where a shell without a name did it.
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = ContainmentQuerySet.as_manager()

    class Meta:
        db_table = "ops_containments"
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(released_at=None),
                name="ops_containments_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["user", "key", "sessions", "provider", "project", "all-writes"]
                ),
                name="ops_containments_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}".strip()
