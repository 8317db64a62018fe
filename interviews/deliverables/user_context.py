"""Stage 4: who uses the output, who is affected, and how people stay in charge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from interviews.answerset import AnswerSet
from interviews.deliverables import reading
from interviews.deliverables.reading import Part

SOURCES = tuple(f"S4-{number:02d}" for number in range(1, 13))

PHASES = ("before", "during", "after")

#: What must be explained at least, by how bad a wrong answer can be.
REQUIRED_EXPLANATION = {
    "low": "none",
    "medium": "case",
    "high": "overall_case_confidence",
    "critical": "overall_case_confidence",
}

#: Words that tell which kind of evidence a persona rests on, strongest first.
EVIDENCE_WORDS = (
    ("interviews", r"interview"),
    ("observation", r"observ|shadow"),
    ("survey", r"survey|questionnaire"),
    ("logs", r"\blogs?\b"),
    ("assumption", r"assum|guess"),
)


class PersonaEvidence(Part):
    kind: str | None
    n: int | None
    text: str


class Persona(Part):
    persona: str
    relation: str | None
    people: int | None
    goals: list[str]
    frustrations: list[str]
    tech_skill: str | None
    use: str | None
    authority: str | None
    data_access: str | None
    needs_source_data: bool | None
    evidence: PersonaEvidence


class AffectedGroup(Part):
    group: str
    effect: str
    people_per_year: int | None
    vulnerable: str | None
    know_about_it: bool | None
    say_in_design: bool | None


class JourneyStep(Part):
    phase: str | None
    step: str
    actor: str
    touchpoint: str
    pain_point: str
    good_result: str


class DecisionProcess(Part):
    automation_level: int | None
    reviewed_share_pct: float | None
    seconds_per_review: float | None
    override_roles: list[str]
    override_steps: str
    override_logged: bool | None
    appeal_channel: str
    appeal_days: float | None
    notice_given: bool | None

    @property
    def has_override(self) -> bool:
        return bool(self.override_roles)

    @property
    def has_appeal(self) -> bool:
        return reading.fold(self.appeal_channel) not in ("", "none", "no")


class FailurePoint(Part):
    failure: str
    effect: str
    noticed_by: str
    plan_b: str
    max_outage_hours: float | None


class ExplanationNeed(Part):
    audience: str
    scope: str | None
    form: str | None
    max_items: int | None
    confidence_shown: bool | None
    technique: str


class Interface(Part):
    channel: str | None
    response_ms: float | None
    accessibility: str | None
    languages: list[str]
    offline_needed: bool | None
    error_message_rule: str


class UnintendedConsequence(Part):
    consequence: str
    group: str
    mechanism: str | None
    severity: int | None
    likelihood: int | None
    safeguard: str


class FeedbackMechanism(Part):
    signal: str
    type: str | None
    collection: str
    review_every_days: float | None
    owner: str
    retrain_trigger: str


class FirstTest(Part):
    users: str
    size: str
    start: date | None
    days: float | None


class AdoptionPlan(Part):
    first_test: FirstTest | None
    training_hours: float | None
    champion: str
    stop_rule: str


class UserContext(Part):
    """What stage 4 ends in."""

    personas: list[Persona]
    affected_groups: list[AffectedGroup]
    journey: list[JourneyStep]
    phases_covered: list[str]
    decision_process: DecisionProcess | None
    failure_points: list[FailurePoint]
    decision_criticality: str | None
    regulations: list[str]
    explanation_needs: list[ExplanationNeed]
    required_explanation_level: str | None
    hci: Interface | None
    unintended_consequences: list[UnintendedConsequence]
    feedback_mechanisms: list[FeedbackMechanism]
    adoption_plan: AdoptionPlan | None


def build(answers: AnswerSet) -> UserContext:
    """The user context as far as it has been answered."""
    journey = [JourneyStep.read(row) for row in reading.rows(answers, "S4-03")]
    criticality = reading.word(answers.value("S4-07", "criticality"))
    return UserContext(
        personas=[_persona(row) for row in reading.rows(answers, "S4-01")],
        affected_groups=[AffectedGroup.read(row) for row in reading.rows(answers, "S4-02")],
        journey=journey,
        phases_covered=[phase for phase in PHASES if any(row.phase == phase for row in journey)],
        decision_process=_decision_process(answers),
        failure_points=[FailurePoint.read(row) for row in reading.rows(answers, "S4-06")],
        decision_criticality=criticality,
        regulations=reading.words(answers.value("S4-07", "regulations")),
        explanation_needs=[ExplanationNeed.read(row) for row in reading.rows(answers, "S4-08")],
        required_explanation_level=REQUIRED_EXPLANATION.get(str(criticality)),
        hci=_interface(answers.value("S4-09")),
        unintended_consequences=[
            UnintendedConsequence.read(
                row,
                severity=reading.level(row.get("severity")),
                likelihood=reading.level(row.get("likelihood")),
            )
            for row in reading.rows(answers, "S4-10")
        ],
        feedback_mechanisms=[FeedbackMechanism.read(row) for row in reading.rows(answers, "S4-11")],
        adoption_plan=_adoption_plan(answers.value("S4-12")),
    )


def _persona(row: Mapping[str, Any]) -> Persona:
    return Persona.read(row, evidence=persona_evidence(reading.text(row.get("evidence"))))


def persona_evidence(said: str) -> PersonaEvidence:
    """The strongest kind of evidence named, and how often, e.g. "5 interviews"."""
    kind = next(
        (kind for kind, hint in EVIDENCE_WORDS if re.search(hint, said, re.IGNORECASE)),
        None,
    )
    count = re.search(r"\d+", said)
    return PersonaEvidence(kind=kind, n=int(count.group()) if count else None, text=said)


def _decision_process(answers: AnswerSet) -> DecisionProcess | None:
    automation, override = answers.value("S4-04"), answers.value("S4-05")
    if not isinstance(automation, Mapping) and not isinstance(override, Mapping):
        return None
    both = {**_fields(automation), **_fields(override)}
    return DecisionProcess.read(both, automation_level=reading.level(both.get("automation_level")))


def _fields(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _interface(value: Any) -> Interface | None:
    return Interface.read(value) if isinstance(value, Mapping) else None


def _adoption_plan(value: Any) -> AdoptionPlan | None:
    if not isinstance(value, Mapping):
        return None
    first = value.get("first_test")
    first_test = FirstTest.read(first) if isinstance(first, Mapping) else None
    return AdoptionPlan.read(value, first_test=first_test)
