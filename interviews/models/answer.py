"""What a person says to one question: the place, each attempt, and the unsent draft."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.sealed_fields import SealedJSONField, SealedTextField
from interviews.answerset import AnswerState

STATES = [(state.value, state.value.replace("_", " ").capitalize()) for state in AnswerState]


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Many answers."""

    def with_current(self) -> AnswerQuerySet:
        """Joins the attempt and the assessment that count now, and says whether there were disputes.

        Without the assessment's long parts: a page reads 58 of these, and shows one of those.
        """
        disputes = apps.get_model("interviews", "ScoreDispute").objects
        of_answer = disputes.filter(answer=OuterRef("pk")).order_by()
        with_disputes = self.annotate(has_disputes=Exists(of_answer))
        return with_disputes.select_related("current_attempt", "current_assessment").defer(
            "current_assessment__elements",
            "current_assessment__passages",
            "current_assessment__example",
        )


class Answer(models.Model):
    """The place for what a person says to one question in one session.

    Mutable on purpose: a pointer, a state and a version. What was written stands in attempts.
    """

    session = models.ForeignKey(
        "interviews.InterviewSession", on_delete=models.CASCADE, related_name="answers"
    )
    question_key = models.CharField(max_length=20)
    stage_number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    #: The words that were asked, kept as they were.
    question_text = models.CharField(max_length=500)
    state = models.CharField(max_length=20, choices=STATES, default=AnswerState.DRAFT)
    #: Grows whenever what counts as the answer changes.
    version = models.PositiveIntegerField(default=0)
    current_attempt = models.ForeignKey(
        "interviews.Attempt", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    current_assessment = models.ForeignKey(
        "interviews.Assessment", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Grows when a settled answer is opened again; best-of and limits hold within a round.
    round = models.PositiveSmallIntegerField(default=1)
    attempt_count = models.PositiveIntegerField(default=0)
    unknown_owner = SealedTextField(max_length=200, blank=True)
    unknown_due_date = models.DateField(null=True, blank=True)
    unknown_note = SealedTextField(max_length=2000, blank=True)
    #: "Keep away from the model": nothing of this answer leaves the house.
    is_kept_from_model = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AnswerQuerySet.as_manager()
    sealing_related = "session"
    #: Whether a score of it was ever disputed; only ``with_current()`` knows.
    has_disputes: bool = False

    class Meta:
        db_table = "answers"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "question_key"], name="answers_one_per_question"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AnswerState]),
                name="answers_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="unknown") | ~Q(unknown_owner=""),
                name="answers_unknown_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(stage_number__gte=1, stage_number__lte=5),
                name="answers_stage_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} ({self.state})"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code

    @property
    def value(self) -> Any:
        """The canonical value that counts now; None when there is none."""
        if self.state in (AnswerState.UNKNOWN, AnswerState.SKIPPED_BY_CONDITION):
            return None
        return self.current_attempt.value if self.current_attempt else None


class Attempt(models.Model):
    """One submitted value for an answer; numbered from 1; never edited (the database refuses)."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField()
    value = SealedJSONField()
    #: SHA-256 of the canonical value: an unchanged text is never scored twice.
    value_hash = models.CharField(max_length=64)
    #: Versions of the earlier answers that this one builds on, by question key.
    based_on = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "answer__session"

    class Meta:
        db_table = "answer_attempts"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="attempts_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempts_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.answer_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.answer.session.code


class Draft(models.Model):
    """What a person has typed but not submitted, exactly as typed.

    It is live only while the answer is still the version it was started on; submitting
    outdates it, so that nothing needs to be deleted.
    """

    answer = models.OneToOneField(
        Answer, on_delete=models.CASCADE, primary_key=True, related_name="draft"
    )
    value = SealedJSONField()
    version = models.PositiveIntegerField(default=1)
    answer_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "answer__session"

    class Meta:
        db_table = "answer_drafts"

    def __str__(self) -> str:
        return f"draft {self.version} of {self.answer_id}"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.answer.session.code
