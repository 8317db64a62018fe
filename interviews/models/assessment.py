"""How an attempt was judged, what was asked back, and what waits for a person."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField, SealedTextField

#: Who scored where a reviewer corrected a score; no provider has this name.
BY_PERSON = "person"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Many assessments."""

    def best_word_first(self) -> AssessmentQuerySet:
        """A person's before any scorer's, then the latest."""
        is_scorers = Case(When(scored_by=BY_PERSON, then=0), default=1)
        return self.order_by(is_scorers, "-pk")


class Assessment(models.Model):
    """The judgement of one attempt by one scorer; never edited (the database refuses).

    ``elements`` is a list of {id, verdict, quote, comment}; ``score`` is 0-10 with one decimal,
    computed by our code from the verdicts.
    """

    attempt = models.ForeignKey(
        "interviews.Attempt", on_delete=models.CASCADE, related_name="assessments"
    )
    score = models.DecimalField(max_digits=3, decimal_places=1)
    threshold = models.DecimalField(max_digits=3, decimal_places=1)
    is_accepted = models.BooleanField()
    is_provisional = models.BooleanField(default=False)
    is_off_topic = models.BooleanField(default=False)
    injection_suspected = models.BooleanField(default=False)
    #: Passages that tried to steer the scorer; shown to reviewers only.
    passages = SealedJSONField(default=list)
    elements = SealedJSONField(default=list)
    example = SealedTextField(blank=True)
    #: "embedded", the provider's name, or "person" for a correction by a reviewer.
    scored_by = models.CharField(max_length=40)
    #: The embedded scorer's fingerprint, prompt version and model, or the dispute's code.
    scorer_version = models.CharField(max_length=200)
    #: The model asked and the prompt it got; "" for the embedded scorer.
    model_name = models.CharField(max_length=120, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    #: specificity, measurability, completeness, coherence, relevance: 0-10, for analytics only.
    dimensions = models.JSONField(default=dict)
    #: A score far above the embedded scorer's was asked for again, and the lower one stands.
    is_rechecked = models.BooleanField(default=False)
    assessed_at = models.DateTimeField(default=timezone.now)

    objects = AssessmentQuerySet.as_manager()
    sealing_related = "attempt__answer__session"

    class Meta:
        db_table = "assessments"
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "scored_by", "scorer_version"],
                name="assessments_once_per_scorer",
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=10), name="assessments_score_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} for attempt {self.attempt_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.attempt.answer.session.code

    @property
    def is_by_person(self) -> bool:
        """Whether a reviewer corrected a score by it."""
        return self.scored_by == BY_PERSON


class FollowUp(models.Model):
    """A further question raised by a weak assessment; position 1 is asked, the rest wait."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="follow_ups")
    position = models.PositiveSmallIntegerField()
    element_id = models.CharField(max_length=60)
    text = SealedTextField(max_length=2000)

    sealing_related = "assessment__attempt__answer__session"

    class Meta:
        db_table = "follow_ups"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "position"], name="follow_ups_position_once"
            )
        ]

    def __str__(self) -> str:
        return self.text

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.assessment.attempt.answer.session.code


class Escalation(models.Model):
    """An answer whose attempts are exhausted or could not be assessed, waiting for a person."""

    class Reason(models.TextChoices):
        ATTEMPTS_EXHAUSTED = "attempts_exhausted", "Attempts exhausted"
        NOT_ASSESSED = "not_assessed", "Could not be assessed"
        MODEL_REFUSED = "model_refused", "The language model refused to read it"

    class Resolution(models.TextChoices):
        ACCEPT_AS_IS = "accept_as_is", "Accept as is"
        ASK_AGAIN = "ask_again", "Ask again"
        WAIVE = "waive", "Waive"

    answer = models.ForeignKey(
        "interviews.Answer", on_delete=models.CASCADE, related_name="escalations"
    )
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=30, choices=Reason.choices)
    opened_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.CharField(max_length=20, choices=Resolution.choices, blank=True)

    class Meta:
        db_table = "escalations"
        constraints = [
            models.UniqueConstraint(fields=["answer", "round"], name="escalations_once_a_round"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None, resolution="")
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(resolution="")),
                name="escalations_resolved_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} of {self.answer_id}"
