"""How much of the machine is in use, against the thresholds at which people should act."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from uaip_project.operations.sight import services
from uaip_project.operations.sight.probe import State

#: A container's own limit, where it has one.
LIMIT = Path("/sys/fs/cgroup/memory.max")
IN_USE = Path("/sys/fs/cgroup/memory.current")


@dataclass(frozen=True)
class Gauge:
    """One share in percent, with the shares from which on it is a warning and an alarm."""

    name: str
    title: str
    percent: float
    warn: float
    bad: float

    @property
    def state(self) -> State:
        """Where the share stands."""
        if self.percent >= self.bad:
            return State.BAD
        return State.WARN if self.percent >= self.warn else State.OK

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "percent": self.percent,
            "warn": self.warn,
            "bad": self.bad,
            "state": self.state,
        }


def gauges() -> list[Gauge]:
    """Processor, memory, and each disk that we write to."""
    load = psutil.getloadavg()[0] / (psutil.cpu_count() or 1) * 100
    found = [
        Gauge("cpu", "Processor (load of the last minute)", round(load, 1), 70.0, 85.0),
        Gauge("memory", "Memory", round(_memory(), 1), 75.0, 90.0),
    ]
    for name, share in services.disks():
        title = f"Disk of the folder “{name}”"
        gauge = Gauge(f"disk_{name}", title, share, services.DISK_WARN, services.DISK_BAD)
        found.append(gauge)
    return found


def _memory() -> float:
    """Of the container where it has a limit, else of the machine."""
    try:
        limit, used = LIMIT.read_text().strip(), IN_USE.read_text().strip()
    except OSError:
        return float(psutil.virtual_memory().percent)
    if not limit.isdecimal():
        return float(psutil.virtual_memory().percent)
    return int(used) / int(limit) * 100
