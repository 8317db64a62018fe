"""A worker that is told to end finishes what it does, and nothing is done twice."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from accounts.models import Job, User
from interviews.models import Assessment
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.chaos.workers import kill_worker, start_worker, wait_until, worker_environment
from uaip_project.operations.models import WorkerProcess

pytestmark = [
    pytest.mark.kills,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]


def test_work_under_way_is_finished_before_the_worker_ends(alice: User, tmp_path: Path) -> None:
    # Longer than the lease of two seconds: the ending worker has to go on renewing it.
    environment = worker_environment(tmp_path) | {"UAIP_TEST_SCORING_SECONDS": "4"}
    submit(make_session(alice), "S1-01", GOOD_PROBLEM, scored=False)
    worker = start_worker(environment, tmp_path / "worker.log")
    try:
        claimed = Job.objects.filter(kind="score", status=Job.Status.RUNNING)
        assert wait_until(lambda: claimed.exists() and WorkerProcess.objects.exists(), seconds=240)
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=300)
    finally:
        if worker.poll() is None:
            kill_worker(worker)
    job = Job.objects.get(kind="score")
    assert (job.status, job.attempts) == ("done", 1)
    assert Assessment.objects.count() == 1
    assert not WorkerProcess.objects.exists()
