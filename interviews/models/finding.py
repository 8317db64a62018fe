"""A contradiction or omission across answers."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField, SealedTextField

#: States that count as open for governance: neither fixed nor waived.
OPEN_STATES = ["open", "answered", "carried", "disputed"]


class FindingQuerySet(models.QuerySet["Finding"]):
    """Many findings."""

    def standing(self) -> FindingQuerySet:
        """Those whose rule still fires and that nobody waived."""
        return self.filter(state__in=OPEN_STATES)


class Finding(models.Model):
    """What one rule found in one session, and what was done about it."""

    class Severity(models.TextChoices):
        BLOCKER = "BLOCKER", "Blocker"
        MAJOR = "MAJOR", "Major"
        MINOR = "MINOR", "Minor"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CARRIED = "carried", "Carried forward"
        DISPUTED = "disputed", "Disputed"
        WAIVED = "waived", "Waived"
        FIXED = "fixed", "Fixed"

    session = models.ForeignKey(
        "interviews.InterviewSession", on_delete=models.CASCADE, related_name="findings"
    )
    rule_id = models.CharField(max_length=20)
    kind = models.CharField(max_length=1, default="D")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    is_completeness = models.BooleanField(default=False)
    stage_a = models.PositiveSmallIntegerField()
    stage_b = models.PositiveSmallIntegerField()
    answer_ids = models.JSONField(default=list)
    title = models.CharField(max_length=200, blank=True)
    message = SealedTextField()
    how_to_fix = SealedTextField()
    quotes = SealedJSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = SealedTextField(max_length=2000, blank=True)
    #: What the rule saw; when it changes, a carried or disputed finding opens again.
    fingerprint = models.CharField(max_length=64)
    found_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FindingQuerySet.as_manager()
    sealing_related = "session"

    class Meta:
        db_table = "findings"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "rule_id"], name="findings_once_per_rule"),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN_STATES, "waived", "fixed"]),
                name="findings_state_known",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["BLOCKER", "MAJOR", "MINOR"]),
                name="findings_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="findings_handled_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "carried", "disputed", "waived"])
                | ~Q(reason=""),
                name="findings_handled_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} ({self.state})"

    @property
    def seen_as(self) -> str:
        """What a form remembers, to learn whether somebody handled the finding since."""
        seen = f"{self.state} {self.fingerprint} {self.handled_at and self.handled_at.isoformat()}"
        return hashlib.sha256(seen.encode("ascii")).hexdigest()[:16]

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code

    @property
    def gate(self) -> int:
        """The stage gate that the finding belongs to: the later of its stages."""
        return max(self.stage_a, self.stage_b)

    @property
    def is_standing(self) -> bool:
        return self.state in OPEN_STATES
