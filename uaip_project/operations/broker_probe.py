"""Whether the broker takes rings now; work is safe without it and only waits for a sweep."""

from __future__ import annotations

import os
import time
from typing import Any

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

WAIT_SECONDS = 2


def ping() -> dict[str, Any]:
    """What sort of broker it is, whether it answers, and how fast."""
    started = time.perf_counter()
    is_reachable = _redis_answers() if settings.BROKER_URL else _folder_takes()
    took = round((time.perf_counter() - started) * 1000, 1)
    kind = "redis" if settings.BROKER_URL else "embedded"
    return {
        "broker": kind,
        "is_reachable": is_reachable,
        "milliseconds": took,
        "said": _words(kind, is_reachable, took),
    }


def _redis_answers() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=WAIT_SECONDS) as connection:
            # Opens a channel, and a channel of Redis begins with a ping.
            connection.ensure_connection(max_retries=1, timeout=WAIT_SECONDS, interval_start=0)
            return True
    except (OperationalError, OSError):
        return False


def _folder_takes() -> bool:
    folder = settings.BROKER_DIR / "queue"
    return folder.is_dir() and os.access(folder, os.W_OK)


def _words(kind: str, is_reachable: bool, took: float) -> str:
    name = "Redis" if kind == "redis" else "The broker’s folder"
    if is_reachable:
        return f"{name} answered in {took:g} ms."
    return (
        f"{name} does not answer: work is safe and found by the sweep within "
        f"{settings.JOB_SWEEP_SECONDS:g} seconds."
    )
