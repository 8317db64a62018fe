"""Has the schedule's work done once in each period, and knows what was done, when, and missed.

Every worker asks once a minute. The row of a run (kind and period are unique) and its job are made
in one transaction: whoever comes first does it, and a process that dies leaves the job to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Min, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import audit, jobs
from uaip_project.operations import runs, schedule
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import CouldNotRun, HasRunAlready, Outcome
from uaip_project.operations.schedule import Task

KIND = "scheduled"
#: How many results a list shows of each task.
RESULTS = 10
CLOSED_MEANWHILE = "Its window had closed before a worker was free; the next one does it."


def installed_at() -> datetime:
    """Nothing was due before there was a database."""
    found = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return found or timezone.now()


def due(at: datetime) -> dict[str, datetime]:
    """Task -> start of the period that has no run yet and may have it now."""
    wanted = {name: start for name, task in schedule.tasks().items() if (start := task.due(at))}
    there = OpsRun.objects.filter(kind__in=wanted, period_start__in=set(wanted.values()))
    taken = set(there.values_list("kind", "period_start"))
    missing = {name: start for name, start in wanted.items() if (name, start) not in taken}
    if not missing:
        return {}
    since = installed_at()
    return {name: start for name, start in missing.items() if start >= since}


def request_due(*, at: datetime | None = None) -> int:
    """Claims what is due and puts it into the queue; returns how much that was."""
    if not settings.SCHEDULE_ENABLED:
        return 0
    found = due(at or timezone.now())
    return sum(_claim(name, start) for name, start in found.items())


def _claim(name: str, start: datetime) -> bool:
    try:
        with transaction.atomic():
            _request(name, period_start=start, unique=start.isoformat())
    except IntegrityError:
        # Another worker was faster.
        return False
    return True


def _request(
    name: str, *, unique: str, period_start: datetime | None = None, by: User | None = None
) -> OpsRun:
    run = OpsRun.objects.create(kind=name, period_start=period_start, started_by=by)
    jobs.enqueue(kind=KIND, subject_id=run.pk, unique_key=f"{KIND} {name} {unique}")
    return run


@transaction.atomic
def run_soon(*, name: str, by: User) -> OpsRun:
    """Has a worker do a task now, whatever the clock says. Raises schedule.NoSuchTask."""
    task = schedule.find(name)
    now = timezone.now().isoformat()
    run = _request(task.name, by=by, unique=f"by hand {now}")
    audit.record(type="schedule.asked", actor=by, subject=f"task {task.name}")
    return run


def run_here(name: str, *, by: User | None = None) -> Outcome:
    """Does a task in this process. Raises schedule.NoSuchTask, CouldNotRun."""
    task = schedule.find(name)
    return runs.during(task.name, lambda run: task.work()(run), by=by)


def _doing(name: str) -> Callable[[OpsRun], Outcome]:
    return lambda run: schedule.find(name).work()(run)


def tick(*, at: datetime | None = None) -> dict[str, str]:
    """Does all that is due in this process, for cron; task -> what came of it."""
    said = {}
    for name, start in due(at or timezone.now()).items():
        try:
            outcome = runs.during(name, _doing(name), period_start=start)
        except HasRunAlready:
            continue
        except CouldNotRun as fault:
            said[name] = f"Could not run: {fault}"
        else:
            said[name] = outcome.lines[0] if outcome.lines else "Done."
    return said


def do_scheduled(job: Job) -> None:
    """Handler: does the task of a run; what it stumbles over is tried again."""
    run = OpsRun.objects.filter(pk=job.subject_id, status=OpsRun.Status.RUNNING).first()
    if run is None:
        # Done already, or its row was cleared away.
        jobs.finish(job)
        return
    try:
        outcome = _work(run)
    except (CouldNotRun, schedule.NoSuchTask) as fault:
        _end(job, run, OpsRun.Status.FAILED, {}, str(fault))
        return
    status = OpsRun.Status.PROBLEM if outcome.is_problem else OpsRun.Status.OK
    _end(job, run, status, outcome.data, outcome.lines[0] if outcome.lines else "")


def _work(run: OpsRun) -> Outcome:
    task = schedule.find(run.kind)
    if run.period_start is not None and task.due(timezone.now()) is None:
        raise CouldNotRun(CLOSED_MEANWHILE)
    return task.work()(run)


@transaction.atomic
def _end(job: Job, run: OpsRun, status: str, result: dict[str, Any], said: str) -> None:
    jobs.finish(job)
    _close(run.pk, status, result, said)


def _close(run_id: int, status: str, result: dict[str, Any], said: str) -> None:
    OpsRun.objects.filter(pk=run_id, status=OpsRun.Status.RUNNING).update(
        status=status,
        result=runs.plain(result),
        said=said[: runs.LONGEST_SENTENCE],
        finished_at=timezone.now(),
    )


def give_up_scheduled(job: Job) -> None:
    """Mourner: the run's row says that nothing came of it."""
    _close(job.subject_id, OpsRun.Status.FAILED, {}, job.last_fault or "It was given up.")


@dataclass(frozen=True)
class Line:
    """One task as lists show it."""

    task: Task
    next_at: datetime
    results: list[OpsRun]
    #: The start of the period that has no run although it should; None when all is well.
    missed: datetime | None


def lines(*, at: datetime | None = None) -> list[Line]:
    """Every task: what runs when, its last ten results, what was missed; three statements."""
    now = at or timezone.now()
    tasks = schedule.tasks()
    results = latest_runs(tasks)
    overdue = missed(at=now)
    return [
        Line(task, task.rhythm.next_after(now), results.get(name, []), overdue.get(name))
        for name, task in tasks.items()
    ]


def latest_runs(kinds: Iterable[str], *, most: int = RESULTS) -> dict[str, list[OpsRun]]:
    """The last runs of each kind, the latest first; one statement."""
    place = Window(
        RowNumber(), partition_by="kind", order_by=[F("started_at").desc(), F("id").desc()]
    )
    found: dict[str, list[OpsRun]] = {}
    numbered = OpsRun.objects.filter(kind__in=list(kinds)).annotate(place=place)
    for run in numbered.filter(place__lte=most).select_related("started_by"):
        found.setdefault(run.kind, []).append(run)
    return found


def missed(*, at: datetime | None = None) -> dict[str, datetime]:
    """Task -> start of the last period that nobody did although its time is over."""
    now = at or timezone.now()
    since = installed_at()
    wanted = {name: task.missed_before(now) for name, task in schedule.tasks().items()}
    wanted = {name: start for name, start in wanted.items() if start >= since}
    done = Q()
    for name, start in wanted.items():
        done |= Q(kind=name) & (Q(period_start__gte=start) | Q(started_at__gte=start))
    there = set(OpsRun.objects.filter(done).values_list("kind", flat=True)) if done else set()
    return {name: start for name, start in wanted.items() if name not in there}
