"""What each worker process does beside its jobs: renews its leases, sweeps for forgotten work."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from accounts import limits
from accounts.services import audit_upkeep, forgetting, jobs, tokens
from governance.services import inventory, openings
from uaip_project.operations import exposition, heartbeats, log_level, scheduled, watchdog

log = logging.getLogger(__name__)

#: How often figures of ended processes are put together.
FOLD_SECONDS = 60.0
#: How often a worker looks whether the record of deeds wants an anchor or sealing, and whether
#: reviews are to be opened.
UPKEEP_SECONDS = 60.0
#: How often a worker looks for cases whose entry in the portfolio is out of date.
INVENTORY_SECONDS = 300.0
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
        self._next_inventory = 0.0

    def run(self) -> None:
        while not self._stopping.wait(min(0.5, settings.JOB_SWEEP_SECONDS / 2)):
            try:
                self.tend(time.monotonic())
            except DatabaseError as fault:
                log.warning("Housekeeping waits for the database: %s", fault)
                close_old_connections()
        _say_goodbye()

    def tend(self, now: float) -> None:
        """One look: renews and sweeps when it is time for it."""
        if now >= self._next_renewal:
            self._next_renewal = now + settings.JOB_HEARTBEAT_SECONDS
            jobs.renew_leases()
            heartbeats.beat("worker")
            heartbeats.beat_process()
        if now >= self._next_sweep:
            self._next_sweep = now + settings.JOB_SWEEP_SECONDS
            log_level.follow()
            found = jobs.sweep()
            if found:
                log.info("Swept %s jobs that nobody had rung for.", found)
            watchdog.end_if_deaf()
        if now >= self._next_fold:
            self._next_fold = now + FOLD_SECONDS
            _fold_metrics()
        if now >= self._next_upkeep:
            self._next_upkeep = now + UPKEEP_SECONDS
            audit_upkeep.request_due()
            openings.request_due()
            scheduled.request_due()
        if now >= self._next_inventory:
            self._next_inventory = now + INVENTORY_SECONDS
            inventory.request_due()
        if now >= self._next_forgetting:
            self._next_forgetting = now + FORGET_SECONDS
            limits.forget_spent()
            tokens.forget_expired()
            forgetting.forget_old()
            heartbeats.forget_silent()


def _say_goodbye() -> None:
    try:
        heartbeats.leave()
    except DatabaseError as fault:
        log.warning("The worker's row is left behind: %s", fault)
    connection.close()


def _fold_metrics() -> None:
    """A disk that is full or gone must not stop the renewing of leases."""
    try:
        exposition.fold_ended()
    except OSError as fault:
        log.warning("Metrics of ended processes were not put together: %s", fault)
