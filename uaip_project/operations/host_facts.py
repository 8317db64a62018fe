"""What this machine has: cores, memory, disk, names and ports, against what U-AIP asks for."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil
from django.conf import settings

GIB = 1024**3
#: The guide's figures: (what, unit, at least, better). A machine of 4 GB shows a little less.
ASKED = (("cores", "", 2, 4), ("memory", "GB", 3.6, 7.5), ("disk", "GB", 20, 50))


@dataclass(frozen=True)
class Fact:
    """One figure of the machine; ``level`` is "ok", "warning" (runs, for few) or "problem"."""

    what: str
    words: str
    level: str


def measured() -> dict[str, float]:
    """Cores, memory and the size of the disk that holds the data."""
    place = settings.DATA_DIR
    while not place.exists():
        place = place.parent
    return {
        "cores": float(os.cpu_count() or 1),
        "memory": psutil.virtual_memory().total / GIB,
        "disk": shutil.disk_usage(place).total / GIB,
    }


def machine() -> list[Fact]:
    """Each figure with its verdict."""
    found = measured()
    return [_judged(what, unit, found[what], least, better) for what, unit, least, better in ASKED]


def _judged(what: str, unit: str, found: float, least: float, better: float) -> Fact:
    text = f"{what}: {found:.1f} {unit}".strip()
    if found < least:
        return Fact(what, f"{text}; at least {least:g} are needed.", "problem")
    if found < better:
        return Fact(what, f"{text}; {better:g} are recommended where people rely on it.", "warning")
    return Fact(what, f"{text}.", "ok")


def network() -> list[Fact]:
    """Whether the names lead somewhere; what a load balancer and a browser would ask first."""
    return [_resolved(variable, host) for variable, host in dict(_hosts()).items()]


def _hosts() -> Iterator[tuple[str, str]]:
    yield "UAIP_BASE_URL", urlsplit(settings.BASE_URL).hostname or ""
    if settings.POSTGRES_HOST:
        yield "POSTGRES_HOST", settings.POSTGRES_HOST
    for variable, address in (
        ("REDIS_URL", settings.BROKER_URL),
        ("UAIP_CACHE_URL", settings.CACHE_URL),
    ):
        if address:
            yield variable, urlsplit(address).hostname or ""
    for host in settings.ALLOWED_HOSTS:
        if host.strip(".*") and not host.startswith("["):
            yield f"ALLOWED_HOSTS {host}", host.lstrip(".")


def _resolved(variable: str, host: str) -> Fact:
    try:
        found = sorted({str(one[4][0]) for one in socket.getaddrinfo(host, None)})
    except (OSError, UnicodeError) as fault:
        return Fact(variable, f"{variable}: {host} leads nowhere ({fault}).", "problem")
    return Fact(variable, f"{variable}: {host} is {', '.join(found)}.", "ok")
