"""What operators do to background work: dead work tried again, open work cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from accounts.job_kinds import HANDLERS, MOURNERS, NOBODY_WAITS
from accounts.models import Job, User
from accounts.models.job import JobQuerySet
from accounts.services import audit

OPEN = (Job.Status.PENDING, Job.Status.RUNNING)
#: Numbers that a deed names; the rest it counts.
MOST_NAMED = 50
#: SQLite takes no greater number even to look for it.
HIGHEST = 2**63 - 1


@dataclass(frozen=True)
class Chosen:
    """Which jobs a deed is about: these numbers, of this kind; nothing named = all."""

    numbers: tuple[int, ...] = ()
    kind: str = ""

    def among(self, rows: JobQuerySet) -> JobQuerySet:
        """Those of the rows that are meant."""
        if self.numbers:
            rows = rows.filter(pk__in=[one for one in self.numbers if one <= HIGHEST])
        return rows.filter(kind=self.kind) if self.kind else rows


@transaction.atomic
def retry(chosen: Chosen, *, by: User | None) -> list[int]:
    """Dead work waits again as if it were new; returns the numbers of what really was dead.

    A worker's next sweep finds it.
    """
    dead = Job.objects.filter(status=Job.Status.DEAD, kind__in=list(HANDLERS))
    locked = chosen.among(dead).select_for_update().order_by("pk")
    moved = list(locked.values_list("pk", flat=True))
    Job.objects.filter(pk__in=moved).update(
        status=Job.Status.PENDING, attempts=0, next_attempt_at=Now(), finished_at=None
    )
    _record("jobs.retried", moved, chosen, by=by)
    return moved


@transaction.atomic
def cancel(chosen: Chosen, *, why: str, by: User | None) -> list[int]:
    """Open work is given up, and whoever waits for it is told as for any work that failed.

    A worker that is doing it right now stores nothing: the claim is not its own any more. Returns
    the numbers of what really was open.
    """
    open_ones = chosen.among(Job.objects.filter(status__in=OPEN))
    cancelled = [job.pk for job in open_ones.order_by("pk") if _cancel(job, why)]
    _record("jobs.cancelled", cancelled, chosen, by=by)
    return cancelled


def _cancel(job: Job, why: str) -> bool:
    mourner: Callable[[Job], None] = import_string(MOURNERS.get(job.kind, NOBODY_WAITS))
    ended = Job.objects.filter(pk=job.pk, status__in=OPEN).update(
        status=Job.Status.DEAD,
        finished_at=Now(),
        lease_until=None,
        claimed_by=None,
        last_fault=f"Cancelled: {why}"[:500],
    )
    if ended:
        mourner(job)
    return bool(ended)


def _record(what: str, numbers: list[int], chosen: Chosen, *, by: User | None) -> None:
    """One deed for all of them; none where nothing changed."""
    if numbers:
        detail = {"count": len(numbers), "kind": chosen.kind, "numbers": numbers[:MOST_NAMED]}
        audit.record(type=what, actor=by, subject="jobs", detail=detail)
