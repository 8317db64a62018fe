"""The one background task: runs a job by its id."""

from __future__ import annotations

from celery import shared_task

from accounts import request_facts
from accounts.request_facts import RequestFacts
from accounts.services import jobs


@shared_task(name=jobs.TASK_NAME, ignore_result=True)
def run_job_task(job_id: int, request_id: str = "") -> None:
    """Runs the job, or stops quietly when it is done or somebody else has it.

    Logs and the record of deeds name the request that asked for it, where one rang.
    """
    with request_facts.during(RequestFacts(request_id)):
        jobs.run_job(job_id)
