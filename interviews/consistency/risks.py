"""The risk register of stage 5 with its controls and what they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from interviews import risk
from interviews.consistency.measures import day, number

#: The question of each principle, in order.
REGISTER = tuple(risk.PRINCIPLE_QUESTIONS[principle] for principle in risk.PRINCIPLES)
_PRINCIPLE_OF = {key: principle for principle, key in risk.PRINCIPLE_QUESTIONS.items()}


@dataclass(frozen=True)
class RegisteredRisk:
    """One row of S5-04 to S5-08."""

    ref: str
    key: str
    principle: str
    row: Mapping[str, Any]

    @property
    def severity(self) -> int | None:
        return level(self.row.get("severity"))

    @property
    def likelihood(self) -> int | None:
        return level(self.row.get("likelihood"))

    @property
    def inherent(self) -> int | None:
        if self.severity is None or self.likelihood is None:
            return None
        return risk.inherent_level(self.severity, self.likelihood)

    @property
    def words(self) -> str:
        """Everything said about what happens and to whom."""
        names = ("risk", "how_it_happens", "who_is_harmed")
        return " ".join(str(self.row.get(name) or "") for name in names)


def level(value: Any) -> int | None:
    """A rating of 1 to 5."""
    found = number(value)
    return int(found) if found in risk.LEVELS else None


def registered(rows_by_key: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[RegisteredRisk]:
    """All risks with their refs; a row without one is counted through the register."""
    rows = [(key, row) for key in REGISTER for row in rows_by_key.get(key, ())]
    taken = {str(row.get("ref") or "").strip() for _, row in rows}
    found: list[RegisteredRisk] = []
    for position, (key, row) in enumerate(rows, start=1):
        ref = str(row.get("ref") or "").strip() or _free_ref(position, taken)
        taken.add(ref)
        found.append(RegisteredRisk(ref, key, _PRINCIPLE_OF[key], row))
    return found


def _free_ref(position: int, taken: set[str]) -> str:
    while f"R-{position:02d}" in taken:
        position += 1
    return f"R-{position:02d}"


def as_control(row: Mapping[str, Any]) -> risk.Control:
    """A row of S5-09 for the risk arithmetic."""
    return risk.Control(
        kind=str(row.get("kind") or ""),
        status=str(row.get("status") or ""),
        evidence=str(row.get("evidence") or ""),
        due_date=day(row.get("due_date")),
        cuts_severity_by=int(number(row.get("cuts_severity_by")) or 0),
        cuts_likelihood_by=int(number(row.get("cuts_likelihood_by")) or 0),
    )


def computed_floor(
    principle: str,
    register: Iterable[RegisteredRisk],
    controls: Iterable[Mapping[str, Any]],
    *,
    go_live: date | None,
) -> int | None:
    """The highest residual of a principle's risks; None where no risk is rated."""
    rows = list(controls)
    return max(
        (
            risk.residual_level(
                entry.severity,
                entry.likelihood,
                [
                    as_control(row)
                    for row in rows
                    if risk.names_risk(row.get("risk_ref"), entry.ref)
                ],
                go_live=go_live,
            ).level
            for entry in register
            if entry.principle == principle and entry.severity and entry.likelihood
        ),
        default=None,
    )
