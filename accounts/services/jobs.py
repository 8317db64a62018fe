"""Puts work into the jobs table, rings for it, runs it once, and finds what was forgotten."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from accounts import metrics, request_facts
from accounts.job_kinds import HANDLERS, MOURNERS
from accounts.models import Job

log = logging.getLogger(__name__)

TASK_NAME = "accounts.run_job"
SWEEP_LIMIT = 500
#: A ring that the sweeper sent itself is waited for so long before it sends another.
RING_AGAIN_SECONDS = 30.0
#: A worker with this share of its threads at work has nothing to gain from more rings ...
BUSY_SHARE = 0.75
#: ... but looks all the same when it stays like that for so long.
BUSY_SECONDS = 60.0
RING_FAULTS_BEFORE_PAUSE = 3
RING_PAUSE_SECONDS = 5.0
LONGEST_WAIT = timedelta(hours=1)


class LostClaim(Exception):
    """The lease ran out while the work was being done; somebody else has the job now."""


class _Doorbell:
    """Rings the broker without ever making a person wait for a dead one (reliability.md D2)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults = 0
        self._quiet_until = 0.0
        #: After a fault one thread tries, the others leave it to the sweeper.
        self._is_probing = False

    def ring(self, job_id: int) -> bool:
        """Publishes the id once; a fault is counted and left to the sweeper."""
        with self._lock:
            if time.monotonic() < self._quiet_until or (self._faults and self._is_probing):
                return False
            self._is_probing = True
        try:
            return self._ring(job_id)
        finally:
            with self._lock:
                self._is_probing = False

    def _ring(self, job_id: int) -> bool:
        try:
            current_app.send_task(
                TASK_NAME, args=[job_id], kwargs=_asked_by(), retry=False, ignore_result=True
            )
        except (OperationalError, OSError) as fault:
            log.warning("The broker did not take job %s (%s); it will be swept.", job_id, fault)
            self._count_fault()
            return False
        with self._lock:
            self._faults = 0
        return True

    def _count_fault(self) -> None:
        with self._lock:
            self._faults += 1
            if self._faults >= RING_FAULTS_BEFORE_PAUSE:
                self._quiet_until = time.monotonic() + RING_PAUSE_SECONDS
                self._faults = 0


def _asked_by() -> dict[str, str]:
    """The request whose work it is, for the worker's log lines; a sweeper has none."""
    request_id = request_facts.current().request_id
    return {"request_id": request_id} if request_id else {}


class _AtWork:
    """Counts the threads of this process that do a job, those that wait to claim one included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0
        #: When a job last came in, by the clock that never goes back.
        self.came_at = time.monotonic()

    def __enter__(self) -> None:
        with self._lock:
            self.count += 1
            self.came_at = time.monotonic()

    def __exit__(self, *exc_info: object) -> None:
        with self._lock:
            self.count -= 1


_doorbell = _Doorbell()
_at_work = _AtWork()
_is_inline: ContextVar[bool] = ContextVar("jobs_inline", default=False)


@contextmanager
def in_this_process() -> Iterator[None]:
    """Jobs asked for in here are done at once after their commit, without broker or worker.

    For commands that conduct a whole interview and wait for each outcome anyway.
    """
    token = _is_inline.set(True)
    try:
        yield
    finally:
        _is_inline.reset(token)


def enqueue(*, kind: str, subject_id: int, unique_key: str, wait: timedelta | None = None) -> Job:
    """A new job in the caller's transaction; the doorbell rings after the commit.

    One that is to ``wait`` is found by the sweeper when its time has come.
    """
    when = {} if wait is None else {"next_attempt_at": Now() + wait}
    job = Job.objects.create(kind=kind, subject_id=subject_id, unique_key=unique_key, **when)
    if wait is None:
        transaction.on_commit(lambda: _call(job.pk))
    return job


def enqueue_missing(wanted: Mapping[str, tuple[str, int]]) -> int:
    """Asks for those that nobody asked for yet: unique key -> (kind, subject's pk). How many.

    Several may ask at once: the unique key lets the first one through.
    """
    there = Job.objects.filter(unique_key__in=wanted).values_list("unique_key", flat=True)
    return sum(_enqueue_once(key, *wanted[key]) for key in sorted(wanted.keys() - set(there)))


def _enqueue_once(unique_key: str, kind: str, subject_id: int) -> bool:
    try:
        with transaction.atomic():
            enqueue(kind=kind, subject_id=subject_id, unique_key=unique_key)
    except IntegrityError:
        # Somebody else was faster.
        return False
    return True


def _call(job_id: int) -> None:
    if _is_inline.get():
        run_job(job_id)
    else:
        _doorbell.ring(job_id)


def run_job(job_id: int) -> Job | None:
    """Claims and does one job; None when it is done already or another worker has it."""
    with _at_work:
        return _run_job(job_id)


def _run_job(job_id: int) -> Job | None:
    job = Job.objects.claim(job_id, lease=timedelta(seconds=settings.JOB_LEASE_SECONDS))
    if job is None:
        return None
    if job.attempts > settings.JOB_MAX_ATTEMPTS:
        give_up(job, job.last_fault or "It was claimed too often without an outcome.")
        return job
    handler: Callable[[Job], None] = import_string(HANDLERS[job.kind])
    facts = replace(request_facts.current(), job_id=job.pk)
    began = time.monotonic()
    with _holding(job), request_facts.during(facts):
        try:
            handler(job)
        except LostClaim:
            log.warning("Job %s was finished by somebody else.", job.pk)
        except Exception as fault:
            # Whatever a handler stumbles over must end in a row that a person can see.
            log.exception("Job %s (%s) stumbled.", job.pk, job.kind)
            if _is_inline.get():
                raise
            _after_fault(job, f"{type(fault).__name__}: {fault}")
    metrics.job_took(job.kind, time.monotonic() - began)
    return job


def _after_fault(job: Job, fault: str) -> None:
    """Tries again after a growing wait, or gives the job up when it had its tries."""
    if job.attempts >= settings.JOB_MAX_ATTEMPTS:
        give_up(job, fault)
        return
    wait = min(timedelta(seconds=2 ** min(job.attempts, 12)), LONGEST_WAIT)
    if _put_back(job, wait=wait, why=fault, attempts=job.attempts):
        metrics.job_ended(job.kind, "retried")


def _put_back(job: Job, *, wait: timedelta, why: str, attempts: int) -> bool:
    """Lets go of a claimed job until its time has come; False when somebody else has it by now."""
    return bool(
        Job.objects.held(job).update(
            status=Job.Status.PENDING,
            # SQLite writes a sum with more digits, which is later than the same moment without.
            next_attempt_at=Now() + wait if wait else Now(),
            attempts=attempts,
            lease_until=None,
            claimed_by=None,
            last_fault=why[:500],
        )
    )


def still_ours(job: Job) -> None:
    """For a part of a longer job, in the transaction that stores it. Raises LostClaim."""
    if not Job.objects.held(job).update(last_fault=""):
        raise LostClaim


def finish(job: Job) -> None:
    """Marks the job done, in the transaction that stores its outcome.

    Raises LostClaim when the fencing token is no longer ours, which undoes the outcome too.
    """
    done = Job.objects.held(job).update(
        status=Job.Status.DONE, finished_at=Now(), lease_until=None, claimed_by=None
    )
    if not done:
        raise LostClaim
    transaction.on_commit(lambda: metrics.job_ended(job.kind, "done"))


@contextmanager
def together(job_ids: Iterable[int]) -> Iterator[list[Job]]:
    """Claims more jobs for a handler that does several in one go; yields those it got.

    Their leases are renewed meanwhile. What the handler has not finished is put back at the
    end, with no try counted.
    """
    lease = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    claimed = [job for job_id in job_ids if (job := Job.objects.claim(job_id, lease=lease))]
    with ExitStack() as held:
        for job in claimed:
            held.enter_context(_holding(job))
        try:
            yield claimed
        finally:
            for job in claimed:
                with suppress(LostClaim):
                    postpone(job, wait=timedelta(), why="")


def postpone(job: Job, *, wait: timedelta, why: str) -> None:
    """Puts a claimed job back for later; the wait is nobody's fault, so no try is counted.

    Raises LostClaim when the fencing token is no longer ours.
    """
    if not _put_back(job, wait=wait, why=why, attempts=job.attempts - 1):
        raise LostClaim


def try_again(job: Job, *, wait: timedelta, why: str) -> None:
    """Puts a claimed job back for later after a try that failed and is counted.

    For work whose other side keeps its own time. Raises LostClaim when the fencing token is no
    longer ours.
    """
    if not _put_back(job, wait=wait, why=why, attempts=job.attempts):
        raise LostClaim
    metrics.job_ended(job.kind, "retried")


def give_up(job: Job, fault: str) -> None:
    """Marks a job dead: it never worked, and an operator should look at it.

    Raises LostClaim when somebody else has the job by now.
    """
    mourner: Callable[[Job], None] = import_string(MOURNERS[job.kind])
    with transaction.atomic():
        dead = Job.objects.held(job).update(
            status=Job.Status.DEAD,
            finished_at=Now(),
            lease_until=None,
            claimed_by=None,
            last_fault=fault[:500],
        )
        if not dead:
            raise LostClaim
        mourner(job)
    metrics.job_ended(job.kind, "dead")
    log.error("Job %s (%s) was given up: %s", job.pk, job.kind, fault)


class Sweeper:
    """Rings again for work that nobody did, and remembers for what it has just rung."""

    def __init__(self, ring: Callable[[int], bool] = _doorbell.ring) -> None:
        self._ring = ring
        #: Job and fencing token, which every claim changes -> when it was rung for.
        self._rung: dict[tuple[int, int], float] = {}
        self._looked = float("-inf")

    def sweep(self) -> int:
        """Rings for jobs that are due and returns for how many.

        Behind a long queue most due jobs only wait for their turn: ringing for all of them again
        and again would fill the queue faster than it empties.
        """
        now = time.monotonic()
        if _is_busy() and now - self._looked < BUSY_SECONDS:
            return 0
        self._looked = now
        self._rung = {key: at for key, at in self._rung.items() if now - at < RING_AGAIN_SECONDS}
        # Where work comes in, what is due only just now has its own ring on the way.
        grace = timedelta(seconds=settings.JOB_SWEEP_SECONDS if _at_work.count else 0)
        due = Job.objects.due().filter(next_attempt_at__lte=Now() - grace)
        oldest = due.order_by("next_attempt_at").values_list("pk", "lease_token")
        seen = oldest[: SWEEP_LIMIT + len(self._rung)]
        silent = [one for one in seen if one not in self._rung][:SWEEP_LIMIT]
        for one in silent:
            if self._ring(one[0]):
                self._rung[one] = now
        return len(silent)


_sweeper = Sweeper()


def sweep() -> int:
    """Has this process's sweeper look once."""
    return _sweeper.sweep()


def at_work() -> int:
    """How many jobs this process does at this moment."""
    return _at_work.count


def idle_seconds() -> float:
    """How long nothing came in here that was to be done; 0 while something is being done."""
    return 0.0 if _at_work.count else time.monotonic() - _at_work.came_at


def is_heard() -> bool:
    """Whether the broker took a ring of this process's sweeper just now."""
    return bool(_sweeper._rung)


def _is_busy() -> bool:
    return _at_work.count >= BUSY_SHARE * settings.CELERY_WORKER_CONCURRENCY


# --- Leases of the jobs that this process is doing -----------------------------------------------

_held: dict[int, Job] = {}
_held_lock = threading.Lock()


class _holding:
    """Keeps a job in the list of leases that this process renews."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __enter__(self) -> Job:
        with _held_lock:
            _held[self.job.pk] = self.job
        return self.job

    def __exit__(self, *exc_info: object) -> None:
        with _held_lock:
            _held.pop(self.job.pk, None)


def renew_leases() -> int:
    """Extends the lease of every job that this process is doing; returns how many.

    In one statement, however many there are: a claim's mark is never used twice, so that it tells
    ours from those that somebody else has by now.
    """
    with _held_lock:
        claims = [job.claimed_by for job in _held.values()]
    if not claims:
        return 0
    lease = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    ours = Job.objects.filter(status=Job.Status.RUNNING, claimed_by__in=claims)
    return ours.update(lease_until=Now() + lease)
