"""The people's case on one issued revision: its votes and its ruling."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.sealed_fields import SealedTextField
from charters.models import Charter, Revision
from governance.models.committee import Committee, Seat
from governance.models.decision import Decision
from interviews.models import Collaborator
from interviews.models.session import within_reach


class Outcome(models.TextChoices):
    """What people can say of a charter; a vote and a ruling use the same four words."""

    APPROVE = "approve", "Approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", "Approve with conditions"
    SEND_BACK = "send_back", "Send back"
    REJECT = "reject", "Reject"


OUTCOMES = [outcome.value for outcome in Outcome]
APPROVING = [Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS]


class ReviewQuerySet(models.QuerySet["Review"]):
    """Many reviews."""

    def open(self) -> ReviewQuerySet:
        """Those that wait for a ruling."""
        return self.filter(closed_at=None)

    def visible_to(self, user: User | AnonymousUser) -> ReviewQuerySet:
        """A review is visible to whoever sees its charter."""
        return self.filter(charter__in=Charter.objects.visible_to(user))

    def awaiting(self, user: User | AnonymousUser) -> ReviewQuerySet:
        """Open ones in which the person may still give a verdict, and until then stays blind.

        By role and current seat; own charters are left out.
        """
        if not isinstance(user, User) or not has_permission(user, Permission.REVIEW_VOTE):
            return self.none()
        seats = Seat.objects.current(timezone.localdate()).filter(user=user)
        in_committee = Q(lane=Review.Lane.COMMITTEE, committee__in=seats.values("committee"))
        alone = ~Q(lane=Review.Lane.COMMITTEE) & Q(Exists(seats.filter(committee__is_active=True)))
        edits = Collaborator.objects.filter(user=user, level=Collaborator.Level.EDIT)
        return (
            self.open()
            .filter(in_committee | alone)
            .filter(within_reach(user, "charter__session__"))
            .exclude(pk__in=Vote.objects.filter(cast_by=user).values("review"))
            .exclude(charter__session__owner=user)
            .exclude(charter__session__in=edits.values("session"))
        )


class Review(models.Model):
    """One case on one revision, from opening to closing.

    Quorum and rule are those of the committee when the case was opened: nobody moves the
    goalposts while votes are being cast.
    """

    class Lane(models.TextChoices):
        ONE_REVIEWER = "one_reviewer", "One reviewer"
        COMMITTEE = "committee", "Committee"
        SAMPLE = "sample", "Later look at a sampled PROCEED"

    class Cause(models.TextChoices):
        SUBMITTED = "submitted", "A revision was submitted"
        SAMPLED = "sampled", "Sampled for a later look"
        REQUESTED = "requested", "Somebody asked for a committee"
        CHANGED = "changed", "Something material changed after the approval"
        BREACHED = "breached", "A promise was broken"
        SILENT = "silent", "A promise was not reported on"
        INCIDENT = "incident", "An incident was recorded"
        DUE = "due", "The date of the next review has come"
        RULES_CHANGED = "rules_changed", "The rules changed"

    class End(models.TextChoices):
        RULED = "ruled", "Ruled"
        SUPERSEDED = "superseded", "A newer revision took its place"
        WITHDRAWN = "withdrawn", "Withdrawn"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="reviews")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    lane = models.CharField(max_length=20, choices=Lane.choices)
    #: Whose seats vote; in the other lanes any current seat of any committee may rule.
    committee = models.ForeignKey(
        Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quorum = models.PositiveSmallIntegerField(default=1)
    rule = models.CharField(
        max_length=10, choices=Committee.Rule.choices, default=Committee.Rule.MAJORITY
    )
    cause = models.CharField(max_length=20, choices=Cause.choices, default=Cause.SUBMITTED)
    #: Which promise, incident or rule it was, by its code or id.
    cause_reference = models.CharField(max_length=200, blank=True)
    #: The ruled case before this one: what a re-review is compared with.
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now())
    #: None: the system itself.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_date = models.DateField()
    #: When the people who may rule were last reminded.
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end = models.CharField(max_length=20, choices=End.choices, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        db_table = "reviews"
        ordering = ["due_date", "id"]
        constraints = [
            # One open case per charter, hence per revision too.
            models.UniqueConstraint(
                fields=["charter"], condition=Q(closed_at=None), name="reviews_one_open_per_charter"
            ),
            models.CheckConstraint(
                condition=Q(lane__in=["one_reviewer", "committee", "sample"]),
                name="reviews_lane_known",
            ),
            models.CheckConstraint(
                condition=~Q(lane="committee") | Q(committee__isnull=False),
                name="reviews_committee_lane_has_one",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, end="")
                | Q(closed_at__isnull=False, end__in=["ruled", "superseded", "withdrawn"]),
                name="reviews_closed_with_an_end",
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="reviews_quorum_from_one"),
        ]
        indexes = [
            models.Index(fields=["due_date"], name="reviews_open", condition=Q(closed_at=None))
        ]

    def __str__(self) -> str:
        return f"review {self.code} of revision {self.revision_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Vote(models.Model):
    """One seat's choice in one review, cast blind; the database refuses to change it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=30, choices=Outcome.choices)
    reason = SealedTextField()
    #: Salt of the hash that stands in the record of deeds until the review closes.
    salt = models.CharField(max_length=64)
    cast_at = models.DateTimeField(db_default=Now())
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "votes"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "cast_by"], name="votes_once_per_person"),
            models.UniqueConstraint(fields=["review", "seat"], name="votes_once_per_seat"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="votes_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"vote in review {self.review_id}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the reason is sealed."""
        return self.review.charter.session.code


class Ruling(models.Model):
    """The binding outcome of a review; recorded beside the computed decision, never over it."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="ruling")
    outcome = models.CharField(max_length=30, choices=Outcome.choices)
    reason = SealedTextField()
    #: What the engine had computed when people ruled.
    computed = models.CharField(max_length=30, choices=Decision.Value.choices)
    #: Whether it permits what the computed decision does not, or refuses what that permits.
    is_override = models.BooleanField(default=False)
    #: Votes by outcome at the time, and whether the ruling goes another way.
    tally = models.JSONField(default=dict)
    departs_from_tally = models.BooleanField(default=False)
    #: Codes of the reviews that were shown as precedents and not followed, and why.
    departs_from = models.JSONField(default=list, blank=True)
    departure_reason = SealedTextField(blank=True)
    #: Hash of what was ruled on (governance.material): an approval holds while it is the same.
    material_hash = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    #: When the case is looked at again in any event.
    next_review_date = models.DateField(null=True, blank=True)
    ruled_at = models.DateTimeField(db_default=Now())
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "rulings"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="rulings_outcome_known"),
            models.CheckConstraint(
                condition=~Q(computed="halt")
                | Q(outcome__in=["send_back", "reject"])
                | Q(is_override=True),
                name="rulings_over_a_halt_say_so",
            ),
        ]

    def __str__(self) -> str:
        return f"ruling of review {self.review_id}"

    @property
    def is_approval(self) -> bool:
        return self.outcome in APPROVING

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the reasons are sealed."""
        return self.review.charter.session.code


class Condition(models.Model):
    """A duty that a ruling attaches; what follows from it is a commitment."""

    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    text = SealedTextField()
    owner = models.CharField(max_length=200)
    due_date = models.DateField()
    #: The rule of the engine that asked for it; "" when the reviewer did.
    source_rule = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "ruling_conditions"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ruling", "position"], name="ruling_conditions_position_once"
            )
        ]

    def __str__(self) -> str:
        return f"condition {self.position} of ruling {self.ruling_id}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the text is sealed."""
        return self.ruling.sealing_subject()
