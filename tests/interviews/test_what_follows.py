"""What a stored outcome brings with it, and what a closed interview refuses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from interviews.answerset import AnswerState
from interviews.models import Assessment, Attempt, Draft, Finding, InterviewSession
from interviews.refusals import NotYours, SessionNotOpen
from interviews.services import deliverables, escalations, findings, following, sessions
from interviews.services.reading import read
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db

ANNOTATED = {"origin": "must_be_annotated", "definition": "Two readers mark each picture."}
RECORDED = {"origin": "recorded_outcome", "definition": "The workshop's own record."}


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def finding(session: InterviewSession) -> Finding:
    """Data and people need longer than the answer is useful."""
    names = ("data_latency", "prediction_latency", "human_reaction_time", "prediction_frequency")
    slow = {name: {"value": 1, "unit": "day"} for name in names}
    submit(session, "S2-09", slow | {"action_window": {"value": 1, "unit": "h"}, "reason": "x"})
    return session.findings.get(rule_id="G2-6")


def judged(attempt: Attempt, score: str) -> None:
    """A score of the test's choosing: what follows from it is looked at, not how it came."""
    Assessment.objects.create(
        attempt=attempt,
        score=Decimal(score),
        threshold=7,
        is_accepted=False,
        scored_by="somebody",
        scorer_version="1",
    )


def test_an_escalated_answer_brings_the_questions_that_it_makes_relevant(
    session: InterviewSession,
) -> None:
    first = submit(session, "S3-06", ANNOTATED, scored=False).current_attempt
    answer = submit(session, "S3-06", RECORDED, scored=False)
    judged(first, "5.0")
    judged(answer.current_attempt, "3.0")
    plan = session.answers.get(question_key="S3-07")
    assert plan.state == AnswerState.SKIPPED_BY_CONDITION
    escalations.escalate(answer, escalations.scored_in_round(answer), "attempts_exhausted")
    following.follow_outcome(session)
    plan.refresh_from_db()
    assert plan.state == AnswerState.DRAFT


def test_a_finding_of_a_closed_interview_cannot_be_handled(
    session: InterviewSession, finding: Finding
) -> None:
    sessions.pause_session(session=session, by=session.owner)
    finding = Finding.objects.get(pk=finding.pk)
    with pytest.raises(SessionNotOpen):
        findings.handle_finding(finding=finding, action="carry", reason="Known.", by=session.owner)


def test_a_finding_that_speaks_differently_meanwhile_is_not_handled(
    session: InterviewSession, finding: Finding
) -> None:
    Finding.objects.filter(pk=finding.pk).update(fingerprint="another")
    with pytest.raises(NotYours):
        findings.handle_finding(finding=finding, action="carry", reason="Known.", by=session.owner)
    assert Finding.objects.get(pk=finding.pk).state == Finding.State.OPEN


def test_a_closed_interview_produces_no_deliverable(session: InterviewSession) -> None:
    sessions.pause_session(session=session, by=session.owner)
    with pytest.raises(SessionNotOpen):
        deliverables.produce_deliverable(
            reading=read(InterviewSession.objects.get(pk=session.pk)),
            stage_number=1,
            by=session.owner,
        )


def test_a_deliverable_is_a_recorded_deed(session: InterviewSession) -> None:
    deliverables.produce_deliverable(reading=read(session), stage_number=1, by=session.owner)
    assert AuditEvent.objects.filter(type="deliverable.produced").count() == 1


def test_an_autosave_after_the_draft_was_thrown_away_starts_anew(
    session: InterviewSession, client_of: object
) -> None:
    client: Client = client_of(session.owner)
    address = reverse("interviews:draft-save", args=[session.code, "S1-01"])
    client.post(address, {"f-text": VAGUE_PROBLEM, "draft_version": 0, "answer_version": 0})
    Draft.objects.all().delete()
    sent = {"f-text": GOOD_PROBLEM, "draft_version": 1, "answer_version": 0}
    assert client.post(address, sent).status_code == 200
    assert Draft.objects.get().value == GOOD_PROBLEM


def test_a_bottomless_version_of_mine_is_no_fault_of_the_server(
    session: InterviewSession, client_of: object
) -> None:
    client: Client = client_of(session.owner)
    sent = {"action": "submit", "mine": "[" * 20_000, "answer_version": 0}
    reply = client.post(reverse("interviews:question", args=[session.code, "S1-01"]), sent)
    assert reply.status_code == 422
    assert not Attempt.objects.exists()
