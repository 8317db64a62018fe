"""What people say about an item or a statement of a charter, and how it was settled."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from accounts.permissions import Role
from accounts.sealed_fields import SealedTextField
from charters.models import Charter
from governance.models.review import Review

#: Who may come to rule, and is therefore not to be read before an own verdict.
VERDICT_ROLES = (Role.REVIEWER, Role.SUPERADMIN)


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Many threads."""

    def visible_to(self, user: User | AnonymousUser) -> ThreadQuerySet:
        """Those of charters that the person sees; reviewers' threads after an own verdict."""
        seen = self.filter(charter__in=Charter.objects.visible_to(user))
        blind = Review.objects.awaiting(user).values("pk")
        return seen.exclude(Q(review__in=blind) & ~Q(opened_by=user.pk))


class CommentQuerySet(models.QuerySet["Comment"]):
    """Many comments."""

    def visible_to(self, user: User | AnonymousUser) -> CommentQuerySet:
        """Those in visible threads, without other reviewers' until an own verdict."""
        seen = self.filter(thread__in=Thread.objects.visible_to(user))
        blind = Review.objects.awaiting(user).values("pk")
        others = Q(posted_by__role__in=VERDICT_ROLES) & ~Q(posted_by=user.pk)
        return seen.exclude(Q(thread__review__in=blind) & others)


class Thread(models.Model):
    """One matter; open until the author answers it and whoever raised it resolves it."""

    class Anchor(models.TextChoices):
        CHARTER = "charter", "The whole charter"
        ITEM = "item", "An item of the interview"
        STATEMENT = "statement", "A statement of the charter"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        RESOLVED = "resolved", "Resolved"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="threads")
    #: The case in which a reviewer raised it: others who may rule see it after their own verdict.
    review = models.ForeignKey(
        Review, null=True, blank=True, on_delete=models.PROTECT, related_name="threads"
    )
    revision_number = models.PositiveIntegerField()
    anchor = models.CharField(max_length=20, choices=Anchor.choices, default=Anchor.CHARTER)
    #: The item's key, or the statement's place: "section-3/block-2".
    anchor_key = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ThreadQuerySet.as_manager()

    class Meta:
        db_table = "threads"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "resolved"]), name="threads_state_known"
            ),
            models.CheckConstraint(
                condition=Q(anchor="charter", anchor_key="")
                | (Q(anchor__in=["item", "statement"]) & ~Q(anchor_key="")),
                name="threads_anchor_has_a_key",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="threads_resolved_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | (~Q(state="resolved") & Q(resolved_at=None)),
                name="threads_resolved_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["charter", "state"], name="threads_of_charter")]

    def __str__(self) -> str:
        return f"thread {self.code} on {self.anchor_key or 'the charter'}"


class Comment(models.Model):
    """One thing said in a thread; what it says stands in its versions."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    posted_at = models.DateTimeField(db_default=Now())
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        db_table = "comments"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"comment {self.code}"


class CommentVersion(models.Model):
    """The words of a comment; an edit adds a row, so that everybody sees what was said before."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    text = SealedTextField()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "comment_versions"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="comment_versions_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of comment {self.comment_id}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the text is sealed."""
        return self.comment.thread.charter.session.code
