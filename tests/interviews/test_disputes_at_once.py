"""Several people, or a person and a scorer, at one disputed score at the same moment."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import AuditEvent, Job, User
from accounts.permissions import Role
from accounts.services import jobs
from interviews.models import Answer, Assessment, InterviewSession, ScoreDispute
from interviews.services import disputes, rescoring
from interviews.services.reading import read
from tests.builders.people import make_person
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel
from tests.interviews.test_at_once import COUNT, at_once, kinds
from tests.interviews.test_score_disputes import KEY, RULING, WHY, disputed, ruled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """An interview with one answer that needs more detail."""
    session = make_session(alice)
    submit(session, KEY, VAGUE_PROBLEM)
    return session


def test_of_tabs_that_dispute_together_one_does(session: InterviewSession) -> None:
    outcomes = at_once(
        lambda _: disputes.raise_dispute(
            reading=read(session), question_key=KEY, reason=WHY, by=session.owner
        )
    )
    assert kinds(outcomes) == ["DisputedAlready"] * (COUNT - 1) + ["ScoreDispute"]
    assert ScoreDispute.objects.count() == 1
    assert AuditEvent.objects.filter(type="score.disputed").count() == 1


def test_of_reviewers_who_rule_together_one_does(session: InterviewSession) -> None:
    made = disputed(session)
    reviewers = [make_person(f"rita{number}", role=Role.REVIEWER) for number in range(COUNT)]

    def rule(number: int) -> ScoreDispute:
        mine = ScoreDispute.objects.select_related("answer__session", "assessment").get(pk=made.pk)
        return disputes.rule_on_dispute(
            dispute=mine, corrected_score=Decimal(number + 6), reason=RULING, by=reviewers[number]
        )

    outcomes = at_once(rule)
    assert kinds(outcomes) == ["DisputeOver"] * (COUNT - 1) + ["ScoreDispute"]
    correction = Assessment.objects.get(scored_by="person")
    made.refresh_from_db()
    assert made.corrected_score == correction.score
    assert AuditEvent.objects.filter(type="score.dispute_ruled").count() == 1
    assert Job.objects.filter(kind="dispute_ruled").count() == 1


def test_a_scorer_that_was_reading_while_somebody_ruled_is_kept_beside(
    session: InterviewSession, rita: User, fake_model: FakeModel
) -> None:
    made, honest = disputed(session), fake_model.default

    def rule_then_reply(seen: object) -> object:
        # Asked again, the model meets a score that was ruled on.
        if ScoreDispute.objects.filter(state="open").exists():
            ruled(made, rita, "7.8")
        connection.close()
        return honest(seen)

    fake_model.default = rule_then_reply
    rescoring.reassess_session(session=session, by=session.owner)
    jobs.run_job(Job.objects.get(kind="reassess").pk)
    assert [one.scored_by for one in Assessment.objects.order_by("pk")] == [
        "embedded",
        "person",
        "custom",
    ]
    answer = Answer.objects.with_current().get(session=session, question_key=KEY)
    assert answer.current_assessment.is_by_person
