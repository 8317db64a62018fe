"""Notes that a process lives, for the operator who looks (docs/runbooks/worker-stuck.md)."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta

import psutil
from django.conf import settings
from django.db.models.functions import Now

from accounts.services import jobs
from uaip_project.operations.models import Heartbeat, WorkerProcess

#: Rows of processes that fell silent so long ago say nothing to anybody.
FORGET_AFTER = timedelta(hours=1)
_HOST_LETTERS = 60


def beat(name: str) -> None:
    """The process called ``name`` was alive just now, by the database's clock."""
    if not Heartbeat.objects.filter(name=name).update(heard_at=Now()):
        Heartbeat.objects.get_or_create(name=name, defaults={"heard_at": Now()})


def beat_process() -> None:
    """This worker process lives, and fares like this."""
    process = psutil.Process()
    with process.oneshot():
        facts = {
            "started_at": datetime.fromtimestamp(process.create_time(), UTC),
            "heard_at": Now(),
            "memory_bytes": process.memory_info().rss,
            "thread_count": process.num_threads(),
            "job_count": jobs.at_work(),
            "seat_count": settings.CELERY_WORKER_CONCURRENCY,
        }
    if not WorkerProcess.objects.filter(name=own_name()).update(**facts):
        WorkerProcess.objects.get_or_create(name=own_name(), defaults=facts)


def leave() -> None:
    """This process ends in good order: nobody need wonder why it is silent."""
    WorkerProcess.objects.filter(name=own_name()).delete()


def forget_silent() -> int:
    """Rows of processes that nobody has heard of for long; returns how many went."""
    return WorkerProcess.objects.filter(heard_at__lt=Now() - FORGET_AFTER).delete()[0]


def own_name() -> str:
    """How this process is called among the others."""
    return f"{socket.gethostname()[:_HOST_LETTERS]}:{os.getpid()}"
