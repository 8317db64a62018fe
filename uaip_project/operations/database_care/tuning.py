"""Settings of PostgreSQL for a machine of a given size, as lines of its configuration file."""

from __future__ import annotations

from uaip_project.operations.runs import CouldNotRun, Outcome

GB = 1024
LEAST_MB = 512


def tuned(*, ram_mb: int, cores: int, connections: int) -> dict[str, str]:
    """Name -> value, for a machine that PostgreSQL has to itself."""
    if ram_mb < LEAST_MB or not 1 <= cores <= 512 or not 10 <= connections <= 5_000:
        raise CouldNotRun("--ram: 512MB or more; --cpu: 1 to 512; --connections: 10 to 5000.")
    shared = ram_mb // 4
    # Each connection may sort several times at once, each worker of it too.
    work = max((ram_mb - shared) // (connections * 3), 4)
    parallel = max(cores // 2, 1)
    found = {
        "max_connections": str(connections),
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{ram_mb * 3 // 4}MB",
        "maintenance_work_mem": f"{min(ram_mb // 16, 2 * GB)}MB",
        "work_mem": f"{min(work, 256)}MB",
        "wal_buffers": "16MB",
        "min_wal_size": "1GB" if ram_mb >= 4 * GB else "256MB",
        "max_wal_size": "4GB" if ram_mb >= 4 * GB else "1GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
        "max_worker_processes": str(max(cores, 8)),
        "max_parallel_workers": str(max(cores, 2)),
        "max_parallel_workers_per_gather": str(min(parallel, 4)),
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "log_min_duration_statement": "1000",
        "log_lock_waits": "on",
        "idle_in_transaction_session_timeout": "60000",
    }
    return found


def tune(*, ram_mb: int, cores: int, connections: int) -> Outcome:
    """The lines to put into a file below conf.d. Raises CouldNotRun."""
    found = tuned(ram_mb=ram_mb, cores=cores, connections=connections)
    return Outcome(found, [f"{name} = {value}" for name, value in found.items()])


def megabytes(text: str) -> int:
    """What "8GB" or "512MB" means. Raises ValueError."""
    number, unit = text.strip().upper()[:-2], text.strip().upper()[-2:]
    factors = {"MB": 1, "GB": GB, "TB": GB * GB}
    if unit not in factors or not number.strip().isdecimal():
        raise ValueError(f"{text}: use a size such as 8GB or 512MB.")
    return int(number) * factors[unit]
