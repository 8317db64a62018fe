"""What the portfolio shows of each case beside the session's own row, and lists people keep."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from interviews.models import InterviewSession


class InventoryEntry(models.Model):
    """Structured facts of one case, read together from all rooms; no text of an answer.

    Everything but ``department`` and ``reference`` is derived and can be read again at any time.
    An entry is out of date while ``wanted`` and ``done`` differ (somebody changed a fact: see
    services.inventory_marks) or the session was updated since ``session_updated_at``.
    """

    session = models.OneToOneField(
        InterviewSession, on_delete=models.CASCADE, related_name="inventory_entry"
    )
    #: Whose case it is in the organisation; people say so, or the file it was imported from.
    department = models.CharField(max_length=200, blank=True)
    #: What the case is called elsewhere: the number in an earlier inventory.
    reference = models.CharField(max_length=120, blank=True)

    archetype = models.CharField(max_length=40, blank=True)
    #: High-risk areas between blanks, " hiring children ": every database finds one among them.
    areas = models.CharField(max_length=400, blank=True)
    charter_code = models.UUIDField(null=True)
    revision_number = models.PositiveIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=30, blank=True)
    decided_at = models.DateTimeField(null=True)
    #: 0 to 1.
    data_score = models.FloatField(null=True)
    #: Residual levels, 1 to 5: the highest, and each principle's.
    highest = models.PositiveSmallIntegerField(null=True)
    human_agency = models.PositiveSmallIntegerField(null=True)
    robustness = models.PositiveSmallIntegerField(null=True)
    privacy = models.PositiveSmallIntegerField(null=True)
    transparency = models.PositiveSmallIntegerField(null=True)
    fairness = models.PositiveSmallIntegerField(null=True)
    #: Where the worst risk stands after its controls; None when a level was stated without risks.
    severity = models.PositiveSmallIntegerField(null=True)
    likelihood = models.PositiveSmallIntegerField(null=True)
    #: Mean score of the scored answers of each stage, 0 to 10.
    score_1 = models.FloatField(null=True)
    score_2 = models.FloatField(null=True)
    score_3 = models.FloatField(null=True)
    score_4 = models.FloatField(null=True)
    score_5 = models.FloatField(null=True)
    standing = models.CharField(max_length=40, default="not_submitted")
    lane = models.CharField(max_length=20, blank=True)
    #: Of the review that is open now.
    review_opened_at = models.DateTimeField(null=True)
    review_due_date = models.DateField(null=True)
    ruled_at = models.DateTimeField(null=True)
    next_review_date = models.DateField(null=True)
    kept_count = models.PositiveIntegerField(default=0)
    broken_count = models.PositiveIntegerField(default=0)
    pending_count = models.PositiveIntegerField(default=0)
    model_cost = models.DecimalField(max_digits=20, decimal_places=8, default=0)

    session_updated_at = models.DateTimeField(null=True)
    wanted = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inventory"
        verbose_name_plural = "inventory entries"
        indexes = [
            models.Index(fields=["department"], name="inventory_by_department"),
            models.Index(fields=["decision", "decided_at"], name="inventory_by_decision"),
            models.Index(fields=["standing"], name="inventory_by_standing"),
            models.Index(
                fields=["review_due_date"],
                name="inventory_open_reviews",
                condition=Q(review_opened_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="inventory_out_of_date",
                condition=~Q(wanted=models.F("done")),
            ),
        ]

    def __str__(self) -> str:
        return f"inventory entry of session {self.session_id}"


class SavedView(models.Model):
    """A way to look at the portfolio that somebody gave a name."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    #: The part of the address behind the question mark, in its tidy form.
    query = models.CharField(max_length=1000, blank=True)
    #: Whoever has the link may use it, and sees by it what that person may see.
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "portfolio_views"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="portfolio_views_name_once")
        ]

    def __str__(self) -> str:
        return self.name
