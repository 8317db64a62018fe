"""Risk arithmetic on the 5 x 5 matrix: inherent level, residual level, level of a principle.

Pure: interviews show it while a person rates, governance decides on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

_BETWEEN_REFS = re.compile(r"[,;/&+]|\band\b")

#: The five principles that the engine looks at, in the order of their questions.
PRINCIPLES = ("human_agency", "robustness", "privacy", "transparency", "fairness")

#: What a person reads for a principle.
PRINCIPLE_NAMES = {
    "human_agency": "human agency and oversight",
    "robustness": "technical robustness and safety",
    "privacy": "privacy and data governance",
    "transparency": "transparency and accountability",
    "fairness": "fairness and non-discrimination",
}

#: The question whose rows are the risks of a principle.
PRINCIPLE_QUESTIONS = {
    "human_agency": "S5-04",
    "robustness": "S5-05",
    "privacy": "S5-06",
    "transparency": "S5-07",
    "fairness": "S5-08",
}

LEVELS = (1, 2, 3, 4, 5)
LEVEL_NAMES = {1: "minimal", 2: "low", 3: "medium", 4: "high", 5: "critical"}
CRITICAL = 5

#: Rows are severity 1 to 5, columns likelihood 1 to 5.
MATRIX = (
    (1, 1, 1, 2, 2),
    (1, 2, 2, 2, 3),
    (2, 2, 3, 3, 4),
    (2, 3, 4, 4, 5),
    (3, 4, 4, 5, 5),
)

CONTROL_KINDS = ("prevent", "limit_harm", "detect", "correct", "transfer", "accept")
CONTROL_STATUSES = ("planned", "built", "tested")

#: Transferring or accepting a risk leaves it as severe and as likely as it was.
CUTTING_KINDS = frozenset({"prevent", "limit_harm", "detect", "correct"})

#: The most that a control may cut, by how far it has come. With no more than 2, a risk of
#: severity 5 keeps severity 3 and so never ends below level 2, as the decision table demands.
PLANNED_LIMIT = 1
BUILT_LIMIT = 1
TESTED_LIMIT = 2


@dataclass(frozen=True)
class Control:
    """One thing done about a risk; unknown kinds and statuses cut nothing."""

    kind: str
    status: str
    evidence: str = ""
    due_date: date | None = None
    cuts_severity_by: int = 0
    cuts_likelihood_by: int = 0

    @property
    def is_tested(self) -> bool:
        """Tested with evidence; without it the control counts as built."""
        return self.status == "tested" and bool(self.evidence.strip())

    def limit(self, go_live: date | None) -> int:
        """The most that this control may cut from severity or likelihood."""
        if self.kind not in CUTTING_KINDS:
            return 0
        if self.is_tested:
            return TESTED_LIMIT
        if self.status in ("built", "tested"):
            return BUILT_LIMIT
        # "Due before go-live" is strict: what is due on the day itself has had no
        # day in place before the first person is affected.
        is_in_time = self.due_date is not None and go_live is not None and self.due_date < go_live
        return PLANNED_LIMIT if self.status == "planned" and is_in_time else 0


@dataclass(frozen=True)
class Residual:
    """What is left of a risk after its controls."""

    severity: int
    likelihood: int
    level: int


@dataclass(frozen=True)
class PrincipleResidual:
    """What is left under one principle; None where nothing was said."""

    computed: int | None
    stated: int | None

    @property
    def final(self) -> int | None:
        """The higher of both: people may rate higher than the arithmetic, not lower."""
        known = [level for level in (self.computed, self.stated) if level is not None]
        return max(known, default=None)


def inherent_level(severity: int, likelihood: int) -> int:
    """The level before any control. Raises ValueError outside 1 to 5."""
    for name, value in (("severity", severity), ("likelihood", likelihood)):
        if value not in LEVELS:
            raise ValueError(f"{name} must be 1 to 5, not {value!r}")
    return MATRIX[severity - 1][likelihood - 1]


def residual_level(
    severity: int,
    likelihood: int,
    controls: Iterable[Control] = (),
    *,
    go_live: date | None,
    tested_only: bool = False,
) -> Residual:
    """What is left of a risk; with ``tested_only`` as if untested controls were not there.

    Controls do not add up: the largest cut counts, each first limited by how far the
    control that provides it has come. (Limiting only the largest stated cut instead would
    let a vague plan push aside a tested control.)
    """
    inherent_level(severity, likelihood)
    limited = [
        (control, control.limit(go_live))
        for control in controls
        if control.is_tested or not tested_only
    ]
    cut_severity = max((min(c.cuts_severity_by, most) for c, most in limited), default=0)
    cut_likelihood = max((min(c.cuts_likelihood_by, most) for c, most in limited), default=0)
    new_severity = max(1, severity - max(0, cut_severity))
    new_likelihood = max(1, likelihood - max(0, cut_likelihood))
    level = inherent_level(new_severity, new_likelihood)
    return Residual(severity=new_severity, likelihood=new_likelihood, level=level)


def principle_residual(levels: Iterable[int], stated: int | None = None) -> PrincipleResidual:
    """The level of a principle: the highest residual of its risks, or what was stated."""
    return PrincipleResidual(computed=max(levels, default=None), stated=stated)


def refs_in(risk_ref: Any) -> list[str]:
    """The refs that a control names, folded for comparison; it may name several at once."""
    parts = risk_ref if isinstance(risk_ref, list) else _BETWEEN_REFS.split(str(risk_ref or ""))
    return [name for part in parts if (name := " ".join(str(part).split()).casefold())]


def names_risk(risk_ref: Any, ref: str) -> bool:
    """Whether a control's risk_ref names this risk."""
    return " ".join(ref.split()).casefold() in refs_in(risk_ref)
