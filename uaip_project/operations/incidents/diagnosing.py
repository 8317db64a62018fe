"""Looks for the cause of an outage: checks in order, each with what to do when it fails."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import psutil
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import Job
from interviews.llm import circuit
from uaip_project.operations import probes
from uaip_project.operations.models import Heartbeat, MaintenanceMode
from uaip_project.operations.runs import CouldNotRun

#: Share of a disk or of the memory above which the machine itself is the trouble.
DISK_FULL, MEMORY_FULL = 95.0, 90.0
SLOW_SECONDS = 1.0
WORKER_SILENCE = timedelta(minutes=2)
MOST_WAITING = timedelta(minutes=5)
CONNECT_SECONDS = 3.0
NETWORK = "network"


@dataclass(frozen=True)
class Found:
    """What one check found; ``hint`` says what to do, and where the runbook is."""

    name: str
    is_well: bool
    sentence: str
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run(which: str) -> list[Found]:
    """The checks of one runbook, in order. Raises CouldNotRun for one that there is not."""
    if which == NETWORK:
        return links()
    if which not in RUNBOOKS:
        raise CouldNotRun(f"There is no runbook {which}. Use {', '.join((*RUNBOOKS, NETWORK))}.")
    found = []
    for check in RUNBOOKS[which]:
        one = check()
        found.append(one)
        if not one.is_well and check is database:
            # Everything behind it asks the database.
            break
    return found


def database() -> Found:
    """Does the database answer, and how fast?"""
    began = time.perf_counter()
    works = probes.database_answers()
    seconds = time.perf_counter() - began
    if not works:
        hint = (
            "Start it (`docker compose up --detach postgres`), look at its log; then "
            "`incident fix database`. docs/runbooks/complete-outage.md, section Database."
        )
        return Found("database", False, "The database does not answer.", hint)
    if seconds > SLOW_SECONDS:
        hint = (
            "`incident fix locks` shows who blocks whom. docs/runbooks/degraded.md, section Locks."
        )
        return Found("database", False, f"The database takes {seconds:.1f} s to answer.", hint)
    return Found("database", True, f"The database answers in {1000 * seconds:.0f} ms.")


def migrations() -> Found:
    """Has the code the tables that it expects?"""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, MigrationSchemaMissing) as fault:
        return Found("migrations", False, f"They cannot be read: {fault}", "Check the database.")
    if plan:
        names = ", ".join(f"{one.app_label}.{one.name}" for one, _ in plan[:3])
        hint = "Run `manage.py migrate`, or go back to the release before. docs/runbooks/complete-outage.md."
        return Found("migrations", False, f"{len(plan)} are missing ({names}).", hint)
    return Found("migrations", True, "All migrations are there.")


def disk() -> Found:
    """Is there room on the disk of the data folder?"""
    usage = psutil.disk_usage(str(_existing(settings.DATA_DIR)))
    hint = "`incident fix disk` deletes temporary files and old logs, never data or backups."
    return Found(
        "disk",
        usage.percent < DISK_FULL,
        f"{usage.percent:.0f} % of the disk is used, {usage.free / 1e9:.1f} GB are free.",
        "" if usage.percent < DISK_FULL else hint,
    )


def _existing(path: Any) -> Any:
    while not path.exists():
        path = path.parent
    return path


def memory() -> Found:
    """Is there memory left on this machine?"""
    usage = psutil.virtual_memory()
    hint = "`incident fix memory` names the largest processes; start the largest worker again."
    return Found(
        "memory",
        usage.percent < MEMORY_FULL,
        f"{usage.percent:.0f} % of the memory is used, {usage.available / 1e9:.1f} GB are left.",
        "" if usage.percent < MEMORY_FULL else hint,
    )


def workers() -> Found:
    """Was a worker heard of lately?"""
    heard = Heartbeat.objects.filter(name="worker").values_list("heard_at", flat=True).first()
    hint = "Start a worker. docs/runbooks/worker-stuck.md."
    if heard is None:
        return Found("workers", False, "No worker was ever heard of.", hint)
    silent = timezone.now() - heard
    sentence = f"A worker was heard of {silent.total_seconds():.0f} s ago."
    is_well = silent < WORKER_SILENCE
    return Found("workers", is_well, sentence, "" if is_well else hint)


def queue() -> Found:
    """Is work taken up, and did any fail for good?"""
    now = timezone.now()
    late = Job.objects.due().filter(next_attempt_at__lt=now - MOST_WAITING).count()
    dead = Job.objects.filter(status=Job.Status.DEAD).count()
    sentence = f"{late} jobs wait for more than 5 minutes, {dead} were given up."
    hint = "`queue dead` names them; docs/runbooks/queue-stuck.md." if late or dead else ""
    return Found("queue", not late and not dead, sentence, hint)


def redis() -> Found:
    """Does the cache take and give back a value?"""
    if not settings.CACHE_URL:
        return Found("cache", True, "There is no Redis: this process keeps its cache itself.")
    try:
        cache.set("operations:probe", "1", 10)
        works = cache.get("operations:probe") == "1"
    except (RedisError, OSError) as fault:
        works, words = False, type(fault).__name__
    else:
        words = "it forgot what it was given"
    hint = "Start Redis. Nothing is lost meanwhile: jobs are rows, the sweeper finds them."
    if not works:
        return Found("cache", False, f"Redis does not work: {words}.", hint)
    return Found("cache", True, "Redis works.")


def provider() -> Found:
    """Are the configured models asked?"""
    state = circuit.health()
    hint = "`circuit status` says why; answers are scored provisionally. docs/runbooks/provider-down.md."
    sentences = {
        "available": "A language model reads the answers.",
        "embedded": "No model is configured; the embedded scorer reads the answers.",
        "degraded": "No model is asked; the embedded scorer stands in.",
    }
    is_well = state != "degraded"
    return Found("language model", is_well, sentences[state], "" if is_well else hint)


def maintenance() -> Found:
    """Did somebody close the house on purpose?"""
    row = MaintenanceMode.objects.first()
    if row and row.mode == MaintenanceMode.Mode.LOCKED:
        hint = "A SuperAdmin ends the lockdown with `incident unlock`."
        return Found("maintenance", False, "The house is locked down.", hint)
    if row and row.mode == MaintenanceMode.Mode.READONLY:
        hint = "`maintenance stop` opens it; after an incident `incident release all-writes`."
        return Found("maintenance", False, "The house is closed for changes.", hint)
    return Found("maintenance", True, "The house is open.")


# --- The network ----------------------------------------------------------------------------------


def _targets() -> dict[str, tuple[str, int]]:
    """Name -> host and port of everything that this process talks to."""
    found = {}
    options = connection.settings_dict
    if connection.vendor == "postgresql" and not str(options["HOST"]).startswith("/"):
        found["database"] = (options["HOST"] or "localhost", int(options["PORT"] or 5432))
    for name, url in (("broker", settings.BROKER_URL), ("cache", settings.CACHE_URL)):
        parts = urlsplit(url or "")
        if parts.scheme in ("redis", "rediss") and parts.hostname:
            found[name] = (parts.hostname, parts.port or 6379)
    return found


def links() -> list[Found]:
    """DNS and port of each service; every broken link by name."""
    return [_link(name, *target) for name, target in _targets().items()] or [
        Found("network", True, "Nothing here is reached over the network.")
    ]


def _link(name: str, host: str, port: int) -> Found:
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        hint = "Check the name in the settings and the resolver (`getent hosts NAME`)."
        return Found(name, False, f"{host} is not known to DNS.", hint)
    try:
        socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()
    except OSError as fault:
        words = fault.strerror or type(fault).__name__
        hint = "Is the service running, and does the firewall let this host through?"
        return Found(name, False, f"{host}:{port} takes no connection: {words}.", hint)
    return Found(name, True, f"{host}:{port} takes connections.")


RUNBOOKS: dict[str, tuple[Callable[[], Found], ...]] = {
    # Complete outage: what stops everything comes first.
    "p1": (database, migrations, disk, memory, maintenance, redis, workers, queue),
    # Degradation: what slows people down.
    "p2": (database, disk, memory, workers, queue, redis, provider),
}


def first_fault(found: list[Found]) -> Found | None:
    """The first thing to deal with."""
    return next((one for one in found if not one.is_well), None)
