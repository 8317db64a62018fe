"""A score that the people of an interview hold for wrong, and what a reviewer ruled."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.sealed_fields import SealedTextField
from interviews.models.session import InterviewSession, within_reach
from interviews.models.sharing import Collaborator

#: Fewer characters than these explain nothing to the other side.
SHORTEST_REASON, SHORTEST_RULING, LONGEST = 30, 50, 2000


class ScoreDisputeQuerySet(models.QuerySet["ScoreDispute"]):
    """Many disputes."""

    def standing(self) -> ScoreDisputeQuerySet:
        """Open ones, about a score that still counts."""
        return self.filter(
            state=ScoreDispute.State.OPEN, answer__current_assessment=F("assessment")
        )

    def of_others(self, user: User) -> ScoreDisputeQuerySet:
        """Those in which the person had no part, nor a service account the person answers for."""
        people = User.objects.filter(Q(pk=user.pk) | Q(human_owner=user.pk))
        helped = Collaborator.objects.filter(user__in=people)
        return self.exclude(
            Q(raised_by__in=people)
            | Q(answer__session__owner__in=people)
            | Q(answer__session__in=helped.values("session"))
            | Q(assessment__attempt__submitted_by__in=people)
        )

    def visible_to(self, user: User | AnonymousUser) -> ScoreDisputeQuerySet:
        """Those of interviews that one sees; a reviewer sees all of others', and no more of the
        interview by it (docs/adr/0021).
        """
        seen = InterviewSession.objects.visible_to(user).values("pk")
        if not isinstance(user, User) or not has_permission(user, Permission.REVIEW_VOTE):
            return self.filter(answer__session__in=seen)
        within = within_reach(user, "answer__session__")
        for_reviewers = self.of_others(user).filter(within).values("pk")
        return self.filter(Q(answer__session__in=seen) | Q(pk__in=for_reviewers))

    def to_rule_on(self, user: User) -> ScoreDisputeQuerySet:
        """Those that wait for a ruling which this person may give; the oldest first."""
        if not has_permission(user, Permission.REVIEW_VOTE):
            return self.none()
        ongoing = InterviewSession.objects.ongoing().values("pk")
        waiting = self.standing().of_others(user).filter(answer__session__in=ongoing)
        return waiting.filter(within_reach(user, "answer__session__")).order_by("raised_at", "pk")


class ScoreDispute(models.Model):
    """One score, why it is held for wrong, and the ruling; the score itself stays as it was."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for a ruling"
        KEPT = "kept", "The score is kept"
        CORRECTED = "corrected", "The score is corrected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Because(models.TextChoices):
        TAKEN_BACK = "taken_back", "it was taken back"
        ANSWERED_ANEW = "answered_anew", "the answer was changed"
        SCORED_ANEW = "scored_anew", "the answer was scored again"
        NOT_ASKED = "not_asked", "the question no longer applies"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(
        "interviews.Answer", on_delete=models.CASCADE, related_name="disputes"
    )
    #: The score that is disputed.
    assessment = models.ForeignKey(
        "interviews.Assessment", on_delete=models.CASCADE, related_name="disputes"
    )
    reason = SealedTextField(max_length=LONGEST)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    corrected_score = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    ruling_reason = SealedTextField(max_length=LONGEST, blank=True)
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=20, choices=Because.choices, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: None where what was disputed was replaced.
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ScoreDisputeQuerySet.as_manager()
    sealing_related = "answer__session"

    class Meta:
        db_table = "score_disputes"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=Q(state="open"), name="score_disputes_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "corrected", "withdrawn"]),
                name="score_disputes_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ruled_at=None, ruled_by=None)
                | Q(ruled_at__isnull=False, ruled_by__isnull=False),
                name="score_disputes_ruled_at_and_by",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["kept", "corrected"], ruled_at__isnull=False))
                & ~Q(ruling_reason="")
                | Q(state__in=["open", "withdrawn"], ruled_at=None, ruling_reason=""),
                name="score_disputes_ruled_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="corrected", corrected_score__gte=0, corrected_score__lte=10)
                | (~Q(state="corrected") & Q(corrected_score=None)),
                name="score_disputes_corrected_score",
            ),
            models.CheckConstraint(
                condition=(Q(state="withdrawn", withdrawn_at__isnull=False))
                & ~Q(withdrawn_because="")
                | (
                    ~Q(state="withdrawn")
                    & Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                ),
                name="score_disputes_withdrawn_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["raised_at"], condition=Q(state="open"), name="score_disputes_open"
            )
        ]

    def __str__(self) -> str:
        return f"dispute of assessment {self.assessment_id} ({self.state})"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.answer.session.code

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_ruled(self) -> bool:
        return self.state in (self.State.KEPT, self.State.CORRECTED)
