"""First aid by cause: what can be repaired from inside, and what a person has to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import audit, jobs
from uaip_project.operations import probes
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import CouldNotRun

#: Files of ours that are no data: what was half written, spools, and logs that were rotated.
OLD = timedelta(days=1)
OLD_LOGS = timedelta(days=7)
IDLE_MINUTES = 10
FORGOTTEN = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%%'
        AND pid <> pg_backend_pid() AND state_change < now() - %s * interval '1 minute'
"""
MOST_PER_HOUR = 2
DISK_FULL = 95.0


@dataclass
class Fixed:
    """What was done, and whether the fault is gone."""

    is_well: bool
    lines: list[str] = field(default_factory=list)
    #: Paths deleted, sessions ended and the like.
    changed: list[str] = field(default_factory=list)
    freed_bytes: int = 0


def fix(cause: str, *, by: User | None, is_rehearsal: bool = False) -> Fixed:
    """First aid for one cause; a rehearsal changes nothing. Raises CouldNotRun."""
    if cause not in CAUSES:
        raise CouldNotRun(f"There is no first aid for {cause}. Use {', '.join(CAUSES)}.")
    done = CAUSES[cause](is_rehearsal)
    if not is_rehearsal and probes.database_answers():
        _note(cause, done, by)
    return done


@transaction.atomic
def _note(cause: str, done: Fixed, by: User | None) -> None:
    detail = {"cause": cause, "changed": len(done.changed), "freed_bytes": done.freed_bytes}
    audit.record(type="ops.first_aid", actor=by, subject="installation", detail=detail)


def _database(is_rehearsal: bool) -> Fixed:
    """Fresh connections; those that were idle inside a transaction for long are ended."""
    if not is_rehearsal:
        for one in connections.all(initialized_only=True):
            if not one.in_atomic_block:
                one.close_if_unusable_or_obsolete()
    if not probes.database_answers():
        return Fixed(False, ["The database does not answer. Start it, then ask again."])
    ended = _end_idle(is_rehearsal)
    words = "would be ended" if is_rehearsal else "ended"
    return Fixed(
        True, [f"The database answers. {len(ended)} forgotten transactions {words}."], ended
    )


def _end_idle(is_rehearsal: bool) -> list[str]:
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(FORGOTTEN, [IDLE_MINUTES])
        found = [pid for (pid,) in cursor.fetchall()]
        for pid in [] if is_rehearsal else found:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    return [f"connection {pid}" for pid in found]


def _locks(is_rehearsal: bool) -> Fixed:
    """Names who blocks whom; ends nobody."""
    if connection.vendor != "postgresql":
        return Fixed(True, ["SQLite has one writer at a time: there is nothing to show."])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, pg_blocking_pids(pid), now() - query_start FROM pg_stat_activity "
            "WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        rows = cursor.fetchall()
    lines = [
        f"{pid} waits for {', '.join(map(str, by))}, since {since}." for pid, by, since in rows
    ]
    return Fixed(not rows, lines or ["Nobody waits for a lock."])


def _memory(is_rehearsal: bool) -> Fixed:
    """The largest processes by name; the cache of this house is emptied."""
    if not is_rehearsal:
        cache.clear()
    found = sorted(_processes(), key=lambda one: one[0], reverse=True)[:5]
    lines = [f"{size / 1e6:8.0f} MB  {pid}  {name}" for size, pid, name in found]
    percent = psutil.virtual_memory().percent
    words = f"{percent:.0f} % of the memory is used. The largest processes:"
    return Fixed(percent < 90, [words, *lines], [] if is_rehearsal else ["cache"])


def _processes() -> Iterator[tuple[int, int, str]]:
    for one in psutil.process_iter(["pid", "name", "memory_info"]):
        memory = one.info["memory_info"]
        if memory is not None:
            yield memory.rss, one.info["pid"], one.info["name"] or "?"


def _disk(is_rehearsal: bool) -> Fixed:
    """Temporary files, half-written files and rotated logs; never data, never backups."""
    done = Fixed(True)
    for path in sorted(disposable()):
        size = path.stat().st_size
        if not is_rehearsal:
            path.unlink(missing_ok=True)
        done.changed.append(str(path))
        done.freed_bytes += size
    percent = psutil.disk_usage(str(settings.DATA_DIR)).percent
    words = "would be deleted" if is_rehearsal else "deleted"
    done.lines = [
        f"{len(done.changed)} files {words}, {done.freed_bytes / 1e6:.1f} MB.",
        f"{percent:.0f} % of the disk is used.",
    ]
    done.is_well = percent < DISK_FULL
    return done


def disposable() -> Iterator[Path]:
    """What may go from the data folder; the list is closed, everything else stays."""
    now, found = (
        time.time(),
        [(settings.DATA_DIR, "tmp/**/*", OLD), (settings.DATA_DIR, ".*.part", OLD)],
    )
    if settings.LOG_DIR:
        found.append((Path(settings.LOG_DIR), "*.log.*", OLD_LOGS))
    for root, pattern, age in found:
        for path in root.glob(pattern):
            is_plain = path.is_file() and not path.is_symlink()
            if is_plain and now - path.stat().st_mtime > age.total_seconds():
                yield path


def _queue(is_rehearsal: bool) -> Fixed:
    """Rings for everything that is due."""
    due = Job.objects.due().count()
    rung = 0 if is_rehearsal else jobs.sweep()
    return Fixed(True, [f"{due} jobs are due, {rung} were rung for."], [f"{rung} rings"])


CAUSES: dict[str, Callable[[bool], Fixed]] = {
    "database": _database,
    "locks": _locks,
    "memory": _memory,
    "disk": _disk,
    "queue": _queue,
}


def remediate(*, is_rehearsal: bool = False) -> Fixed | None:
    """By itself, where the site wants that: cleans up when the disk is nearly full.

    At most twice an hour, with a run and a deed each time. None where there was nothing to do.
    """
    if not settings.AUTO_REMEDIATE and not is_rehearsal:
        return None
    percent = psutil.disk_usage(str(settings.DATA_DIR)).percent
    if percent < DISK_FULL:
        return None
    since = timezone.now() - timedelta(hours=1)
    if OpsRun.objects.of("remediate disk").filter(started_at__gte=since).count() >= MOST_PER_HOUR:
        return None
    if is_rehearsal:
        return fix("disk", by=None, is_rehearsal=True)
    run = OpsRun.objects.create(kind="remediate disk")
    done = fix("disk", by=None)
    OpsRun.objects.filter(pk=run.pk).update(
        status=OpsRun.Status.OK if done.is_well else OpsRun.Status.PROBLEM,
        result={"files": len(done.changed), "freed_bytes": done.freed_bytes},
        said=done.lines[0],
        finished_at=timezone.now(),
    )
    return done
