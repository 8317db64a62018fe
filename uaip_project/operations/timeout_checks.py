"""System check: timeouts end in their order (reliability.md D18), from the inside to the outside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

#: Of a web request (deploy/gunicorn.conf.py) and of the proxy in front of it (deploy/nginx).
REQUEST_SECONDS, PROXY_SECONDS = 30.0, 60.0


def in_order() -> list[tuple[str, float]]:
    """What ends first, and what only later; in seconds."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    limits = dict(re.findall(r"(\w+_timeout)=(\d+)", str(options.get("options", ""))))
    inner = [
        (name, int(limits[name]) / 1000)
        for name in ("lock_timeout", "statement_timeout")
        if name in limits
    ]
    return [*inner, ("a web request", REQUEST_SECONDS), ("the proxy", PROXY_SECONDS)]


@register()
def timeouts_end_in_their_order(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Else the outer one cuts off what the inner one would have answered in a sentence."""
    pairs = list(pairwise(in_order()))
    lease = ("UAIP_JOB_HEARTBEAT_SECONDS", settings.JOB_HEARTBEAT_SECONDS)
    pairs.append((lease, ("UAIP_JOB_LEASE_SECONDS", settings.JOB_LEASE_SECONDS)))
    return [
        Error(
            f"{inner[0]} ({inner[1]:g} s) does not end before {outer[0]} ({outer[1]:g} s).",
            hint="Give the inner one less time, or the outer one more.",
            id="uaip.E030",
        )
        for inner, outer in pairs
        if inner[1] >= outer[1]
    ]
