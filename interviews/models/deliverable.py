"""The typed outcome of each stage; a new row per regeneration, never an edit."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField


class Deliverable(models.Model):
    """What the five kinds share. Immutable: the database refuses an update."""

    session = models.ForeignKey(
        "interviews.InterviewSession", on_delete=models.CASCADE, related_name="+"
    )
    version = models.PositiveIntegerField()
    content = SealedJSONField()
    #: Version of each source answer by question key; compared to tell a stale deliverable.
    source_answer_ids = models.JSONField(default=dict)
    confidence = models.FloatField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    kind = ""
    sealing_related = "session"

    class Meta:
        abstract = True
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="%(class)s_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code

    def is_stale(self, versions: dict[str, int]) -> bool:
        """Whether a source answer changed since, given today's versions by question key."""
        return any(
            versions.get(key, 0) != version for key, version in self.source_answer_ids.items()
        )


class ProblemStatement(Deliverable):
    """Stage 1."""

    kind = "problem_statement"

    class Meta(Deliverable.Meta):
        db_table = "problem_statements"


class MetricAlignmentMatrix(Deliverable):
    """Stage 2."""

    kind = "metric_alignment_matrix"

    class Meta(Deliverable.Meta):
        db_table = "metric_alignment_matrix"


class DataQualityScorecard(Deliverable):
    """Stage 3."""

    kind = "data_quality_scorecard"

    class Meta(Deliverable.Meta):
        db_table = "data_quality_scorecards"


class UserContext(Deliverable):
    """Stage 4."""

    kind = "user_context"

    class Meta(Deliverable.Meta):
        db_table = "user_contexts"


class EthicalRiskReport(Deliverable):
    """Stage 5."""

    kind = "ethical_risk_report"

    class Meta(Deliverable.Meta):
        db_table = "ethical_risk_reports"


DELIVERABLE_MODELS: dict[str, type[Deliverable]] = {
    model.kind: model
    for model in (
        ProblemStatement,
        MetricAlignmentMatrix,
        DataQualityScorecard,
        UserContext,
        EthicalRiskReport,
    )
}
