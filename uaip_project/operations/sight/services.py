"""Probes of what runs beside us: database, workers, queue, broker, cache, model, disks, clock."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

import psutil
from django.conf import settings
from django.core.cache import cache as django_cache
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Job
from accounts.services import job_holds
from uaip_project.operations import broker_probe, probes, queue_care
from uaip_project.operations import workers as crew
from uaip_project.operations.sight.probe import Probe, State

RUNBOOKS = "docs/runbooks"
DISK_WARN, DISK_BAD = 80.0, 95.0
CLOCK_SECONDS = 2.0
#: A look at the database that takes longer than this is slow.
SLOW_MILLISECONDS = 250.0


def database() -> Probe:
    """Whether it answers, and how fast."""
    started = time.perf_counter()
    if not probes.database_answers():
        return Probe(
            "database",
            "Database",
            State.BAD,
            "The database does not answer.",
            "Start it, and look at its log.",
            f"{RUNBOOKS}/database-corruption.md",
        )
    took = round((time.perf_counter() - started) * 1000, 1)
    said = f"The database answered in {took:g} ms."
    state = State.OK if took < SLOW_MILLISECONDS else State.WARN
    todo = "" if state == State.OK else "Look for long statements with `db report --slow`."
    guide = "" if state == State.OK else f"{RUNBOOKS}/pool-exhausted.md"
    return Probe("database", "Database", state, said, todo, guide)


def workers() -> Probe:
    """Whether anybody does background work."""
    alive = sum(one["is_alive"] for one in crew.processes())
    if alive:
        said = f"{alive} worker process{'' if alive == 1 else 'es'} alive."
        return Probe("workers", "Workers", State.OK, said)
    if crew.is_manned():
        return Probe("workers", "Workers", State.OK, "A worker was heard of just now.")
    return Probe(
        "workers",
        "Workers",
        State.BAD,
        "No worker is alive: answers are not scored.",
        "Start a worker.",
        f"{RUNBOOKS}/worker-stuck.md",
    )


def queue() -> Probe:
    """Whether due work is done soon."""
    figures = queue_care.standing()
    if queue_care.is_late(figures):
        said = f"Due work has waited for {figures['oldest_due_seconds']:.0f} seconds."
        todo = "Start more workers, or see what hangs with `queue stuck`."
        guide = f"{RUNBOOKS}/queue-stuck.md"
        return Probe("queue", "Queue", State.BAD, said, todo, guide)
    said = f"{figures['pending']} waiting, {figures['running']} being done."
    return Probe("queue", "Queue", State.OK, said)


def dead() -> Probe:
    """Whether work was given up that nobody looked at."""
    count = Job.objects.filter(status=Job.Status.DEAD).count()
    if not count:
        return Probe("dead", "Work given up", State.OK, "No work was given up.")
    said = "A piece of work was given up." if count == 1 else f"{count} pieces were given up."
    todo = "Read the reasons on the queue’s page, put them right, and try it again."
    return Probe("dead", "Work given up", State.WARN, said, todo, f"{RUNBOOKS}/queue-stuck.md")


def held() -> Probe:
    """Whether work waits because somebody said so."""
    kinds = [one.kind for one in job_holds.held()]
    if not kinds:
        return Probe("held", "Work held back", State.OK, "Every kind of work is done.")
    said = f"Held back: {', '.join(kinds)}."
    todo = "Let it go on the queue’s page when its reason is gone."
    return Probe("held", "Work held back", State.WARN, said, todo)


def broker() -> Probe:
    """Whether the broker takes rings."""
    found = broker_probe.ping()
    if found["is_reachable"]:
        return Probe("broker", "Broker", State.OK, found["said"])
    is_redis = found["broker"] == "redis"
    todo = "Start Redis." if is_redis else "Make the folder writable: `db prepare` makes it."
    guide = f"{RUNBOOKS}/worker-stuck.md"
    return Probe("broker", "Broker", State.WARN, found["said"], todo, guide)


def cache() -> Probe:
    """Whether what is put in comes out again."""
    if not settings.CACHE_URL:
        return Probe("cache", "Cache", State.OFF, "Each process keeps its own cache.")
    token = secrets.token_hex(8)
    started = time.perf_counter()
    django_cache.set(f"probe:{token}", token, 10)
    if django_cache.get(f"probe:{token}") == token:
        took = round((time.perf_counter() - started) * 1000, 1)
        return Probe("cache", "Cache", State.OK, f"The cache answered in {took:g} ms.")
    said = "The cache does not answer: everything works, and some of it more slowly."
    return Probe("cache", "Cache", State.WARN, said, "Start the cache’s Redis.")


def model() -> Probe:
    """What scores answers now."""
    stands = probes.language_model()
    if stands == "degraded":
        said = "No language model answers: the embedded scorer stands in."
        todo = "See the page of language models."
        guide = "docs/how-to/when-a-provider-is-down.md"
        return Probe("model", "Language model", State.WARN, said, todo, guide)
    if stands == "embedded":
        said = "No language model is configured: the embedded scorer reads every answer."
        return Probe("model", "Language model", State.OFF, said)
    return Probe("model", "Language model", State.OK, "A language model reads the answers.")


def disk() -> Probe:
    """The fullest of the disks that we write to."""
    folder, share = max(disks(), key=lambda one: one[1])
    said = f"The disk of the folder “{folder}” is {share:.0f} % full."
    if share < DISK_WARN:
        return Probe("disk", "Disks", State.OK, said)
    state = State.BAD if share >= DISK_BAD else State.WARN
    todo = "Make room: old backups, logs, files of exports."
    return Probe("disk", "Disks", state, said, todo, f"{RUNBOOKS}/disk-full.md")


def disks() -> list[tuple[str, float]]:
    """Folder that we write to -> how full its disk is, in percent."""
    folders = {"data": settings.DATA_DIR, "audit": settings.AUDIT_DIR}
    folders["backups"] = settings.BACKUP_DIR
    return [(name, psutil.disk_usage(str(_there(path))).percent) for name, path in folders.items()]


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is already."""
    return folder if folder.exists() else _there(folder.parent)


def clock() -> Probe:
    """Whether the database's clock and ours agree."""
    # CURRENT_TIMESTAMP is PostgreSQL's word for when the transaction began.
    word = "clock_timestamp()" if connection.vendor == "postgresql" else "CURRENT_TIMESTAMP"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {word}")
        (found,) = cursor.fetchone()
    theirs = parse_datetime(f"{found}+00:00") if isinstance(found, str) else found
    apart = abs((timezone.now() - theirs).total_seconds()) if theirs else 0.0
    said = f"Our clock and the database’s are {apart:.1f} seconds apart."
    if apart <= CLOCK_SECONDS:
        return Probe("clock", "Clock", State.OK, said)
    return Probe("clock", "Clock", State.WARN, said, "Let both machines ask a time server.")
