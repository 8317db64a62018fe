"""By which rules decisions are computed: what was proposed, what was published, what was used."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.sealed_fields import SealedTextField
from charters.models import Charter, Revision
from governance.models.decision import Decision


class RuleSet(models.Model):
    """All rules of one moment: thresholds and packs. Each decision keeps the set that it used."""

    content_hash = models.CharField(max_length=64, unique=True)
    #: {"thresholds": {...}, "packs": {id: the whole pack}}
    content = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "rule_sets"

    def __str__(self) -> str:
        return f"rules {self.content_hash[:12]}"


class RuleProposal(models.Model):
    """New thresholds, or a new pack, that somebody proposes; another person publishes them."""

    class Kind(models.TextChoices):
        THRESHOLDS = "thresholds", "Thresholds"
        PACK = "pack", "Rule pack"

    class End(models.TextChoices):
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    #: "thresholds", or the id of the pack.
    key = models.CharField(max_length=40)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    #: The day on which practices are read; None: each case's own day.
    read_on_date = models.DateField(null=True, blank=True)
    reason = models.TextField()
    proposed_at = models.DateTimeField(db_default=Now())
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    #: Which back-test is asked for; its rows carry this number.
    run = models.PositiveIntegerField(default=1)
    #: The last back-test that ended, with its figures, and the rules that it compared with.
    tested_run = models.PositiveIntegerField(default=0)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_against = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end = models.CharField(max_length=20, choices=End.choices, blank=True)

    class Meta:
        db_table = "rule_proposals"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at=None), name="rule_proposals_one_open_per_key"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["thresholds", "pack"]), name="rule_proposals_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, end="")
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    end__in=["published", "withdrawn"],
                ),
                name="rule_proposals_closed_with_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(end="published") | ~Q(closed_by=models.F("proposed_by")),
                name="rule_proposals_published_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.code} for {self.key}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_tested(self) -> bool:
        """Whether the back-test that was asked for last has ended."""
        return self.tested_run == self.run


class BacktestChange(models.Model):
    """One stored decision that would be another under a proposal."""

    proposal = models.ForeignKey(RuleProposal, on_delete=models.CASCADE, related_name="changes")
    run = models.PositiveIntegerField()
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    #: The rule that leads to it: F-6, or base.
    headline = models.CharField(max_length=10)

    class Meta:
        db_table = "backtest_changes"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "run", "decision"], name="backtest_changes_once_per_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} to {self.after} by proposal {self.proposal_id}"


class RulePublication(models.Model):
    """Rules that came into force; the newest of each key holds, older ones stay as they were."""

    proposal = models.OneToOneField(
        RuleProposal, on_delete=models.PROTECT, related_name="publication"
    )
    kind = models.CharField(max_length=20, choices=RuleProposal.Kind.choices)
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    #: The figures of the back-test on which it was published.
    summary = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "rule_publications"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="rule_publications_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["thresholds", "pack"]), name="rule_publications_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"


class CrosswalkDetails(models.Model):
    """What people add to the answers for the crosswalk alone; a correction is a further row.

    It holds for the revision that it was added to and for later ones, never for earlier ones.
    """

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="crosswalk_details")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    #: Codes and figures only; the reason is text.
    values = models.JSONField()
    reason = SealedTextField(blank=True)
    noted_at = models.DateTimeField(db_default=Now())
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "charter__session"

    class Meta:
        db_table = "crosswalk_details"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "number"], name="crosswalk_details_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"details {self.number} of charter {self.charter_id}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the reason is sealed."""
        return self.charter.session.code
