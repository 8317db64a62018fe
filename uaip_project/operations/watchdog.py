"""Ends a worker that is connected and yet takes nothing up, so that it is started anew.

A worker can lose its hold on the broker without noticing (reliability.md F06). It is only ended
where the broker takes rings, and work has been due for long: a broker that is down is waited for.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from accounts.models import Job
from accounts.services import jobs

log = logging.getLogger(__name__)

#: Who does not end in good order after so long is ended all the same.
GRACE_SECONDS = 45.0
#: For whoever starts it again: it ended itself (sysexits' "temporary failure").
EXIT_CODE = 75


def is_deaf() -> bool:
    """Whether rings are taken, work has been due for long, and nothing of it comes in here."""
    most = settings.WORKER_WATCHDOG_SECONDS
    if not most or jobs.idle_seconds() < most or not jobs.is_heard():
        return False
    overdue = Job.objects.due().filter(next_attempt_at__lt=Now() - timedelta(seconds=most))
    return overdue.exists()


def end_if_deaf(end: Callable[[], None] | None = None) -> bool:
    """Ends this process where it is deaf; whoever runs it starts it again."""
    if not is_deaf():
        return False
    log.critical(
        "Work waits, the broker takes rings, and this worker hears none: it ends to be started anew."
    )
    (end or end_this_process)()
    return True


def end_this_process() -> None:
    """As a supervisor would, and by force when that is not heard either."""
    by_force = threading.Timer(GRACE_SECONDS, os._exit, [EXIT_CODE])
    by_force.daemon = True
    by_force.start()
    os.kill(os.getpid(), signal.SIGTERM)
