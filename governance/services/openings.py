"""What is looked at once a day: reviews that open by themselves, promises, reminders."""

from __future__ import annotations

import logging

from django.utils import timezone

from accounts.models import Job
from accounts.services import jobs
from governance.services import followup, reminders, reviews
from governance.services.committees import OPENINGS

log = logging.getLogger(__name__)

#: What is looked at once a day.
DAILY = (OPENINGS, followup.KIND, reminders.KIND)


def request_due() -> bool:
    """Asks once a day; every worker does, and the unique key lets the first one through."""
    today = timezone.localdate().isoformat()
    return bool(jobs.enqueue_missing({f"{kind} {today}": (kind, 0) for kind in DAILY}))


def open_due(job: Job) -> None:
    """Handler: each review opens in a transaction of its own, and only once, so it may run again."""
    opened = [*reviews.open_waiting(), *reviews.open_samples(at=timezone.now())]
    if opened:
        log.info("Opened %s reviews.", len(opened))
    jobs.finish(job)
