"""Turns the rows of a session into what rules, deliverables and pages read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from accounts.runtime_settings import in_force
from interviews.answerset import AnswerSet, AnswerState, AnswerView, Unknown
from interviews.consistency.types import RulesConfig
from interviews.declared_settings import attempts_key, threshold_key
from interviews.models import Answer, InterviewSession
from interviews.protocol import catalogue
from interviews.protocol.types import Protocol, Question
from interviews.refusals import ProtocolGone


def stage_settings(stage_number: int) -> Mapping[str, Any]:
    """One stage in the guide's file; for what may change at run time ask below."""
    found: Mapping[str, Any] = settings.STAGES["stage_agents"][f"stage{stage_number}"]
    return found


def threshold_of(stage_number: int) -> float:
    """Lowest score that accepts an attempt of the stage from now on."""
    return float(in_force(threshold_key(stage_number)))


def attempts_of(stage_number: int) -> int:
    """Scored attempts before an answer of the stage goes to a reviewer."""
    return int(in_force(attempts_key(stage_number)))


def text_limit() -> int:
    """Most characters of one text of an answer."""
    return int(settings.CONVERSATION["security"]["max_response_length"])


def screen_patterns() -> list[str]:
    """What the site screens texts for beside the built-in rules."""
    found: list[str] = settings.CONVERSATION["security"]["injection_patterns"]
    return found


def rules_config() -> RulesConfig:
    """The figures that gate and cross-stage rules read."""
    rules = settings.STAGES["rules"]
    return RulesConfig(
        productive_hours_per_day=float(rules["productive_hours_per_day"]),
        comparison_value=float(rules["comparison_value"]),
        min_examples=int(rules["min_examples"]),
        data_quality_threshold=float(stage_settings(3)["data_quality_threshold"]),
        unknown_limit=float(rules["unknown_limit"]),
    )


def view_of(answer: Answer) -> AnswerView:
    """One answer as plain data."""
    assessment = answer.current_assessment
    unknown = None
    if answer.state == AnswerState.UNKNOWN:
        unknown = Unknown(answer.unknown_owner, answer.unknown_due_date, answer.unknown_note)
    return AnswerView(
        key=answer.question_key,
        state=AnswerState(answer.state),
        value=answer.value,
        version=answer.version,
        score=float(assessment.score) if assessment else None,
        # What was judged stays judged by the threshold of its day.
        threshold=float(assessment.threshold) if assessment else threshold_of(answer.stage_number),
        is_provisional=bool(assessment and assessment.is_provisional),
        unknown=unknown,
        attempt_count=answer.attempt_count,
    )


@dataclass
class Reading:
    """All answers of one session, read once: one statement, whatever their number."""

    session: InterviewSession
    answers: list[Answer]

    @property
    def protocol(self) -> Protocol:
        return catalogue.default_protocol()

    @cached_property
    def by_key(self) -> dict[str, Answer]:
        return {answer.question_key: answer for answer in self.answers}

    @cached_property
    def values(self) -> dict[str, Any]:
        """Canonical values by question key, without those that have none."""
        return {
            answer.question_key: answer.value for answer in self.answers if answer.value is not None
        }

    @cached_property
    def answer_set(self) -> AnswerSet:
        return AnswerSet({answer.question_key: view_of(answer) for answer in self.answers})

    @cached_property
    def visible(self) -> tuple[Question, ...]:
        """The questions that apply, in the order of the protocol."""
        return catalogue.visible_questions(self.protocol, self.values)

    @property
    def versions(self) -> dict[str, int]:
        return {answer.question_key: answer.version for answer in self.answers}

    def changed_upstream(self, answer: Answer) -> list[str]:
        """Questions answered anew since this answer was submitted on top of them."""
        attempt = answer.current_attempt
        if attempt is None or answer.value is None:
            return []
        now = self.versions
        return [key for key, version in attempt.based_on.items() if now.get(key) != version]


def protocol_of(session: InterviewSession) -> Protocol:
    """The question set that the session was held with. Raises ProtocolGone."""
    protocol = catalogue.default_protocol()
    if session.protocol_version != protocol.version:
        raise ProtocolGone(session.protocol_version, protocol.version)
    return protocol


def read(session: InterviewSession) -> Reading:
    """Reads all answers of a session with the attempts and assessments that count.

    Raises ProtocolGone, also when the set was changed without another version: every question
    has its answer row from the start.
    """
    protocol = protocol_of(session)
    reading = Reading(session, list(session.answers.with_current().order_by("position")))
    if reading.by_key.keys() != set(protocol.keys):
        raise ProtocolGone(session.protocol_version, protocol.version)
    return reading
