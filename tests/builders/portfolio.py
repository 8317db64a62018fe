"""Makes cases as the inventory shows them, without holding every interview."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import jobs
from governance.models import ImportBatch, InventoryEntry
from governance.services import importing, inventory
from interviews.models import InterviewSession
from tests.builders.sessions import make_session

#: Seven lines: four good ones, one without a name, one that is there twice, one formula.
SMALL = (
    "Name;Department;Problem;Kind of task;Number\n"
    "Street light faults;Works;Residents wait nine days for a broken street light.;"
    "Computer vision;A-1\n"
    "Benefit letters;Social services;Letters take twelve days.;Generative AI;A-2\n"
    ";Works;It has no name.;;A-3\n"
    "Street  light faults;Works;It is there twice.;Regression;A-4\n"
    "Leak finder;Water;We lose 23 % of the water.;Anomaly detection;A-5\n"
    "=1+1;Transport;@SUM(A1);;A-6\n"
)


def make_case(owner: User, name: str = "Repair triage", **columns: Any) -> InterviewSession:
    """A session whose inventory entry says what is given, as if it had been read just now."""
    session = make_session(owner, name)
    inventory.refresh([session.pk])
    InventoryEntry.objects.filter(session=session).update(**columns)
    return session


def days_ago(days: int) -> Any:
    """A moment."""
    return timezone.now() - timedelta(days=days)


def entry_of(session: InterviewSession) -> InventoryEntry:
    """The entry as it is stored."""
    return InventoryEntry.objects.get(session=session)


def is_marked(session: InterviewSession) -> bool:
    """Whether somebody said that a fact of the case changed."""
    return InventoryEntry.objects.filter(session=session, wanted__gt=F("done")).exists()


def uploaded(by: User, content: str | bytes = SMALL, name: str = "cases.csv") -> ImportBatch:
    """A file whose columns are chosen as they were suggested."""
    raw = content.encode() if isinstance(content, str) else content
    batch = importing.take_file(name=name, content=raw, by=by)
    importing.choose_columns(batch=batch, chosen=batch.targets, by=by)
    return batch


def imported(
    by: User, content: str | bytes = SMALL, *, takes_duplicates: bool = False
) -> ImportBatch:
    """The same, confirmed and done."""
    batch = uploaded(by, content)
    importing.confirm(batch=batch, takes_duplicates=takes_duplicates, by=by)
    run(batch)
    return batch


def run(batch: ImportBatch) -> None:
    """Does what waits for the import, as the worker does it."""
    kinds = (importing.KIND, importing.UNDO_KIND)
    waiting = Job.objects.due().filter(kind__in=kinds, subject_id=batch.pk)
    for job_id in list(waiting.values_list("pk", flat=True)):
        jobs.run_job(job_id)
    batch.refresh_from_db()
