"""What is done to the record of deeds by the clock: an anchor an hour, sealing once a day."""

from __future__ import annotations

import logging

from django.utils import timezone

from accounts.models import Job
from accounts.services import audit_anchors, audit_segments, jobs

log = logging.getLogger(__name__)

ANCHOR = "audit_anchor"
SEAL = "audit_seal"
#: Kind of work -> its period, as the part of the time that names it.
PERIODS = {ANCHOR: "%Y-%m-%dT%H", SEAL: "%Y-%m-%d"}


def request_due() -> int:
    """Asks once an hour for an anchor and once a day for sealing; returns for how many jobs.

    Every worker asks; the unique key lets the first one through, whoever it is.
    """
    now = timezone.now()
    return jobs.enqueue_missing(
        {f"{kind} {now.strftime(period)}": (kind, 0) for kind, period in PERIODS.items()}
    )


def write_anchor(job: Job) -> None:
    """Handler: once more is harmless, so it comes before the job is marked done."""
    audit_anchors.write_anchor()
    jobs.finish(job)


def seal_old(job: Job) -> None:
    """Handler: seals what is old enough; a broken chain ends as a job that was given up."""
    for segment in audit_segments.seal():
        log.info("Sealed deeds %s.", segment)
    jobs.finish(job)
