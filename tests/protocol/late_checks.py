"""What the tests of late checks share: how a check is run, and small answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.checks import stage_3, stage_4, stage_5
from interviews.protocol.issues import Issue

TODAY = date(2026, 11, 21)
PERSONAL_INPUT = [{"name": "home_address", "personal_data": "personal"}]
SOURCES = [{"name": "Meters", "critical": True}, {"name": "Weather", "critical": False}]
LATE_CHECKS = {**stage_3.CHECKS, **stage_4.CHECKS, **stage_5.CHECKS}


def run(check: str, key: str, value: Any, **earlier: Any) -> list[Issue]:
    values = {name.replace("_", "-"): answer for name, answer in earlier.items()}
    return list(LATE_CHECKS[check](default_protocol().question(key), value, values, TODAY))


def seen(check: str, key: str, value: Any, **earlier: Any) -> list[tuple[str, str]]:
    """Path and level of every issue."""
    return [(issue.path, issue.level) for issue in run(check, key, value, **earlier)]


def rating(score: int, how: str = "measured", **more: Any) -> dict[str, Any]:
    row = {"source": "Meters", "dimension": "accuracy", "rating": score, "how_known": how}
    return {**row, **more}


def risk(severity: int, likelihood: int, **more: Any) -> dict[str, Any]:
    return {"risk": "Late braking", "severity": severity, "likelihood": likelihood, **more}
