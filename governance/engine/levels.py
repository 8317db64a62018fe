"""The risk levels behind a fact set: each risk, each principle, the highest of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from governance.engine.facts import Facts, PrincipleFacts, RiskFacts
from interviews.risk import (
    PRINCIPLE_QUESTIONS,
    Residual,
    inherent_level,
    principle_residual,
    residual_level,
)


@dataclass(frozen=True)
class RiskLevels:
    """One risk before its controls, after them, and after the tested ones alone."""

    ref: str
    severity: int
    likelihood: int
    inherent: int
    residual: Residual
    tested: Residual
    #: Owners of its controls, sorted.
    owners: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.ref or f"the risk of severity {self.severity}, likelihood {self.likelihood}"


@dataclass(frozen=True)
class PrincipleLevels:
    """One principle: its risks, worst first, and its final level."""

    principle: str
    computed: int | None
    stated: int | None
    final: int
    risks: tuple[RiskLevels, ...]

    @property
    def question(self) -> str:
        """The item that holds its risks."""
        return PRINCIPLE_QUESTIONS[self.principle]

    @property
    def worst(self) -> RiskLevels | None:
        """The risk that sets the level; None when people stated more than the risks say."""
        if self.computed is None or self.computed < self.final:
            return None
        return self.risks[0]


@dataclass(frozen=True)
class Picture:
    """The facts together with the levels computed from them; what every floor reads."""

    facts: Facts
    principles: tuple[PrincipleLevels, ...]

    @property
    def highest(self) -> int:
        """The highest final level over the five principles (m of the decision table)."""
        return max(principle.final for principle in self.principles)

    def at_least(self, level: int) -> tuple[PrincipleLevels, ...]:
        """The principles at this level or above."""
        return tuple(principle for principle in self.principles if principle.final >= level)


def picture_of(facts: Facts) -> Picture:
    """Compute every level once."""
    return Picture(
        facts=facts,
        principles=tuple(
            _principle_levels(name, given, facts.go_live_date)
            for name, given in facts.principles.each()
        ),
    )


def _principle_levels(name: str, given: PrincipleFacts, go_live: date | None) -> PrincipleLevels:
    risks = tuple(sorted((_risk_levels(risk, go_live) for risk in given.risks), key=_worst_first))
    levels = principle_residual((risk.residual.level for risk in risks), given.stated)
    if levels.final is None:
        raise ValueError(f"{name} has neither a risk nor a stated level")
    return PrincipleLevels(
        principle=name,
        computed=levels.computed,
        stated=levels.stated,
        final=levels.final,
        risks=risks,
    )


def _risk_levels(risk: RiskFacts, go_live: date | None) -> RiskLevels:
    controls = [control.control() for control in risk.controls]
    return RiskLevels(
        ref=risk.ref,
        severity=risk.severity,
        likelihood=risk.likelihood,
        inherent=inherent_level(risk.severity, risk.likelihood),
        residual=residual_level(risk.severity, risk.likelihood, controls, go_live=go_live),
        tested=residual_level(
            risk.severity, risk.likelihood, controls, go_live=go_live, tested_only=True
        ),
        owners=tuple(sorted({c.owner.strip() for c in risk.controls} - {""})),
    )


def _worst_first(risk: RiskLevels) -> tuple[object, ...]:
    """A total order on everything that is shown, so that the order of rows never matters."""
    left = risk.residual
    return (
        -left.level,
        -risk.inherent,
        risk.ref,
        -risk.severity,
        -risk.likelihood,
        -left.severity,
        -left.likelihood,
        -risk.tested.level,
        risk.owners,
    )
