"""Operational incidents: what is wrong with the installation, and all that was done about it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

OVER = ("resolved", "closed")


class IncidentQuerySet(models.QuerySet["OperationalIncident"]):
    """Many incidents."""

    def open(self) -> IncidentQuerySet:
        """Those that somebody still has to do something about."""
        return self.exclude(state__in=OVER)

    def unacknowledged(self) -> IncidentQuerySet:
        """Those that nobody has taken on."""
        return self.filter(state=OperationalIncident.State.OPEN)


class OperationalIncident(models.Model):
    """Something is wrong with the installation (an AI system's own incident is a CaseIncident).

    Who did what stands in its timeline; the times here are what escalation and figures go by.
    """

    class Severity(models.TextChoices):
        P1 = "P1", "P1: nothing works, or data are at risk"
        P2 = "P2", "P2: an important part does not work"
        P3 = "P3", "P3: people are hindered"
        P4 = "P4", "P4: small, nobody is hindered"

    class Kind(models.TextChoices):
        OPERATIONAL = "operational", "Operational"
        SECURITY = "security", "Security"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        MITIGATED = "mitigated", "Mitigated"
        RESOLVED = "resolved", "Resolved"
        CLOSED = "closed", "Closed"

    class Source(models.TextChoices):
        HAND = "hand", "By hand"
        ALERT = "alert", "By an alert"

    #: INC-YYYYMMDD-HHMMSS, the name that people say.
    number = models.CharField(max_length=20, unique=True)
    severity = models.CharField(max_length=2, choices=Severity.choices)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OPERATIONAL)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.HAND)
    title = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True)
    #: What an alert is known by; while an incident is open, the same alert joins it.
    fingerprint = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: 1 to 3 are the levels of people on call; 4: everybody who manages the house was told.
    escalation_level = models.PositiveSmallIntegerField(default=1)
    is_late = models.BooleanField(default=False, help_text="Nobody took it on in time.")
    is_notice_missing = models.BooleanField(
        default=False, help_text="Somebody was reminded to tell the people concerned."
    )
    #: What was learnt; P1 and P2 do not close without it.
    review = models.TextField(blank=True, max_length=20_000)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        db_table = "ops_incidents"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "acknowledged", "mitigated", "resolved", "closed"]),
                name="ops_incidents_state_known",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["P1", "P2", "P3", "P4"]),
                name="ops_incidents_severity_known",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(state__in=OVER) & ~Q(fingerprint=""),
                name="ops_incidents_one_open_per_alert",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(severity__in=["P3", "P4"]) | ~Q(review=""),
                name="ops_incidents_closed_with_review",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="ops_incidents_closed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state not in OVER

    @property
    def needs_review(self) -> bool:
        """Whether it can only be closed with what was learnt."""
        return self.severity in (self.Severity.P1, self.Severity.P2)


class IncidentEntry(models.Model):
    """One line of an incident's timeline; the database keeps it as it was written."""

    class What(models.TextChoices):
        OPENED = "opened", "Opened"
        ALERT = "alert", "Alert"
        NOTE = "note", "Note"
        STATE = "state", "State"
        ESCALATED = "escalated", "Escalated"
        NOTICE = "notice", "People concerned were told"
        DEED = "deed", "Deed"
        REMINDER = "reminder", "Reminder"

    incident = models.ForeignKey(
        OperationalIncident, on_delete=models.PROTECT, related_name="entries"
    )
    what = models.CharField(max_length=10, choices=What.choices)
    text = models.CharField(max_length=2000)
    happened_at = models.DateTimeField()
    #: None where the system did it.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "ops_incident_entries"
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.what}: {self.text[:60]}"


class IncidentFollowUp(models.Model):
    """What somebody is to do so that it does not happen again."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        OperationalIncident, on_delete=models.PROTECT, related_name="follow_ups"
    )
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    #: The day of the last reminder.
    reminded_date = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    #: What changed: a runbook, an alert, a commit.
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "ops_incident_follow_ups"
        ordering = ["due_date", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class IncidentMessage(models.Model):
    """One message about an incident over one channel; a job sends it once."""

    class Channel(models.TextChoices):
        MAIL = "mail", "E-mail"
        SLACK = "slack", "Slack"
        PAGER = "pager", "PagerDuty"
        WEBHOOK = "webhook", "Webhook"

    incident = models.ForeignKey(
        OperationalIncident, on_delete=models.PROTECT, related_name="messages"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    #: trigger, acknowledge, resolve or update: PagerDuty's words, for all channels.
    action = models.CharField(max_length=12)
    #: An address for mail; the other channels have one address each, in the settings.
    recipient = models.CharField(max_length=254, blank=True)
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "ops_incident_messages"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.action}"
