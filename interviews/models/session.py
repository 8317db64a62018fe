"""One person's walk through the protocol for one project idea."""

from __future__ import annotations

import uuid
from datetime import date

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from interviews.answerset import AnswerState

SETTLED_STATES = [AnswerState.ACCEPTED, AnswerState.ESCALATED, AnswerState.UNKNOWN]


class InterviewSessionQuerySet(models.QuerySet["InterviewSession"]):
    """Many sessions."""

    def visible_to(self, user: User | AnonymousUser) -> InterviewSessionQuerySet:
        """Those that exist for this person: own ones, shared ones, and what the role opens."""
        reached = self.filter(within_reach(user))
        if has_permission(user, Permission.SESSION_VIEW_ALL):
            return reached
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        # By a subquery: a join would show a session once for each colleague.
        shared = apps.get_model("interviews", "Collaborator").objects.filter(user=user)
        mine = Q(owner=user) | Q(pk__in=shared.values("session"))
        if has_permission(user, Permission.SESSION_VIEW_RELEASED):
            return reached.filter(mine | Q(released_at__isnull=False))
        return reached.filter(mine)

    def ongoing(self) -> InterviewSessionQuerySet:
        """Those in which answers can be given now (``is_open``)."""
        return self.filter(
            status__in=[InterviewSession.Status.IN_PROGRESS, InterviewSession.Status.COMPLETED]
        )

    def active(self) -> InterviewSessionQuerySet:
        """Those somebody may still work on."""
        return self.filter(
            status__in=[InterviewSession.Status.IN_PROGRESS, InterviewSession.Status.PAUSED]
        )

    def with_progress(self) -> InterviewSessionQuerySet:
        """Adds shown_count, settled_count, waiting_count and scoring_count of the answers.

        By subqueries: a join would group every session before the page is cut out, and Django
        drops the model's ordering from grouped queries.
        """
        return self.annotate(
            shown_count=_answers(~Q(state=AnswerState.SKIPPED_BY_CONDITION)),
            settled_count=_answers(Q(state__in=SETTLED_STATES)),
            waiting_count=_answers(Q(state=AnswerState.NEEDS_WORK)),
            scoring_count=_answers(Q(state=AnswerState.SCORING)),
        )


def may_see_shut_off(user: User | AnonymousUser) -> bool:
    """Whether an interview that is shut off exists for this person."""
    if not isinstance(user, User) or user.role != Role.SUPERADMIN:
        return False
    # A key of a SuperAdmin may allow less than its holder's role.
    return has_permission(user, Permission.SESSION_VIEW_ALL)


def within_reach(user: User | AnonymousUser, path: str = "") -> Q:
    """Without what is shut off in an incident, which exists for SuperAdmins alone.

    For lists that choose otherwise than by ``visible_to``; ``path`` leads to the session and ends
    with two underscores.
    """
    return Q() if may_see_shut_off(user) else Q(**{f"{path}shut_off_at": None})


def _answers(which: Q) -> Coalesce:
    """How many answers of a session are like that."""
    answers = apps.get_model("interviews", "Answer").objects
    counted = (
        answers.filter(which, session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(count=Count("*"))
        .values("count")
    )
    return Coalesce(Subquery(counted), 0)


class InterviewSession(models.Model):
    """A session; its answers are rows of their own."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", "In progress"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        ABANDONED = "abandoned", "Abandoned"
        ARCHIVED = "archived", "Archived"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    project_name = models.CharField(max_length=200)
    protocol_version = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.IN_PROGRESS)
    #: The highest stage that is open to work on, 1 to 5.
    current_stage = models.PositiveSmallIntegerField(default=1)
    #: The clock of every date rule in a run from a file; None = today.
    as_of_date = models.DateField(null=True, blank=True)
    #: Which answers repeat a public record and which are illustrative, by question key.
    provenance = models.JSONField(default=dict, blank=True)
    #: Where a sample comes from; shown wherever the sample is.
    source_note = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    last_updated_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    #: "Keep away from the model": nothing of the whole session leaves the house.
    is_kept_from_model = models.BooleanField(default=False)
    #: Set when a room above opens the session to reviewers; this room does not ask why.
    released_at = models.DateTimeField(null=True, blank=True)
    #: Set in an incident: from then on it exists for SuperAdmins alone, on every face.
    shut_off_at = models.DateTimeField(null=True, blank=True)

    objects = InterviewSessionQuerySet.as_manager()

    class Meta:
        db_table = "sessions"
        ordering = ["-last_updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["in_progress", "paused", "completed", "abandoned", "archived"]
                ),
                name="sessions_status_known",
            ),
            models.CheckConstraint(
                condition=Q(current_stage__gte=1, current_stage__lte=5),
                name="sessions_stage_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(completed_at__isnull=False),
                name="sessions_completed_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-last_updated_at"], name="sessions_of_owner")]

    def __str__(self) -> str:
        return self.project_name

    @property
    def today(self) -> date:
        """The date that date rules compare with."""
        return self.as_of_date or timezone.localdate()

    @property
    def is_open(self) -> bool:
        """Whether answers can be given now."""
        return self.status in (self.Status.IN_PROGRESS, self.Status.COMPLETED)

    @property
    def is_paused(self) -> bool:
        return self.status == self.Status.PAUSED
