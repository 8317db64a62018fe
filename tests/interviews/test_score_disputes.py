"""A score is held for wrong, a reviewer rules on it, and the first score always stays."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Escalation, InterviewSession, ScoreDispute
from interviews.refusals import (
    AnswerChanged,
    DisputedAlready,
    DisputeOver,
    NotDisputable,
    SameScore,
    SessionNotOpen,
    TooShort,
)
from interviews.services import attempts, disputes, escalations, rescoring, sharing
from interviews.services.reading import read
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.builders.settled import settle
from tests.fakes.llm.server import FakeModel

pytestmark = pytest.mark.django_db
KEY = "S1-01"
WHY = "The second sentence names the target of five days, which the score says is missing."
RULING = "The target and the present figure are both there; what is missing is only where they come from."


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def vague(session: InterviewSession) -> Answer:
    """An answer that needs more detail."""
    return submit(session, KEY, VAGUE_PROBLEM)


@pytest.fixture
def good(session: InterviewSession) -> Answer:
    """An accepted answer."""
    return submit(session, KEY, GOOD_PROBLEM)


def disputed(session: InterviewSession, by: User | None = None, key: str = KEY) -> ScoreDispute:
    made = disputes.raise_dispute(
        reading=read(session), question_key=key, reason=WHY, by=by or session.owner
    )
    return ScoreDispute.objects.select_related("answer__session", "assessment__attempt").get(
        pk=made.pk
    )


def ruled(dispute: ScoreDispute, by: User, score: str | None) -> ScoreDispute:
    return disputes.rule_on_dispute(
        dispute=dispute,
        corrected_score=None if score is None else Decimal(score),
        reason=RULING,
        by=by,
    )


def now(session: InterviewSession, key: str = KEY) -> Answer:
    return Answer.objects.with_current().get(session=session, question_key=key)


# --- Raising --------------------------------------------------------------------------------------


def test_a_dispute_alone_changes_nothing(session: InterviewSession, vague: Answer) -> None:
    made = disputed(session)
    after = now(session)
    assert (after.state, after.version) == (vague.state, vague.version)
    assert after.current_assessment == made.assessment == vague.current_assessment
    assert Assessment.objects.count() == 1
    event = AuditEvent.objects.get(type="score.disputed")
    assert event.subject == f"session {session.code} {KEY}"
    assert WHY not in str(event.detail)


def test_a_colleague_who_may_edit_raises_it_too(
    session: InterviewSession, vague: Answer, bob: User
) -> None:
    sharing.share_session(session=session, email=bob.email, level="edit", by=session.owner)
    assert disputed(session, by=bob).raised_by == bob


def test_one_answer_has_one_open_dispute(session: InterviewSession, vague: Answer) -> None:
    first = disputed(session)
    with pytest.raises(DisputedAlready):
        disputed(session)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreDispute.objects.create(
            answer=vague,
            assessment=vague.current_assessment,
            reason=WHY,
            raised_by=session.owner,
        )
    disputes.withdraw_dispute(dispute=first, by=session.owner)
    assert disputed(session).is_open


def test_a_short_reason_is_refused(session: InterviewSession, vague: Answer, rita: User) -> None:
    with pytest.raises(TooShort):
        disputes.raise_dispute(
            reading=read(session), question_key=KEY, reason=f"  {'x' * 29} ", by=session.owner
        )
    made = disputed(session)
    with pytest.raises(TooShort):
        disputes.rule_on_dispute(dispute=made, corrected_score=None, reason="x" * 49 + " ", by=rita)


@pytest.mark.parametrize("nothing", ["\u200b" * 60, "\u202e" * 60, "Why?" + " " * 60 + "No."])
def test_a_reason_that_nobody_can_read_is_none(
    session: InterviewSession, vague: Answer, rita: User, nothing: str
) -> None:
    made = disputed(session)
    with pytest.raises(TooShort):
        disputes.rule_on_dispute(dispute=made, corrected_score=None, reason=nothing, by=rita)


def test_without_a_score_there_is_nothing_to_dispute(session: InterviewSession) -> None:
    with pytest.raises(NotDisputable, match="Submit an answer"):
        disputed(session)
    submit(session, KEY, VAGUE_PROBLEM, scored=False)
    with pytest.raises(NotDisputable, match="wait until it is scored"):
        disputed(session)


def test_a_provisional_score_is_left_to_the_scorer(
    fake_model: FakeModel, settings: Any, session: InterviewSession
) -> None:
    settings.LLM_KEYS = settings.LLM_KEYS | {"CUSTOM_LLM_ENDPOINT": "http://127.0.0.1:9/v1"}
    submit(session, KEY, GOOD_PROBLEM)
    with pytest.raises(NotDisputable, match="provisional"):
        disputed(session)


def test_an_answer_that_is_only_complete_has_no_score_to_dispute(
    session: InterviewSession,
) -> None:
    question = next(one for one in read(session).protocol.questions if not one.scored)
    settle(session.answers.get(question_key=question.key), {"text": "Yes."}, session.owner)
    with pytest.raises(NotDisputable, match="has no score"):
        disputed(session, key=question.key)


@pytest.mark.parametrize("status", ["paused", "abandoned", "archived"])
def test_a_closed_interview_takes_no_dispute_and_no_ruling(
    session: InterviewSession, vague: Answer, rita: User, status: str
) -> None:
    made, reading = disputed(session), read(session)
    InterviewSession.objects.filter(pk=session.pk).update(status=status)
    disputes.withdraw_dispute(dispute=made, by=session.owner)
    with pytest.raises(SessionNotOpen):
        # Also from a page that was read while it was open.
        disputes.raise_dispute(reading=reading, question_key=KEY, reason=WHY, by=session.owner)
    ScoreDispute.objects.update(
        state="open", withdrawn_at=None, withdrawn_by=None, withdrawn_because=""
    )
    assert not ScoreDispute.objects.to_rule_on(rita).exists()
    with pytest.raises(SessionNotOpen):
        ruled(made, rita, "8.0")
    assert Assessment.objects.count() == 1


def test_a_page_read_before_the_answer_changed_disputes_nothing(
    session: InterviewSession, vague: Answer
) -> None:
    reading = read(session)
    submit(session, KEY, GOOD_PROBLEM)
    with pytest.raises(AnswerChanged):
        disputes.raise_dispute(reading=reading, question_key=KEY, reason=WHY, by=session.owner)


# --- Ending without a ruling ----------------------------------------------------------------------


def test_a_newer_attempt_withdraws_it_and_says_so(session: InterviewSession, vague: Answer) -> None:
    made = disputed(session)
    submit(session, KEY, GOOD_PROBLEM, scored=False)
    made.refresh_from_db()
    assert (made.state, made.withdrawn_because) == ("withdrawn", "answered_anew")
    assert made.withdrawn_by is None
    event = AuditEvent.objects.get(type="score.dispute_withdrawn")
    assert event.detail["because"] == "answered_anew"


def test_not_knowing_it_after_all_withdraws_it(session: InterviewSession, vague: Answer) -> None:
    made, reading = disputed(session), read(session)
    attempts.mark_unknown(
        reading=reading,
        question_key=KEY,
        owner="Head of repairs",
        due_date=None,
        by=session.owner,
        answer_version=reading.by_key[KEY].version,
    )
    made.refresh_from_db()
    assert made.withdrawn_because == "answered_anew"


def test_a_later_score_of_the_same_text_withdraws_it(
    fake_model: FakeModel, session: InterviewSession, work: Callable[[], int], settings: Any
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    made = disputed(session)
    settings.LLM_MODEL = "newer-model"
    rescoring.reassess_session(session=session, by=session.owner)
    work()
    made.refresh_from_db()
    assert made.withdrawn_because == "scored_anew"


def test_a_question_that_no_longer_applies_withdraws_it(session: InterviewSession) -> None:
    annotated = {"origin": "must_be_annotated", "definition": "Two readers mark each picture."}
    recorded = {"origin": "recorded_outcome", "definition": "The workshop's own record."}
    submit(session, "S3-06", annotated)
    submit(session, "S3-07", {"text": "Two nurses mark 400 pictures until March 2027."})
    made = disputed(session, key="S3-07")
    submit(session, "S3-06", recorded)
    made.refresh_from_db()
    assert made.withdrawn_because == "not_asked"


def test_whoever_raised_it_takes_it_back_once(session: InterviewSession, vague: Answer) -> None:
    made = disputed(session)
    disputes.withdraw_dispute(dispute=made, by=session.owner)
    assert (made.state, made.withdrawn_by) == ("withdrawn", session.owner)
    with pytest.raises(DisputeOver):
        disputes.withdraw_dispute(dispute=made, by=session.owner)


# --- Ruling ---------------------------------------------------------------------------------------


def test_a_score_that_is_kept_stays_as_it_is(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    made = ruled(disputed(session), rita, None)
    assert (made.state, made.ruled_by, made.ruling_reason) == ("kept", rita, RULING)
    assert Assessment.objects.count() == 1
    assert now(session).state == AnswerState.NEEDS_WORK


def test_a_correction_stands_beside_the_first_score_and_counts(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    first = vague.current_assessment
    made = ruled(disputed(session), rita, "7.8")
    assert (made.state, made.corrected_score) == ("corrected", Decimal("7.8"))
    kept, correction = Assessment.objects.order_by("pk")
    assert (kept.pk, kept.score) == (first.pk, first.score)
    assert (correction.scored_by, correction.score) == ("person", Decimal("7.8"))
    assert correction.attempt_id == kept.attempt_id
    after = now(session)
    assert (after.state, after.current_assessment) == (AnswerState.ACCEPTED, correction)
    event = AuditEvent.objects.get(type="score.dispute_ruled")
    assert event.detail["before"] == "needs_work"
    assert event.detail["after"] == "accepted"
    assert event.detail["corrected"] == "7.8"


def test_a_correction_may_go_down_and_then_more_is_asked(
    session: InterviewSession, good: Answer, rita: User
) -> None:
    ruled(disputed(session), rita, "5.5")
    after = now(session)
    assert after.state == AnswerState.NEEDS_WORK
    asked = after.current_assessment.follow_ups.get()
    assert asked.text == RULING


def test_without_attempts_left_a_lower_score_goes_to_a_reviewer(
    session: InterviewSession, rita: User
) -> None:
    submit(session, KEY, VAGUE_PROBLEM)
    submit(session, KEY, f"{VAGUE_PROBLEM} It is slow.")
    last = submit(session, KEY, GOOD_PROBLEM)
    ruled(disputed(session), rita, "0.0")
    after = now(session)
    assert after.state == AnswerState.ESCALATED
    # The best attempt is one of the others now: the score that was corrected counts no more.
    assert after.current_attempt != last.current_attempt


def test_an_escalated_answer_that_is_good_enough_after_all_is_accepted(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    escalations.stop_trying(reading=read(session), question_key=KEY, by=session.owner)
    ruled(disputed(session), rita, "8.0")
    assert now(session).state == AnswerState.ACCEPTED
    waited = Escalation.objects.get()
    assert (waited.resolution, waited.resolved_by) == ("accept_as_is", rita)


def test_the_bar_is_the_one_of_the_first_score(
    session: InterviewSession, good: Answer, rita: User, settings: Any
) -> None:
    stages = settings.STAGES["stage_agents"]
    stricter = stages | {"stage1": stages["stage1"] | {"quality_threshold": 9.5}}
    settings.STAGES = settings.STAGES | {"stage_agents": stricter}
    ruled(disputed(session), rita, "7.0")
    assert now(session).state == AnswerState.ACCEPTED


def test_the_disputed_score_itself_is_no_correction(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    with pytest.raises(SameScore):
        ruled(disputed(session), rita, str(vague.current_assessment.score))


def test_a_score_is_ruled_on_once(session: InterviewSession, vague: Answer, rita: User) -> None:
    made = disputed(session)
    ruled(made, rita, "7.8")
    with pytest.raises(DisputeOver):
        ruled(made, make_person("ravi", role=Role.REVIEWER), None)
    assert ScoreDispute.objects.get().state == "corrected"
    with pytest.raises(NotDisputable, match="ruled on this score"):
        disputed(session)


def test_a_score_that_was_kept_is_not_disputed_again_but_the_next_one_is(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    ruled(disputed(session), rita, None)
    with pytest.raises(NotDisputable):
        disputed(session)
    submit(session, KEY, f"{VAGUE_PROBLEM} It is slow.")
    assert disputed(session).is_open


def test_a_dispute_of_a_replaced_score_is_not_ruled_on(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    made = disputed(session)
    submit(session, KEY, GOOD_PROBLEM)
    with pytest.raises(DisputeOver):
        ruled(made, rita, "9.0")
    assert not Assessment.objects.filter(scored_by="person").exists()


def test_mail_goes_to_whoever_raised_it_and_to_nobody_else(
    session: InterviewSession, vague: Answer, bob: User, rita: User, work: Callable[[], int]
) -> None:
    sharing.share_session(session=session, email=bob.email, level="edit", by=session.owner)
    made = disputed(session, by=bob)
    work()
    assert mail.outbox == []
    ruled(made, rita, "7.8")
    work()
    (message,) = mail.outbox
    assert message.to == [bob.email]
    assert f"/sessions/{session.code}/questions/{KEY}/" in message.body
    assert RULING not in message.body
    assert WHY not in message.body
