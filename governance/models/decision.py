"""What the engine computed for one issued revision."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField
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
    #: Owners, controls and evidence stand there in the person's words.
    facts = SealedJSONField()
    #: The engine's whole output: decision, base, headline, rules_fired, conditions and so on.
    outcome = SealedJSONField()
    engine_version = models.CharField(max_length=40)
    #: Thresholds and packs in force when it was computed; None: computed before they were kept.
    rule_set = models.ForeignKey(
        "governance.RuleSet", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)

    sealing_related = "revision__charter__session"

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

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.revision.charter.session.code
