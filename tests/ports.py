"""Ports of this machine that nobody has."""

from __future__ import annotations

import socket


def free_ports(count: int) -> list[int]:
    """All at once, so that none is named twice."""
    probes = [socket.socket() for _ in range(count)]
    for one in probes:
        one.bind(("127.0.0.1", 0))
    found = [int(one.getsockname()[1]) for one in probes]
    for one in probes:
        one.close()
    return found


def free_port() -> int:
    return free_ports(1)[0]
