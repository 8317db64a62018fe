"""Reads the risk register of S5-04 to S5-08 and what its controls leave, for plain checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from interviews.protocol.lookup import column_of, rows_of
from interviews.risk import (
    LEVELS,
    PRINCIPLE_QUESTIONS,
    PRINCIPLES,
    Control,
    inherent_level,
    names_risk,
    residual_level,
)


@dataclass(frozen=True)
class RegisteredRisk:
    """One row of the register that carries both ratings."""

    ref: str
    principle: str
    severity: int
    likelihood: int

    @property
    def level(self) -> int:
        """The level before any control."""
        return inherent_level(self.severity, self.likelihood)


def all_refs(values: Mapping[str, Any]) -> list[str]:
    """The refs of all rows, in order: the one given, else R-01... counted through."""
    rows = [row for key in PRINCIPLE_QUESTIONS.values() for row in rows_of(values.get(key))]
    given = [str(row.get("ref") or "").strip() for row in rows]
    taken = {ref for ref in given if ref}
    refs: list[str] = []
    for position, ref in enumerate(given, start=1):
        number = position
        while not ref and f"R-{number:02d}" in taken:
            number += 1
        refs.append(ref or f"R-{number:02d}")
        taken.add(refs[-1])
    return refs


def rated_risks(values: Mapping[str, Any]) -> list[RegisteredRisk]:
    """Every risk whose severity and likelihood are known."""
    rows = [
        (principle, row)
        for principle in PRINCIPLES
        for row in rows_of(values.get(PRINCIPLE_QUESTIONS[principle]))
    ]
    return [
        RegisteredRisk(ref, principle, row["severity"], row["likelihood"])
        for ref, (principle, row) in zip(all_refs(values), rows, strict=True)
        if _is_level(row.get("severity")) and _is_level(row.get("likelihood"))
    ]


def computed_levels(values: Mapping[str, Any]) -> dict[str, int]:
    """The highest level left under each principle that has rated risks."""
    go_live = day_of(go_live_day(values))
    left: dict[str, int] = {}
    for risk in rated_risks(values):
        controls = [
            _control(row)
            for row in rows_of(values.get("S5-09"))
            if names_risk(row.get("risk_ref"), risk.ref)
        ]
        level = residual_level(risk.severity, risk.likelihood, controls, go_live=go_live).level
        left[risk.principle] = max(level, left.get(risk.principle, 0))
    return left


def go_live_day(values: Mapping[str, Any]) -> str:
    """The earliest dated deadline of S1-11 as an ISO day; "" when none was set."""
    deadlines = [row for row in rows_of(values.get("S1-11")) if row.get("kind") == "deadline"]
    return min((day for day in column_of(deadlines, "date") if isinstance(day, str)), default="")


def day_of(value: Any) -> date | None:
    """The date that an ISO day stands for; None when it is none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _control(row: Mapping[str, Any]) -> Control:
    return Control(
        kind=str(row.get("kind") or ""),
        status=str(row.get("status") or "planned"),
        evidence=str(row.get("evidence") or ""),
        due_date=day_of(row.get("due_date")),
        cuts_severity_by=_cut(row.get("cuts_severity_by")),
        cuts_likelihood_by=_cut(row.get("cuts_likelihood_by")),
    )


def _is_level(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in LEVELS


def _cut(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
