"""What an approved charter promised, what was read of it since, and what went wrong."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.sealed_fields import SealedTextField
from charters.models import Charter
from governance.models.review import Review, Ruling
from governance.promises import is_met


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Many commitments."""

    def live(self) -> CommitmentQuerySet:
        """Those somebody still answers for."""
        return self.exclude(state=Commitment.State.WITHDRAWN)

    def awaited(self) -> CommitmentQuerySet:
        """Those that wait for a deed or a reading."""
        return self.filter(state__in=[Commitment.State.OPEN, Commitment.State.BROKEN])


class Commitment(models.Model):
    """One promise of an approved charter, with an owner, a measure and a date.

    ``key`` stays the same over rulings, so that a promise that is made again keeps its readings.
    A promise with a ``target`` is read again and again, every ``cadence_days``; one without is a
    deed that is done once, by ``due_date``.
    """

    class Kind(models.TextChoices):
        CONDITION = "condition", "Condition of the ruling"
        CONTROL = "control", "Control against a risk"
        KPI = "kpi", "Measure of success"
        WATCH = "watch", "Figure that is watched in operation"

    class Comparator(models.TextChoices):
        DONE = "done", "Is done"
        AT_LEAST = "at_least", "At least"
        AT_MOST = "at_most", "At most"
        ABOVE = "above", "Above"
        BELOW = "below", "Below"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        BROKEN = "broken", "Broken"
        WITHDRAWN = "withdrawn", "Withdrawn"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="commitments")
    #: The newest ruling that holds people to it.
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="commitments")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = SealedTextField()
    owner = models.CharField(max_length=200)
    #: The owner's account, where one is known by that name or address.
    owner_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    comparator = models.CharField(max_length=10, choices=Comparator.choices)
    target = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=80, blank=True)
    #: When a deed must be done, or when a figure must first be at its target; None for figures
    #: that must hold from the first reading on.
    due_date = models.DateField(null=True, blank=True)
    #: A figure is read at least so often.
    cadence_days = models.PositiveIntegerField(null=True, blank=True)
    #: The item of the interview that it rests on; "" for a condition of a reviewer.
    source_item = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    state_since = models.DateTimeField(db_default=Now())
    #: The day from which silence is counted: made, made again, or the last reading.
    quiet_since = models.DateField()
    made_at = models.DateTimeField(db_default=Now())

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        db_table = "commitments"
        ordering = [F("due_date").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "key"], name="commitments_key_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["condition", "control", "kpi", "watch"]),
                name="commitments_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "broken", "withdrawn"]),
                name="commitments_state_known",
            ),
            models.CheckConstraint(
                condition=Q(comparator="done", target=None)
                | Q(comparator__in=["at_least", "at_most", "above", "below"], target__isnull=False),
                name="commitments_figures_have_a_target",
            ),
            models.CheckConstraint(
                condition=Q(cadence_days=None) | Q(cadence_days__gte=1),
                name="commitments_cadence_from_one",
            ),
            models.CheckConstraint(
                condition=Q(due_date__isnull=False) | Q(cadence_days__isnull=False),
                name="commitments_have_a_date_or_a_cadence",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_date"], name="commitments_by_date"),
            models.Index(fields=["owner_user", "state"], name="commitments_of_person"),
        ]

    def __str__(self) -> str:
        return f"commitment {self.code} ({self.state})"

    @property
    def is_figure(self) -> bool:
        """Read as a number again and again, not done once."""
        return self.comparator != self.Comparator.DONE

    def is_kept_by(self, reading: Reading) -> bool:
        """Whether what was read is what was promised."""
        if reading.value is None:
            return bool(reading.is_done)
        return is_met(self.comparator, self.target, reading.value)

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the text is sealed."""
        return self.charter.session.code


class Reading(models.Model):
    """What was read of a commitment on a day; corrected by a later reading, never changed."""

    class Source(models.TextChoices):
        FORM = "form", "Form"
        FILE = "file", "CSV file"
        API = "api", "API"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="readings")
    #: The figure; None for a deed.
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    #: Whether the deed is done; None for a figure.
    is_done = models.BooleanField(null=True, blank=True)
    note = SealedTextField(blank=True)
    measured_on = models.DateField()
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.FORM)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "commitment_readings"
        ordering = ["measured_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, is_done=None)
                | Q(value=None, is_done__isnull=False),
                name="commitment_readings_figure_or_deed",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["form", "file", "api"]),
                name="commitment_readings_source_known",
            ),
        ]
        indexes = [
            models.Index(fields=["commitment", "measured_on"], name="commitment_readings_by_day")
        ]

    def __str__(self) -> str:
        return f"reading of {self.commitment_id} on {self.measured_on}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the note is sealed."""
        return self.commitment.sealing_subject()


class CaseIncident(models.Model):
    """Something that went wrong with a system in use; it opens the case again."""

    class Severity(models.TextChoices):
        MINOR = "minor", "Minor: nobody was harmed"
        SERIOUS = "serious", "Serious: somebody was harmed or treated wrongly"
        CRITICAL = "critical", "Critical: severe or widespread harm"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="incidents")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    happened_on = models.DateField()
    text = SealedTextField()
    #: The review that it opened, or was added to.
    review = models.ForeignKey(
        Review, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_at = models.DateTimeField(db_default=Now())
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "case_incidents"
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=["minor", "serious", "critical"]),
                name="case_incidents_severity_known",
            )
        ]

    def __str__(self) -> str:
        return f"incident {self.code} of {self.charter_id}"

    def sealing_subject(self) -> uuid.UUID:
        """The session under whose key the text is sealed."""
        return self.charter.session.code
