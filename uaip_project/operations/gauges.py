"""Figures that only the database knows, computed once, when Prometheus asks (reliability.md D29).

They are the same whichever process answers. A source that cannot be asked costs its own figures
alone, and ``uaip_metrics_source_up`` says which it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from accounts.job_kinds import HANDLERS
from accounts.models import Job
from governance.engine.decision import ENGINE_VERSION
from interviews.llm import budget
from interviews.llm.breaker import EVERY_MODEL
from interviews.models import Circuit, Finding, InterviewSession
from interviews.protocol import catalogue
from uaip_project.operations import host_gauges, pool_patience, run_gauges, server_gauges
from uaip_project.operations.gauge_families import gauge
from uaip_project.operations.models import Heartbeat, MaintenanceMode, WorkerProcess

log = logging.getLogger(__name__)

#: A circuit's labels come from what the site configured: a handful.
Source = Callable[[], Iterable[Metric]]
#: An interview in progress that nobody touched for so long was left.
LEFT_AFTER = timedelta(days=14)
#: A worker process tells that it lives every few seconds.
ALIVE_WITHIN = timedelta(minutes=1)
WAITING = (Job.Status.PENDING, Job.Status.RUNNING, Job.Status.DEAD)


def circuits() -> Iterator[Metric]:
    """The state of every circuit."""
    yield gauge(
        "uaip_llm_circuit_open",
        "1 while a model is left alone",
        {
            (one.provider, one.model): one.state == Circuit.State.OPEN
            for one in Circuit.objects.exclude(
                model=EVERY_MODEL, state=Circuit.State.CLOSED
            ).order_by("pk")
        },
        ["provider", "model"],
    )


def sessions() -> Iterator[Metric]:
    """Interviews by state, and those that were left."""
    left = Q(status="in_progress", last_updated_at__lt=timezone.now() - LEFT_AFTER)
    rows = InterviewSession.objects.order_by().values("status")
    counted = {
        str(one["status"]): one for one in rows.annotate(count=Count("pk"), left=Count("pk", left))
    }
    names = [str(one) for one in InterviewSession.Status.values]
    states = {one: counted[one]["count"] if one in counted else 0 for one in names}
    yield gauge("uaip_sessions", "Interviews by state", states, ["status"])
    active = states["in_progress"] + states["paused"]
    yield gauge("uaip_sessions_active", "Interviews in progress or paused", {(): active})
    idle = sum(one["left"] for one in counted.values())
    yield gauge("uaip_sessions_idle", "In progress, and untouched for 14 days", {(): idle})


def findings() -> Iterator[Metric]:
    """Contradictions by what people did about them."""
    rows = Finding.objects.order_by().values_list("severity", "state").annotate(n=Count("pk"))
    found = {(severity, state): 0 for severity in Finding.Severity for state in Finding.State}
    found |= {(severity, state): count for severity, state, count in rows}
    yield gauge(
        "uaip_findings", "Contradictions by severity and state", found, ["severity", "state"]
    )


def people() -> Iterator[Metric]:
    """Who is signed in by a browser just now."""
    alive = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=timezone.now()
    )
    here = UserSession.objects.filter(Exists(alive)).values("user").distinct().count()
    yield gauge("uaip_people_signed_in", "People with a browser session that lasts", {(): here})


def queue() -> Iterator[Metric]:
    """Work that waits, is done, or was given up, by kind; how long the oldest due has waited."""
    kinds = sorted(HANDLERS)
    rows = Job.objects.filter(status__in=WAITING).order_by().values_list("kind", "status")
    found = {(kind, str(status)): 0 for kind in kinds for status in WAITING}
    found |= {(kind, status): count for kind, status, count in rows.annotate(n=Count("pk"))}
    yield gauge("uaip_jobs", "Jobs that are not done, by kind", found, ["kind", "status"])
    due = Job.objects.due().order_by().values_list("kind").annotate(since=Min("next_attempt_at"))
    now, ages = timezone.now(), dict.fromkeys(kinds, 0.0)
    ages |= {kind: max(0.0, (now - since).total_seconds()) for kind, since in due}
    yield gauge(
        "uaip_jobs_oldest_due_seconds", "How long the job due longest has waited", ages, ["kind"]
    )


def workers() -> Iterator[Metric]:
    """Seconds since each sort of process was heard of; however many, the one heard of last."""
    now, ages = timezone.now(), {"worker": float("inf")}
    for row in Heartbeat.objects.all():
        sort = row.name.replace(":", " ").replace("@", " ").split()[0]
        ages[sort] = min(ages.get(sort, float("inf")), (now - row.heard_at).total_seconds())
    yield gauge(
        "uaip_heartbeat_age_seconds", "Since a process of the sort was heard of", ages, ["sort"]
    )
    alive = WorkerProcess.objects.filter(heard_at__gte=now - ALIVE_WITHIN).aggregate(
        count=Count("pk"),
        memory=Coalesce(Sum("memory_bytes"), 0),
        jobs=Coalesce(Sum("job_count"), 0),
        seats=Coalesce(Sum("seat_count"), 0),
    )
    yield gauge("uaip_worker_processes", "Worker processes that live", {(): alive["count"]})
    yield gauge("uaip_worker_memory_bytes", "Memory of them together", {(): alive["memory"]})
    yield gauge("uaip_worker_busy", "Threads at work", {(): alive["jobs"]})
    yield gauge("uaip_worker_threads", "Threads in all", {(): alive["seats"]})


def money() -> Iterator[Metric]:
    """What models cost today and this month, and what they may cost; no limit is no series."""
    found = budget.standing()
    spent = {"day": found.daily_spent, "month": found.monthly_spent}
    limit = {"day": found.daily_limit, "month": found.monthly_limit}
    yield gauge("uaip_llm_spent", "Spent on models, in the price table's money", spent, ["span"])
    set_ones = {span: value for span, value in limit.items() if value}
    yield gauge("uaip_llm_budget", "What may be spent on models", set_ones, ["span"])


def maintenance() -> Iterator[Metric]:
    """1 for the mode in force."""
    row = MaintenanceMode.objects.filter(pk=1).first()
    mode = row.mode if row else MaintenanceMode.Mode.OFF
    found = {one: one == mode for one in MaintenanceMode.Mode.values}
    yield gauge("uaip_maintenance_mode", "1 for the mode in force", found, ["mode"])


def build() -> Iterator[Metric]:
    """What is installed."""
    version = (settings.APP_VERSION, ENGINE_VERSION, catalogue.default_protocol().version)
    labels = ["version", "engine", "protocol"]
    yield gauge("uaip_build_info", "What is installed", {version: 1}, labels)


SOURCES: Mapping[str, Source] = {
    "build": build,
    "circuits": circuits,
    "sessions": sessions,
    "findings": findings,
    "people": people,
    "queue": queue,
    "workers": workers,
    "money": money,
    "maintenance": maintenance,
    "runs": run_gauges.runs,
    "backups": run_gauges.backups,
    "record": run_gauges.record_of_deeds,
    "server": server_gauges.server,
    "cache": server_gauges.cache,
    "disk": host_gauges.disk,
    "host": host_gauges.host,
    "certificates": host_gauges.certificates,
}


#: What the process and its host know by themselves.
WITHOUT_DATABASE = frozenset({"build", "disk", "host", "certificates"})
#: Prometheus gives up after ten seconds, and a page waits five for a connection.
PATIENCE_SECONDS = 1.0


class Gauges(Collector):
    """All of them, and which of their sources answered.

    While the pool is full the rest is told at once: just then somebody looks at the figures.
    """

    def __init__(self, sources: Mapping[str, Source] = SOURCES) -> None:
        self._sources = sources

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily(
            "uaip_metrics_source_up", "1 while a source of figures answers", labels=["source"]
        )
        is_there = pool_patience.is_reachable(seconds=PATIENCE_SECONDS)
        if not is_there:
            log.warning("The figures of the database are missing: its pool gives no connection")
        for name, source in self._sources.items():
            may_ask = is_there or name in WITHOUT_DATABASE
            found = self._asked(name, source) if may_ask else None
            up.add_metric([name], found is not None)
            yield from found or ()
        yield up

    def _asked(self, name: str, source: Source) -> list[Metric] | None:
        """None where it does not answer; /health says that the database is gone."""
        try:
            return list(source())
        except (DatabaseError, RedisError, OSError) as fault:
            log.warning("The figures of %s are missing: %s", name, fault)
            return None
