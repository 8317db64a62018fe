"""Figures of the machine: processor, memory, disks, certificates."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from cryptography import x509
from django.conf import settings
from prometheus_client.core import Metric

from uaip_project.operations.gauge_families import counter, gauge

SECONDS_A_DAY = 86_400
#: A certificate of another host is fetched so seldom: it costs a connection.
FETCHED_EVERY = 600.0
FETCH_SECONDS = 2.0
_fetched: dict[str, tuple[float, str]] = {}


def host() -> Iterator[Metric]:
    """Processor and memory of the machine (or of the container's machine) that answers."""
    times = psutil.cpu_times()
    whole = sum(times) - getattr(times, "guest", 0) - getattr(times, "guest_nice", 0)
    idle = times.idle + getattr(times, "iowait", 0)
    spent = {"busy": whole - idle, "idle": idle}
    yield counter("uaip_host_cpu_seconds", "Processor time of the machine", spent, ["mode"])
    memory = psutil.virtual_memory()
    held = {"used": memory.total - memory.available, "free": memory.available}
    yield gauge("uaip_host_memory_bytes", "Memory of the machine", held, ["state"])


def disk() -> Iterator[Metric]:
    """The disks that we write to, as they stand for an ordinary user."""
    found: dict[tuple[str, str], float] = {}
    for name, folder in _folders().items():
        if folder.is_dir():
            usage = psutil.disk_usage(str(folder))
            found[name, "used"], found[name, "free"] = usage.used, usage.free
    yield gauge("uaip_disk_bytes", "Disks that we write to", found, ["folder", "state"])


def _folders() -> dict[str, Path]:
    folders = {"data": settings.DATA_DIR, "audit": settings.AUDIT_DIR}
    if settings.LOG_DIR:
        folders["logs"] = Path(settings.LOG_DIR)
    backups = getattr(settings, "BACKUP_DIR", None)
    return folders | ({"backups": Path(backups)} if backups else {})


def certificates() -> Iterator[Metric]:
    """Days until each named certificate ends; below 0 when it has."""
    days = {name: _days_left(name) for name in settings.CERTIFICATES}
    known = {name: left for name, left in days.items() if left is not None}
    yield gauge("uaip_certificate_days", "Days until a certificate ends", known, ["certificate"])
    readable = {name: left is not None for name, left in days.items()}
    yield gauge(
        "uaip_certificate_readable", "1 while a certificate can be read", readable, ["certificate"]
    )


def _days_left(name: str) -> float | None:
    """None where it cannot be read; of a chain in one file, that which ends first."""
    try:
        pem = Path(name).read_bytes() if "/" in name else _served_by(name).encode()
        ends = [one.not_valid_after_utc for one in x509.load_pem_x509_certificates(pem)]
    except (OSError, ValueError):
        return None
    return (min(ends).timestamp() - time.time()) / SECONDS_A_DAY


def _served_by(place: str) -> str:
    """The certificate that a host and port show."""
    at, pem = _fetched.get(place, (0.0, ""))
    if not pem or time.monotonic() - at > FETCHED_EVERY:
        name, _, port = place.rpartition(":")
        pem = ssl.get_server_certificate((name, int(port)), timeout=FETCH_SECONDS)
        _fetched[place] = (time.monotonic(), pem)
    return pem
