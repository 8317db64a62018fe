"""What each worker process does beside its jobs: renews its leases, sweeps for forgotten work."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from accounts import limits
from accounts.services import audit_upkeep, jobs, tokens
from uaip_project.operations import exposition, heartbeats

log = logging.getLogger(__name__)

#: How often figures of ended processes are put together.
FOLD_SECONDS = 60.0
#: How often a worker looks whether the record of deeds wants an anchor or sealing.
UPKEEP_SECONDS = 60.0
#: How often rows that nobody needs any more are deleted.
FORGET_SECONDS = 3600.0


class Housekeeper(threading.Thread):
    """A thread that lives as long as its worker; a database that is away for a while is waited for."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(name="housekeeper", daemon=True)
        self._stopping = stopping
        self._next_sweep = 0.0
        self._next_renewal = 0.0
        self._next_fold = 0.0
        self._next_upkeep = 0.0
        self._next_forgetting = 0.0

    def run(self) -> None:
        while not self._stopping.wait(min(0.5, settings.JOB_SWEEP_SECONDS / 2)):
            try:
                self.tend(time.monotonic())
            except DatabaseError as fault:
                log.warning("Housekeeping waits for the database: %s", fault)
                close_old_connections()
        connection.close()

    def tend(self, now: float) -> None:
        """One look: renews and sweeps when it is time for it."""
        if now >= self._next_renewal:
            self._next_renewal = now + settings.JOB_HEARTBEAT_SECONDS
            jobs.renew_leases()
            heartbeats.beat("worker")
        if now >= self._next_sweep:
            self._next_sweep = now + settings.JOB_SWEEP_SECONDS
            found = jobs.sweep()
            if found:
                log.info("Swept %s jobs that nobody had rung for.", found)
        if now >= self._next_fold:
            self._next_fold = now + FOLD_SECONDS
            _fold_metrics()
        if now >= self._next_upkeep:
            self._next_upkeep = now + UPKEEP_SECONDS
            audit_upkeep.request_due()
        if now >= self._next_forgetting:
            self._next_forgetting = now + FORGET_SECONDS
            limits.forget_spent()
            tokens.forget_expired()


def _fold_metrics() -> None:
    """A disk that is full or gone must not stop the renewing of leases."""
    try:
        exposition.fold_ended()
    except OSError as fault:
        log.warning("Metrics of ended processes were not put together: %s", fault)
