"""Starts and kills real worker processes on the database and broker of the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def worker_environment(folder: Path) -> dict[str, str]:
    """The environment in which a worker finds the test's own database and a broker of its own."""
    settings = connection.settings_dict
    own = {
        "DJANGO_SETTINGS_MODULE": "uaip_project.settings",
        "PYTHONPATH": str(ROOT),
        "UAIP_DATA_DIR": str(folder),
        "UAIP_JOB_LEASE_SECONDS": "2",
        "UAIP_JOB_HEARTBEAT_SECONDS": "0.5",
        "UAIP_JOB_SWEEP_SECONDS": "0.5",
        # Far above what chance can take away: the attempts count claims that were killed too.
        "UAIP_JOB_MAX_ATTEMPTS": "1000",
        # What is due by the clock is no part of what is counted here.
        "UAIP_SCHEDULE_ENABLED": "False",
    }
    if connection.vendor == "postgresql":
        own |= {
            "POSTGRES_HOST": str(settings["HOST"]),
            "POSTGRES_PORT": str(settings["PORT"]),
            "POSTGRES_DB": str(settings["NAME"]),
            "POSTGRES_USER": str(settings["USER"]),
            "POSTGRES_PASSWORD": str(settings["PASSWORD"]),
        }
    else:
        own |= {"UAIP_SQLITE_PATH": str(settings["NAME"]), "POSTGRES_HOST": ""}
        own |= {"REDIS_URL": "", "UAIP_BROKER_URL": ""}
    for name in ("queue", "control"):
        (folder / "broker" / name).mkdir(parents=True, exist_ok=True)
    return os.environ | own


def start_worker(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A real Celery worker whose judging is slow, in a process group of its own."""
    command = [sys.executable, "-m", "celery", "-A", "tests.chaos.slow_worker", "worker"]
    command += ["--pool", "threads", "--concurrency", "4", "--loglevel", "warning"]
    command += ["--without-gossip", "--without-mingle"]
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def kill_worker(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole group: no handler runs, nothing is handed back."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)


def wait_until(is_so: Callable[[], bool], *, seconds: float) -> bool:
    """Looks again and again until it is so; False when time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return False
