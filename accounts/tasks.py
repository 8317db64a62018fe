"""The one background task: runs a job by its id."""

from __future__ import annotations

from celery import shared_task

from accounts.services import jobs


@shared_task(name=jobs.TASK_NAME, ignore_result=True)
def run_job_task(job_id: int) -> None:
    """Runs the job, or stops quietly when it is done or somebody else has it."""
    jobs.run_job(job_id)
