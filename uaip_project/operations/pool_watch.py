"""Tells Prometheus every few seconds how this process's pool of database connections is used."""

from __future__ import annotations

import os
import threading
from typing import Any

from django.conf import settings
from django.db import connection

from accounts import counting, metrics

SECONDS = 5.0

#: Processes (this one, and after a fork its child) that are watched already.
_watched: set[int] = set()
_starting = threading.Lock()


def start() -> None:
    """Begins to watch this process's pool, once; where there is no pool there is nothing to do."""
    if os.getpid() in _watched:
        return
    with _starting:
        if os.getpid() in _watched:
            return
        _watched.add(os.getpid())
        if _has_pool():
            threading.Thread(target=_watch, name="pool-watch", daemon=True).start()


def _has_pool() -> bool:
    is_pooled = bool(settings.DATABASES["default"].get("OPTIONS", {}).get("pool"))
    return is_pooled and bool(settings.METRICS_DIR)


def _watch() -> None:
    resting = threading.Event()
    while True:
        note()
        resting.wait(SECONDS)


def note() -> None:
    """One look; also shows that the process lives, so that its figures still count."""
    # Django's types know no pool.
    of_this_process: Any = connection
    stats = of_this_process.pool.get_stats()
    metrics.pool_stands(
        active=stats.get("pool_size", 0) - stats.get("pool_available", 0),
        total=stats.get("pool_max", 0),
        waiting=stats.get("requests_waiting", 0),
    )
    counting.keep_alive()
