"""What the engine computed for one issued revision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from charters.models import Revision


class Decision(models.Model):
    """A computed decision with the facts it was computed from; never edited.

    ``content_hash`` is the hash of the content that was judged.
    """

    class Value(models.TextChoices):
        PROCEED = "proceed", "PROCEED"
        PROCEED_WITH_MONITORING = "proceed_with_monitoring", "PROCEED_WITH_MONITORING"
        REVISE = "revise", "REVISE"
        SUBMIT_TO_COMMITTEE = "submit_to_committee", "SUBMIT_TO_COMMITTEE"
        HALT = "halt", "HALT"

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="decision")
    value = models.CharField(max_length=30, choices=Value.choices)
    content_hash = models.CharField(max_length=64)
    facts = models.JSONField()
    #: The engine's whole output: decision, base, headline, rules_fired, conditions and so on.
    outcome = models.JSONField()
    engine_version = models.CharField(max_length=40)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "decisions"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    value__in=[
                        "proceed",
                        "proceed_with_monitoring",
                        "revise",
                        "submit_to_committee",
                        "halt",
                    ]
                ),
                name="decisions_value_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.value} for revision {self.revision_id}"
