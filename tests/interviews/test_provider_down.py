"""The provider is away: nobody waits, nothing is lost, and everything is scored again once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models.functions import Now

from accounts.models import AuditEvent, Job, User
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Circuit, InterviewSession
from interviews.services import rescoring
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.fakes.llm.seen import Seen
from tests.fakes.llm.server import FakeModel
from tests.fakes.llm.turns import fault

pytestmark = pytest.mark.django_db
KEY = "S1-01"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def down(fake_model: FakeModel) -> FakeModel:
    """The provider answers nothing but 503."""
    fake_model.will(*[fault(503)] * 200)
    return fake_model


def come_back(server: FakeModel) -> None:
    """The provider is well again, and its circuit has let enough time pass."""
    server._turns.clear()
    Circuit.objects.update(open_until=Now(), probe_until=None)
    Job.objects.filter(kind="rescore").update(next_attempt_at=Now())


def rescore_all() -> None:
    for job in Job.objects.filter(kind="rescore").due():
        jobs.run_job(job.pk)


def answer_of(session: InterviewSession, key: str = KEY) -> Answer:
    return Answer.objects.with_current().get(session=session, question_key=key)


def test_the_embedded_scorer_stands_in_and_says_so(
    down: FakeModel, session: InterviewSession
) -> None:
    answer = submit(session, KEY, GOOD_PROBLEM)
    assert answer.state == AnswerState.ACCEPTED
    assert answer.current_assessment and answer.current_assessment.is_provisional
    assert answer.current_assessment.score <= answer.current_assessment.threshold + 1
    assert Job.objects.get(kind="rescore").status == Job.Status.PENDING


def test_it_is_scored_again_once_the_provider_is_back(
    down: FakeModel, session: InterviewSession
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    come_back(down)
    rescore_all()
    assessment = answer_of(session).current_assessment
    assert assessment and not assessment.is_provisional
    assert assessment.scored_by == "custom"
    assert Assessment.objects.filter(attempt__answer__session=session).count() == 2


def test_while_it_stays_away_the_job_waits_and_counts_no_try(
    down: FakeModel, session: InterviewSession
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    for _ in range(12):
        Job.objects.filter(kind="rescore").update(next_attempt_at=Now())
        rescore_all()
    job = Job.objects.get(kind="rescore")
    assert (job.status, job.attempts) == (Job.Status.PENDING, 0)


def test_an_outage_costs_few_calls_however_many_answers_come(down: FakeModel, alice: User) -> None:
    for number in range(12):
        submit(make_session(alice, f"Project {number}"), KEY, f"{GOOD_PROBLEM} Case {number}.")
    limit = 5 + 3
    assert len(down.requests) <= limit
    assert Answer.objects.filter(state=AnswerState.SCORING).count() == 0


def test_everything_is_scored_again_exactly_once(down: FakeModel, alice: User) -> None:
    for number in range(6):
        submit(make_session(alice, f"Project {number}"), KEY, f"{GOOD_PROBLEM} Case {number}.")
    come_back(down)
    before = len(down.requests)
    for _ in range(3):
        rescore_all()
        Job.objects.filter(kind="rescore").update(next_attempt_at=Now())
    assert len(down.requests) - before == 6
    by_model = Assessment.objects.filter(scored_by="custom")
    assert by_model.count() == by_model.values("attempt").distinct().count() == 6


def test_a_provisional_score_costs_nobody_an_attempt(
    down: FakeModel, session: InterviewSession
) -> None:
    for number in range(4):
        answer = submit(session, KEY, f"{VAGUE_PROBLEM} Version {number}.")
    assert answer.state == AnswerState.NEEDS_WORK


def test_an_answer_that_was_accepted_provisionally_may_need_more_after_all(
    down: FakeModel, session: InterviewSession
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    come_back(down)
    down.default = lambda seen: {"v": [["1a", "n", "How long do they wait?"]]}
    rescore_all()
    assert answer_of(session).state == AnswerState.NEEDS_WORK
    event = AuditEvent.objects.get(type="answer.rescored")
    assert event.detail == {"before": "accepted", "after": "needs_work"}


def test_a_newer_text_is_left_alone(down: FakeModel, session: InterviewSession) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    come_back(down)
    newer = submit(session, KEY, VAGUE_PROBLEM)
    rescore_all()
    assert answer_of(session).current_attempt == newer.current_attempt


def test_a_provider_that_was_taken_out_leaves_the_last_word_to_the_embedded_scorer(
    down: FakeModel, session: InterviewSession, settings: object
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    settings.LLM_PROVIDER = ""  # type: ignore[attr-defined]
    come_back(down)
    rescore_all()
    assessment = answer_of(session).current_assessment
    assert assessment and not assessment.is_provisional
    assert assessment.scored_by == "embedded"


def test_a_session_is_scored_by_another_model_without_losing_the_first(
    fake_model: FakeModel, session: InterviewSession, settings: object, work: Callable[[], int]
) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    settings.LLM_MODEL = "newer-model"  # type: ignore[attr-defined]
    rescoring.reassess_session(session=session, by=session.owner)
    work()
    kept = Assessment.objects.filter(attempt__answer__session=session)
    assert sorted(kept.values_list("model_name", flat=True)) == ["newer-model", "test-model"]
    current = answer_of(session).current_assessment
    assert current and current.model_name == "newer-model"


def test_a_wrong_shape_for_one_answer_does_not_cost_the_others(
    fake_model: FakeModel, session: InterviewSession
) -> None:
    submit(session, KEY, GOOD_PROBLEM, scored=False)
    value = {"driver": "save_money", "text": GOOD_PROBLEM, "currency": "EUR"}
    submit(session, "S1-02", value, scored=False)

    def only_the_first(seen: Seen) -> dict[str, list[list[str]]]:
        return {"v": [["1a", "m", "Tenants of our 2,400 flats wait"]]}

    fake_model.default = only_the_first
    first = Job.objects.filter(kind="score").order_by("pk").first()
    assert first is not None
    jobs.run_job(first.pk)
    by = dict(Assessment.objects.values_list("attempt__answer__question_key", "scored_by"))
    assert by == {KEY: "custom", "S1-02": "embedded"}
