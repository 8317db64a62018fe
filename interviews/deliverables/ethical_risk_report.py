"""Stage 5: what could harm people, what is done about it, and what risk remains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from interviews import risk as arithmetic
from interviews.answerset import AnswerSet
from interviews.consistency import risks as register
from interviews.consistency.limits import go_live_date
from interviews.deliverables import reading
from interviews.deliverables.reading import Part

Form = TypeVar("Form", bound=Part)

#: Planned controls count only when due before go-live, which S1-11 sets.
SOURCES = (*(f"S5-{number:02d}" for number in range(1, 15)), "S1-11")


class ProhibitedPractice(Part):
    code: str
    answer: str | None
    comment: str


class FormalAssessment(Part):
    assessment: str
    status: str | None
    date: date | None
    owner: str
    result: str


class Risk(Part):
    ref: str
    principle: str
    risk: str
    how_it_happens: str
    who_is_harmed: str
    severity: int | None
    likelihood: int | None
    inherent: int | None
    evidence: str
    prefilled_from: str


class Mitigation(Part):
    risk_ref: str
    control: str
    kind: str | None
    owner: str
    due_date: date | None
    cost: float | None
    status: str | None
    cuts_severity_by: int | None
    cuts_likelihood_by: int | None
    evidence: str
    approver: str

    @property
    def as_control(self) -> arithmetic.Control:
        return arithmetic.Control(
            kind=self.kind or "",
            status=self.status or "",
            evidence=self.evidence,
            due_date=self.due_date,
            cuts_severity_by=self.cuts_severity_by or 0,
            cuts_likelihood_by=self.cuts_likelihood_by or 0,
        )


class ResidualOfRisk(Part):
    severity: int
    likelihood: int
    level: int


class ResidualOfPrinciple(Part):
    computed: int | None
    stated: int | None
    final: int | None


class Acceptance(Part):
    accepted_by: str
    role: str
    conditions: list[str]
    valid_until: date | None


class MonitoringMetric(Part):
    metric: str
    principle_or_risk: str
    every_days: float | None
    comparator: str | None
    threshold: str
    owner: str
    action: str


class OperationsPlan(Part):
    drift_test: str
    retrain_trigger: str
    rollback_minutes: float | None
    fallback: str
    attack_watch: str


class GovernancePlan(Part):
    audit_every_days: float | None
    auditor: str
    stop_triggers: list[str]
    who_can_stop: str
    max_hours_to_stop: float | None
    incident_report_to: str


class EthicalRiskReport(Part):
    """What stage 5 ends in."""

    prohibited_practices: list[ProhibitedPractice]
    high_risk_areas: list[str]
    role: str | None
    assessments: list[FormalAssessment]
    risks: list[Risk]
    mitigations: list[Mitigation]
    residual_by_risk: dict[str, ResidualOfRisk]
    residual_by_principle: dict[str, ResidualOfPrinciple]
    acceptance: Acceptance | None
    monitoring_metrics: list[MonitoringMetric]
    operations_plan: OperationsPlan | None
    governance_plan: GovernancePlan | None

    @property
    def max_residual(self) -> int | None:
        """The highest final level over the five principles."""
        known = [row.final for row in self.residual_by_principle.values() if row.final is not None]
        return max(known, default=None)

    def controls_of(self, ref: str) -> list[Mitigation]:
        """The controls that name this risk."""
        return [row for row in self.mitigations if arithmetic.names_risk(row.risk_ref, ref)]


def build(answers: AnswerSet) -> EthicalRiskReport:
    """The ethical risk report as far as it has been answered."""
    risks = list(risk_register(answers))
    mitigations = [_mitigation(row) for row in reading.rows(answers, "S5-09")]
    go_live = go_live_date(reading.rows(answers, "S1-11"))
    by_risk = residual_by_risk(risks, mitigations, go_live=go_live)
    areas = reading.words(answers.value("S5-02", "areas"))
    return EthicalRiskReport(
        prohibited_practices=_screening(answers.value("S5-01")),
        high_risk_areas=[area for area in areas if area != "none"],
        role=reading.word(answers.value("S5-02", "role")),
        assessments=[FormalAssessment.read(row) for row in reading.rows(answers, "S5-03")],
        risks=risks,
        mitigations=mitigations,
        residual_by_risk=by_risk,
        residual_by_principle=_by_principle(risks, by_risk, answers.value("S5-10")),
        acceptance=_read_form(Acceptance, answers.value("S5-11")),
        monitoring_metrics=[MonitoringMetric.read(row) for row in reading.rows(answers, "S5-12")],
        operations_plan=_read_form(OperationsPlan, answers.value("S5-13")),
        governance_plan=_read_form(GovernancePlan, answers.value("S5-14")),
    )


def risk_register(answers: AnswerSet) -> Iterator[Risk]:
    """Every risk of S5-04 to S5-08 with its ref: the one given, else counted through."""
    for entry in register.registered(
        {key: reading.rows(answers, key) for key in register.REGISTER}
    ):
        yield Risk.read(
            entry.row,
            ref=entry.ref,
            principle=entry.principle,
            severity=entry.severity,
            likelihood=entry.likelihood,
            inherent=entry.inherent,
        )


def residual_by_risk(
    risks: list[Risk], mitigations: list[Mitigation], *, go_live: date | None
) -> dict[str, ResidualOfRisk]:
    """What is left of every rated risk after the controls that name it."""
    residuals: dict[str, ResidualOfRisk] = {}
    for risk in risks:
        if risk.severity is None or risk.likelihood is None:
            continue
        controls = [
            row.as_control for row in mitigations if arithmetic.names_risk(row.risk_ref, risk.ref)
        ]
        left = arithmetic.residual_level(risk.severity, risk.likelihood, controls, go_live=go_live)
        residuals[risk.ref] = ResidualOfRisk(
            severity=left.severity, likelihood=left.likelihood, level=left.level
        )
    return residuals


def _by_principle(
    risks: list[Risk], by_risk: Mapping[str, ResidualOfRisk], ratings: Any
) -> dict[str, ResidualOfPrinciple]:
    stated = ratings if isinstance(ratings, Mapping) else {}
    levels: dict[str, ResidualOfPrinciple] = {}
    for principle in arithmetic.PRINCIPLES:
        left = arithmetic.principle_residual(
            [
                by_risk[row.ref].level
                for row in risks
                if row.principle == principle and row.ref in by_risk
            ],
            reading.level(stated.get(principle)),
        )
        levels[principle] = ResidualOfPrinciple(
            computed=left.computed, stated=left.stated, final=left.final
        )
    return levels


def _mitigation(row: Mapping[str, Any]) -> Mitigation:
    return Mitigation.read(row, risk_ref=reading.text(row.get("risk_ref")).strip())


def _screening(value: Any) -> list[ProhibitedPractice]:
    rows = value if isinstance(value, Mapping) else {}
    return [
        ProhibitedPractice.read(row, code=code)
        for code, row in rows.items()
        if isinstance(row, Mapping)
    ]


def _read_form(form: type[Form], value: Any) -> Form | None:
    return form.read(value) if isinstance(value, Mapping) else None
