"""The Celery app: the broker is a doorbell, the work itself stands in the jobs table."""

from __future__ import annotations

import gc
import os
import threading
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready, worker_shutdown
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uaip_project.settings")
TRANSPORT_ALIASES |= {
    "filesystem": "uaip_project.broker:Transport",
    "redis": "uaip_project.redis_broker:Transport",
    "rediss": "uaip_project.redis_broker:Transport",
}

app = Celery("uaip")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

#: So long an ending worker waits for its housekeeper to say goodbye.
GOODBYE_SECONDS = 3.0

_stopping = threading.Event()
_housekeepers: list[threading.Thread] = []


@worker_init.connect
def clean_embedded_broker(**_: Any) -> None:
    """A half-written message (a full disk) would stop every worker that reads it.

    Nothing is lost with it: the jobs table knows the work, the broker only rings.
    """
    if settings.BROKER_URL:
        return
    for folder in ("queue", "control"):
        (settings.BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    for message in (settings.BROKER_DIR / "queue").glob("*.msg"):
        if message.stat().st_size == 0:
            message.unlink(missing_ok=True)


@worker_init.connect
def get_ready(**_: Any) -> None:
    """Does before the first answer what its deadline, and those of all others, would pay for."""
    from interviews.llm import providers

    providers.import_sdks()
    # What is loaded now stays for good: hundreds of thousands of objects that the collector would
    # walk through again and again, with every thread waiting.
    gc.collect()
    gc.freeze()


@worker_ready.connect
def start_housekeeping(**_: Any) -> None:
    """Every worker sweeps and renews its own leases: no work is lost without a scheduler.

    It also tells how it fares itself, where a port is set for that.
    """
    from uaip_project.operations import worker_metrics
    from uaip_project.operations.housekeeping import Housekeeper

    _housekeepers.append(Housekeeper(_stopping))
    _housekeepers[-1].start()
    worker_metrics.serve()


@worker_shutdown.connect
def stop_housekeeping(**_: Any) -> None:
    """Lets the housekeeper end with its worker, after the last job: until then leases are kept."""
    _stopping.set()
    for one in _housekeepers:
        one.join(timeout=GOODBYE_SECONDS)
