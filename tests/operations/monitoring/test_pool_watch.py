"""How the pools of all processes are used: exact while they live, gone when they are."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from accounts import metrics
from tests.chaos.workers import worker_environment
from tests.operations.monitoring.figures import figure
from tests.operations.monitoring.servers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

ACTIVE, TOTAL = "uaip_database_connections_active", "uaip_database_connections_total"


@pytest.fixture(autouse=True)
def _own_figures() -> Iterator[None]:
    metrics.pool_stands(active=0, total=0, waiting=0)
    yield
    metrics.pool_stands(active=0, total=0, waiting=0)


def another(code: str, folder: Path) -> subprocess.Popen[bytes]:
    """A process that counts into the same folder, and lives until its input ends."""
    own = {"PROMETHEUS_MULTIPROC_DIR": settings.METRICS_DIR, "DB_POOL_SIZE": "3"}
    environment: dict[str, Any] = worker_environment(folder) | own
    line = f"import sys, django; django.setup(); {code}; print('.', flush=True); sys.stdin.read()"
    made = subprocess.Popen(
        [sys.executable, "-c", line],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert made.stdout and made.stdout.read(1) == b"."
    return made


def end(process: subprocess.Popen[bytes]) -> None:
    process.communicate(timeout=300)


def test_processes_are_added_up_and_those_that_ended_are_forgotten(tmp_path: Path) -> None:
    metrics.pool_stands(active=3, total=20, waiting=0)
    code = "from accounts import metrics; metrics.pool_stands(active=5, total=20, waiting=1)"
    process = another(code, tmp_path)
    assert (figure(ACTIVE, pool="default"), figure(TOTAL, pool="default")) == (8, 40)
    end(process)
    assert (figure(ACTIVE, pool="default"), figure(TOTAL, pool="default")) == (3, 20)


def test_a_process_of_another_host_that_fell_silent_is_forgotten() -> None:
    metrics.pool_stands(active=3, total=20, waiting=0)
    (own,) = Path(settings.METRICS_DIR).glob(f"gauge_livesum_*-{os.getpid()}.db")
    foreign = own.with_name("gauge_livesum_other-7.db")
    foreign.write_bytes(own.read_bytes())
    assert figure(ACTIVE, pool="default") == 6
    ago = time.time() - 120
    os.utime(foreign, (ago, ago))
    assert figure(ACTIVE, pool="default") == 3
    assert not foreign.exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no pool")
def test_a_pool_that_is_full_shows_that_all_of_it_is_in_use(tmp_path: Path) -> None:
    assert connection.vendor == "postgresql"
    code = (
        "from django.db import connection as c; from uaip_project.operations import pool_watch;"
        "c.ensure_connection();"
        "held = [c.pool.getconn() for _ in range(c.pool.max_size - 1)]; pool_watch.note()"
    )
    process = another(code, tmp_path)
    active, total = figure(ACTIVE, pool="default"), figure(TOTAL, pool="default")
    end(process)
    assert (active, total) == (3, 3)
