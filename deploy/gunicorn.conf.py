"""Settings of the web server in production; sizes follow the machine unless the environment says.

The order of timeouts is written down in docs/reference/limits.md: proxy 60 s > here 30 s > a
statement 15 s > a lock 3 s.
"""

from __future__ import annotations

import os
from pathlib import Path

#: What is written here never waits for a disk.
MEMORY = Path("/dev", "shm")
#: The guide's formula is one process per core and one more; ours hold eight threads each, which
#: wait for the database most of the time, so that more processes would only cost memory.
MOST_PROCESSES = 9


def cores() -> int:
    """Of this container where it is limited, else of the machine."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="utf-8").split()
        if quota != "max":
            return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        pass
    return os.cpu_count() or 1


def processes(count: int) -> int:
    """How many web processes so many cores carry."""
    return min(count + 1, MOST_PROCESSES)


def pool_size(threads: int) -> int:
    """Connections to the database that one process may need: each thread one, and two to spare."""
    return threads + 2


bind = os.environ.get("UAIP_WEB_BIND", "0.0.0.0:10000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "") or processes(cores()))
threads = int(os.environ.get("UAIP_WEB_THREADS", "") or 8)
timeout = 30
graceful_timeout = 30
keepalive = 5
# A heartbeat on a disk that is slow for a moment would look like a process that hangs; where memory
# is no folder, the server takes its usual one.
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
loglevel = "warning"
# Longer than any limit of ours, so that what is too long is answered and not cut off.
limit_request_line = 8190
# Processes are renewed now and then, not all at once.
max_requests = 20_000
max_requests_jitter = 2_000
