"""Work that waits, works, died; and who looks after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts import job_kinds
from accounts.models import Job
from accounts.services import jobs

MakeJob = Callable[..., Job]


def note(job: Job) -> None:
    """A handler that does nothing but finish."""
    jobs.finish(job)


def stumble(job: Job) -> None:
    """A handler whose work fails every time, with somebody's words in the fault."""
    raise ValueError(f"cannot read 'The secret recipe of {job.subject_id} old ladies'")


@pytest.fixture(autouse=True)
def _broker_folder(settings: Settings, tmp_path: Path) -> None:
    """Where a site without Redis has its broker."""
    settings.BROKER_DIR = tmp_path / "broker"
    (settings.BROKER_DIR / "queue").mkdir(parents=True)


@pytest.fixture
def make_job(db: None, monkeypatch: pytest.MonkeyPatch) -> MakeJob:
    """Jobs of the kinds "note", which is easily done, and "stumble", which never is."""
    for kind, handler in (("note", note), ("stumble", stumble)):
        monkeypatch.setitem(job_kinds.HANDLERS, kind, f"{__name__}.{handler.__name__}")
        monkeypatch.setitem(job_kinds.MOURNERS, kind, job_kinds.NOBODY_WAITS)

    def make(number: int = 1, kind: str = "note", **fields: object) -> Job:
        job = jobs.enqueue(kind=kind, subject_id=number, unique_key=f"{kind}:{number}")
        Job.objects.filter(pk=job.pk).update(**fields)
        job.refresh_from_db()
        return job

    return make
