"""What becomes of a job that no model answered, where nothing else can do its work."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Job
from accounts.services import jobs
from interviews.llm.types import FaultKind, ModelFault
from interviews.services.judging import FAULTS_OF_CONTENT

WAIT = timedelta(minutes=1)
#: Time heals these slowly, or a person has to.
LONG_WAITS = {
    FaultKind.OVER_BUDGET: timedelta(minutes=15),
    FaultKind.KEY_REFUSED: timedelta(minutes=5),
    FaultKind.UNKNOWN_MODEL: timedelta(minutes=5),
    FaultKind.NOT_CONFIGURED: timedelta(hours=1),
}
LONGEST_ASKED_FOR = 3600.0


def put_off(job: Job, fault: ModelFault) -> None:
    """A provider that is away is asked again later; what it will not read is given up.

    Raises LostClaim.
    """
    if fault.kind in FAULTS_OF_CONTENT:
        jobs.give_up(job, str(fault))
        return
    wait = LONG_WAITS.get(fault.kind, WAIT)
    if fault.retry_after is not None:
        wait = max(wait, timedelta(seconds=min(fault.retry_after, LONGEST_ASKED_FOR)))
    jobs.postpone(job, wait=wait, why=str(fault))
