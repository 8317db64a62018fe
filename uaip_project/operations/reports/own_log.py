"""Reads our own log of JSON lines: faults, slow answers, security and the rest, exactly counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from uaip_project.operations.reports.document import Report, Section

SLOW_MS = 2000
#: A fault in more than this share of the answers is no accident.
FAULT_SHARE = 0.01
SECURITY = ("accounts", "axes", "django.security", "uaip.security")
LEVELS = ("warning", "error", "critical")


def make(lines: Iterable[str], *, name: str) -> Report:
    """The report on one log."""
    said = [one for line in lines if (one := _read(line))]
    answers = [one for one in said if "status" in one and "ms" in one]
    faults = [one for one in answers if one["status"] >= 500]
    slow = [one for one in answers if one["ms"] >= SLOW_MS]
    levels = Counter(str(one.get("level", "")) for one in said)
    security = [one for one in said if _is_security(one)]
    problems = []
    if answers and len(faults) / len(answers) > FAULT_SHARE:
        share = 100 * len(faults) / len(answers)
        problems.append(f"{share:.1f} % of the answers are faults of ours.")
    if levels["critical"]:
        problems.append(f"{levels['critical']} lines are critical.")
    figures = {
        "lines": len(said),
        "answers": len(answers),
        "faults": len(faults),
        "slow": len(slow),
        "security": len(security),
        **{level: levels[level] for level in LEVELS},
    }
    sections = [
        Section(
            "Counted", [], ["What", "Lines"], [[k, str(v)] for k, v in figures.items()], problems
        ),
        _by_route("Faults of ours", faults),
        _by_route(f"Slower than {SLOW_MS / 1000:.0f} s", slow),
        _by_logger(said),
    ]
    plain = {key: float(value) for key, value in figures.items()}
    return Report("log", f"Log {name}", _span(said), sections, plain)


def _read(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
        datetime.fromisoformat(said["timestamp"])
    except (ValueError, KeyError, TypeError):
        return None
    return dict(said)


def _is_security(one: dict[str, Any]) -> bool:
    if one.get("status") in (401, 403, 429):
        return True
    return one.get("level") in LEVELS and str(one.get("logger", "")).startswith(SECURITY)


def _by_route(title: str, found: list[dict[str, Any]]) -> Section:
    counted = Counter(f"{one.get('method', '')} {one.get('route', '')}".strip() for one in found)
    rows = [[route, str(count)] for route, count in counted.most_common(15)]
    return Section(title, [f"{len(found)} answers."], ["Route", "Answers"], rows)


def _by_logger(said: list[dict[str, Any]]) -> Section:
    counted = Counter(
        (str(one.get("level")), str(one.get("logger")))
        for one in said
        if one.get("level") in LEVELS
    )
    rows = [[level, logger, str(n)] for (level, logger), n in counted.most_common(15)]
    return Section("Warnings and worse", [], ["Level", "From", "Lines"], rows)


def _span(said: list[dict[str, Any]]) -> str:
    if not said:
        return "empty"
    moments = sorted(datetime.fromisoformat(one["timestamp"]).astimezone(UTC) for one in said)
    return f"{moments[0]:%-d %B %Y, %H:%M} to {moments[-1]:%-d %B %Y, %H:%M} UTC"
