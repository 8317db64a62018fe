"""The one table of background work."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

#: What JobQuerySet.claim says elsewhere in two statements, in one: every answer begins with it, and
#: Django has no words for an update that returns its row.
CLAIM = """
    UPDATE jobs
    SET status = 'running', lease_until = STATEMENT_TIMESTAMP() + %(lease)s,
        lease_token = lease_token + 1, attempts = attempts + 1, claimed_by = %(claim)s
    WHERE id = %(id)s
        AND (status = 'pending' AND next_attempt_at <= STATEMENT_TIMESTAMP()
            OR status = 'running' AND lease_until < STATEMENT_TIMESTAMP())
        AND NOT EXISTS (SELECT 1 FROM held_kinds WHERE held_kinds.kind = jobs.kind)
    RETURNING *
"""


class JobQuerySet(models.QuerySet["Job"]):
    """Many jobs; every comparison of times uses the database's clock."""

    def due(self) -> JobQuerySet:
        """Jobs that a worker may claim now: waiting, or held by a worker that went silent.

        None of a kind that somebody holds back.
        """
        return self.filter(
            Q(status=Job.Status.PENDING, next_attempt_at__lte=Now())
            | Q(status=Job.Status.RUNNING, lease_until__lt=Now()),
            ~Exists(HeldKind.objects.filter(kind=OuterRef("kind"))),
        )

    def claim(self, job_id: int, *, lease: timedelta) -> Job | None:
        """Takes one due job in one conditional update; None when somebody else has it."""
        claim = uuid.uuid4()
        if connection.vendor == "postgresql":
            values = {"id": job_id, "claim": claim, "lease": lease}
            return next(iter(self.raw(CLAIM, values)), None)
        taken = (
            self.filter(pk=job_id)
            .due()
            .update(
                status=Job.Status.RUNNING,
                lease_until=Now() + lease,
                lease_token=F("lease_token") + 1,
                attempts=F("attempts") + 1,
                claimed_by=claim,
            )
        )
        return self.filter(pk=job_id, claimed_by=claim).first() if taken else None

    def held(self, job: Job) -> JobQuerySet:
        """The job's row, but only while the claim's fencing token is still ours."""
        return self.filter(
            pk=job.pk,
            status=Job.Status.RUNNING,
            lease_token=job.lease_token,
            claimed_by=job.claimed_by,
        )


class HeldKind(models.Model):
    """A kind of background work that no worker takes up until somebody lets it go again.

    Its jobs stay as they are. One table for operators who pause a kind and for a restore that
    keeps mails, webhooks and model calls in the house.
    """

    kind = models.CharField(max_length=40, unique=True)
    #: In a sentence, for the people who wonder why nothing happens.
    why = models.CharField(max_length=300)
    #: None where a command without a name held it.
    held_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    held_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "held_kinds"
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind


class Job(models.Model):
    """A piece of work that must be done once; the broker only rings its id.

    ``subject_id`` is the primary key of the row that the work is about, ``unique_key`` makes
    asking twice for the same work impossible.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unique_key = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    lease_token = models.PositiveBigIntegerField(default=0)
    claimed_by = models.UUIDField(null=True)
    last_fault = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "running", "done", "dead"]),
                name="jobs_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="running")
                | Q(lease_until__isnull=False, claimed_by__isnull=False),
                name="jobs_running_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="jobs_open",
                condition=Q(status__in=["pending", "running"]),
            ),
            # Few rows, which pages and metrics count beside millions that are done.
            models.Index(fields=["kind"], name="jobs_dead", condition=Q(status="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} ({self.status})"
