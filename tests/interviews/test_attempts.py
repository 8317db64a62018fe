"""What happens to an answer between the first try and the last word on it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Attempt, Escalation, InterviewSession
from interviews.refusals import AnswerChanged, NothingChanged, SessionNotOpen, UnknownNotAllowed
from interviews.services import attempts, escalations, sessions
from interviews.services.reading import read
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db

#: Says more than the vague one, and still not enough.
BETTER = "Tenants of our flats wait too long for a heating repair and they complain."
KEY = "S1-01"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """A fresh session of alice's."""
    return make_session(alice)


def submit_again(session: InterviewSession, value: object, version: int, **how: bool) -> Attempt:
    """A submit from a page that was built on a certain version."""
    return attempts.submit_attempt(
        reading=read(session),
        question_key=KEY,
        value=value,
        by=session.owner,
        answer_version=version,
        **how,
    )


def score(attempt: Attempt) -> None:
    jobs.run_job(Job.objects.get(kind="score", subject_id=attempt.pk).pk)


def mark_unknown(session: InterviewSession, key: str = KEY, owner: str = "Ben") -> Answer:
    reading = read(session)
    return attempts.mark_unknown(
        reading=reading,
        question_key=key,
        owner=owner,
        due_date=date(2026, 12, 24),
        by=session.owner,
        answer_version=reading.by_key[key].version,
    )


def answer_of(session: InterviewSession, key: str = KEY) -> Answer:
    return Answer.objects.with_current().get(session=session, question_key=key)


def test_a_good_answer_is_accepted_at_the_first_try(session: InterviewSession) -> None:
    answer = submit(session, KEY, GOOD_PROBLEM)
    assert answer.state == AnswerState.ACCEPTED
    assert (answer.attempt_count, answer.version, answer.round) == (1, 1, 1)
    assert answer.value == GOOD_PROBLEM


def test_submitting_asks_for_a_score_and_does_not_wait_for_it(session: InterviewSession) -> None:
    answer = submit(session, KEY, GOOD_PROBLEM, scored=False)
    assert answer.state == AnswerState.SCORING
    assert answer.current_assessment is None
    assert Job.objects.filter(kind="score", subject_id=answer.current_attempt_id).count() == 1


def test_a_weak_answer_is_asked_back_about(session: InterviewSession) -> None:
    answer = submit(session, KEY, VAGUE_PROBLEM)
    assessment = answer.current_assessment
    assert answer.state == AnswerState.NEEDS_WORK
    assert assessment and not assessment.is_accepted
    assert assessment.follow_ups.count() >= 1


def test_the_best_of_three_attempts_counts_when_none_is_accepted(
    session: InterviewSession,
) -> None:
    for text in (VAGUE_PROBLEM, BETTER, f"{VAGUE_PROBLEM} Really."):
        answer = submit(session, KEY, text)
    assert answer.state == AnswerState.ESCALATED
    assert answer.value == BETTER
    assert answer.current_assessment == Assessment.objects.order_by("-score").first()
    assert answer.escalations.get().reason == Escalation.Reason.ATTEMPTS_EXHAUSTED
    assert answer.attempt_count == 3


def test_a_person_may_stop_trying_after_the_first_attempt(session: InterviewSession) -> None:
    submit(session, KEY, BETTER)
    escalations.stop_trying(reading=read(session), question_key=KEY, by=session.owner)
    answer = answer_of(session)
    assert answer.state == AnswerState.ESCALATED
    assert answer.value == BETTER


def test_nobody_stops_trying_what_is_accepted(session: InterviewSession) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    with pytest.raises(AnswerChanged):
        escalations.stop_trying(reading=read(session), question_key=KEY, by=session.owner)


def test_the_same_weak_text_again_is_refused_and_costs_no_attempt(
    session: InterviewSession,
) -> None:
    answer = submit(session, KEY, VAGUE_PROBLEM)
    with pytest.raises(NothingChanged):
        submit_again(session, VAGUE_PROBLEM, answer.version)
    assert answer_of(session).attempt_count == 1


def test_an_unchanged_value_reuses_its_assessment(
    session: InterviewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = submit(session, KEY, GOOD_PROBLEM)
    monkeypatch.setattr("interviews.scoring.offline.judge", None)
    score(submit_again(session, GOOD_PROBLEM, first.version, confirming=True))
    answer = answer_of(session)
    assert answer.state == AnswerState.ACCEPTED
    assert answer.attempt_count == 2
    assert len(set(Assessment.objects.values_list("score", flat=True))) == 1


def test_a_reused_assessment_brings_its_follow_ups_along(session: InterviewSession) -> None:
    first = submit(session, KEY, VAGUE_PROBLEM)
    asked = [one.text for one in first.current_assessment.follow_ups.all()]
    submit(session, KEY, BETTER)
    third = submit(session, KEY, VAGUE_PROBLEM)
    again = third.attempts.get(number=3).assessments.get()
    assert [one.text for one in again.follow_ups.all()] == asked


def test_what_was_submitted_last_wins_over_what_is_still_being_scored(
    session: InterviewSession,
) -> None:
    older = submit(session, KEY, GOOD_PROBLEM, scored=False).current_attempt
    newer = submit(session, KEY, VAGUE_PROBLEM, scored=False).current_attempt
    score(newer)
    score(older)
    answer = answer_of(session)
    assert answer.value == VAGUE_PROBLEM
    assert answer.state == AnswerState.NEEDS_WORK
    assert Assessment.objects.count() == 2


def test_the_second_of_two_tabs_sees_that_somebody_was_faster(session: InterviewSession) -> None:
    submit_again(session, GOOD_PROBLEM, 0)
    with pytest.raises(AnswerChanged) as refusal:
        submit_again(session, VAGUE_PROBLEM, 0)
    assert refusal.value.answer.value == GOOD_PROBLEM
    assert answer_of(session).attempt_count == 1


def test_of_two_at_the_same_moment_one_is_stored(session: InterviewSession) -> None:
    """Both have read the answer before either wrote."""
    mine, theirs = read(session), read(session)
    how = {"question_key": KEY, "by": session.owner, "answer_version": 0}
    attempts.submit_attempt(reading=mine, value=GOOD_PROBLEM, **how)
    with pytest.raises(AnswerChanged) as refusal:
        attempts.submit_attempt(reading=theirs, value=VAGUE_PROBLEM, **how)
    assert refusal.value.answer.value == GOOD_PROBLEM
    assert Attempt.objects.count() == 1
    assert Job.objects.count() == 1


def test_opening_an_accepted_answer_again_starts_a_round_of_its_own(
    session: InterviewSession,
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    answer = submit(session, KEY, VAGUE_PROBLEM)
    assert (answer.state, answer.round, answer.attempt_count) == (AnswerState.NEEDS_WORK, 2, 2)
    for number in range(2):
        answer = submit(session, KEY, f"{VAGUE_PROBLEM} {number}")
    # The best of the new round, not the accepted text of the first.
    assert answer.state == AnswerState.ESCALATED
    assert answer.current_attempt.round == 2
    assert [one.number for one in answer.attempts.all()] == [1, 2, 3, 4]


def test_an_escalated_answer_can_still_be_improved(session: InterviewSession) -> None:
    submit(session, KEY, BETTER)
    escalations.stop_trying(reading=read(session), question_key=KEY, by=session.owner)
    answer = submit(session, KEY, GOOD_PROBLEM)
    assert (answer.state, answer.round) == (AnswerState.ACCEPTED, 2)
    assert answer.escalations.count() == 1


def test_an_attempt_knows_which_versions_it_was_built_on(session: InterviewSession) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    value = {"driver": "save_money", "text": "It saves 40,000 EUR a year.", "currency": "EUR"}
    later = submit(session, "S1-02", value, scored=False)
    assert later.current_attempt.based_on == {KEY: 1}


# --- "I don't know yet" --------------------------------------------------------------------------


def test_not_knowing_yet_names_who_finds_out_and_by_when(session: InterviewSession) -> None:
    answer = mark_unknown(session)
    assert answer.state == AnswerState.UNKNOWN
    assert (answer.unknown_owner, answer.unknown_due_date) == ("Ben", date(2026, 12, 24))
    assert answer_of(session).value is None


def test_what_was_not_known_can_be_answered_later(session: InterviewSession) -> None:
    mark_unknown(session)
    answer = submit(session, KEY, GOOD_PROBLEM)
    assert (answer.state, answer.round) == (AnswerState.ACCEPTED, 2)
    assert (answer.unknown_owner, answer.unknown_due_date) == ("", None)


def test_not_knowing_wins_over_an_attempt_that_is_still_being_scored(
    session: InterviewSession,
) -> None:
    attempt = submit(session, KEY, GOOD_PROBLEM, scored=False).current_attempt
    mark_unknown(session)
    score(attempt)
    assert answer_of(session).state == AnswerState.UNKNOWN


@pytest.mark.parametrize("key", ["S5-01", "S5-04", "S5-10"])
def test_nobody_leaves_a_dangerous_question_open(session: InterviewSession, key: str) -> None:
    with pytest.raises(UnknownNotAllowed):
        mark_unknown(session, key)
    assert answer_of(session, key).state == AnswerState.DRAFT


# --- A question that disappears and comes back ------------------------------------------------

ANNOTATED = {"origin": "must_be_annotated", "text": "Two nurses label 900 reports by hand."}
RECORDED = {"origin": "recorded_outcome", "text": "The outcome stands in the register."}
LABELS = {"text": "Two nurses and one doctor label 900 reports, 20 percent of them twice."}


def test_a_conditional_question_is_hidden_until_it_applies(session: InterviewSession) -> None:
    assert answer_of(session, "S3-07").state == AnswerState.SKIPPED_BY_CONDITION
    submit(session, "S3-06", ANNOTATED)
    assert answer_of(session, "S3-07").state == AnswerState.DRAFT


def test_a_hidden_question_comes_back_with_its_answer(session: InterviewSession) -> None:
    submit(session, "S3-06", ANNOTATED)
    before = submit(session, "S3-07", LABELS)
    submit(session, "S3-06", RECORDED)
    hidden = answer_of(session, "S3-07")
    assert hidden.state == AnswerState.SKIPPED_BY_CONDITION
    assert hidden.value is None
    submit(session, "S3-06", ANNOTATED)
    after = answer_of(session, "S3-07")
    assert (after.state, after.value) == (before.state, before.value)
    assert after.version > before.version


def test_an_answer_scored_while_it_was_hidden_is_not_stuck(session: InterviewSession) -> None:
    submit(session, "S3-06", ANNOTATED)
    attempt = submit(session, "S3-07", LABELS, scored=False).current_attempt
    submit(session, "S3-06", RECORDED)
    score(attempt)
    submit(session, "S3-06", ANNOTATED)
    answer = answer_of(session, "S3-07")
    assert answer.state in (AnswerState.ACCEPTED, AnswerState.NEEDS_WORK)
    assert answer.current_assessment == attempt.assessments.get()


def test_an_answer_hidden_and_back_before_it_was_scored_is_scored(
    session: InterviewSession,
) -> None:
    submit(session, "S3-06", ANNOTATED)
    attempt = submit(session, "S3-07", LABELS, scored=False).current_attempt
    submit(session, "S3-06", RECORDED)
    submit(session, "S3-06", ANNOTATED)
    assert answer_of(session, "S3-07").state == AnswerState.SCORING
    score(attempt)
    assert answer_of(session, "S3-07").state != AnswerState.SCORING


# --- Pausing -------------------------------------------------------------------------------------


def test_a_paused_interview_takes_no_answers(session: InterviewSession, alice: User) -> None:
    sessions.pause_session(session=session, by=alice)
    with pytest.raises(SessionNotOpen):
        submit(session, KEY, GOOD_PROBLEM)
    with pytest.raises(SessionNotOpen):
        mark_unknown(session)
    sessions.resume_session(session=session, by=alice)
    assert submit(session, KEY, GOOD_PROBLEM).state == AnswerState.ACCEPTED


def test_pausing_does_not_stop_the_scoring_of_what_was_submitted(
    session: InterviewSession, alice: User
) -> None:
    attempt = submit(session, KEY, GOOD_PROBLEM, scored=False).current_attempt
    sessions.pause_session(session=session, by=alice)
    score(attempt)
    assert answer_of(session).state == AnswerState.ACCEPTED


def test_every_answer_moves_the_time_of_the_session(session: InterviewSession) -> None:
    before = timezone.now()
    submit(session, KEY, GOOD_PROBLEM)
    session.refresh_from_db()
    assert session.last_updated_at > before
