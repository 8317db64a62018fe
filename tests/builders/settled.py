"""A session in which every answer is settled already, without anybody having judged it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounts.models import User
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Attempt, InterviewSession
from interviews.services import conditions, reading
from interviews.services.attempts import value_hash
from tests.builders.answers import AS_OF, consistent_values
from tests.builders.sessions import make_session


def settled_session(
    owner: User,
    values: Mapping[str, Any] | None = None,
    *,
    stages: tuple[int, ...] = (1, 2, 3, 4, 5),
) -> InterviewSession:
    """The tool library's session; ``values`` replaces single answers by question key."""
    session = make_session(owner, "Safer tools at Heron Street")
    InterviewSession.objects.filter(pk=session.pk).update(as_of_date=AS_OF)
    session.refresh_from_db()
    given = {**consistent_values(), **(values or {})}
    for answer in session.answers.filter(stage_number__in=stages):
        settle(answer, given[answer.question_key], owner)
    conditions.sync_conditions(reading=reading.read(session))
    return session


def settle(answer: Answer, value: Any, by: User) -> Answer:
    """One more attempt, accepted."""
    number = answer.attempt_count + 1
    attempt = Attempt.objects.create(
        answer=answer,
        number=number,
        round=answer.round,
        value=value,
        value_hash=value_hash(value),
        submitted_by=by,
    )
    assessment = Assessment.objects.create(
        attempt=attempt,
        score=Decimal("9.0"),
        threshold=Decimal("7.0"),
        is_accepted=True,
        scored_by="embedded",
        scorer_version="a builder's",
    )
    answer.attempt_count, answer.version = number, answer.version + 1
    answer.current_attempt, answer.current_assessment = attempt, assessment
    answer.state, answer.updated_by = AnswerState.ACCEPTED, by
    answer.save()
    return answer
