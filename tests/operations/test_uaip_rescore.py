"""`uaip rescore`: an interview's answers are scored anew by whoever scores today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEvent, Job, User
from interviews.models import Assessment, InterviewSession
from interviews.services import sessions
from interviews.services.judging import Scorer
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel
from tests.operations.command import Outcome, uaip

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "S1-01"


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def by_model(fake_model: FakeModel, session: InterviewSession) -> InterviewSession:
    """An interview with one answer that a model has scored."""
    submit(session, KEY, GOOD_PROBLEM)
    return session


def rescore(session: InterviewSession, *more: str) -> Outcome:
    return uaip("rescore", "--session", session.code.hex[:8], *more)


def asked() -> int:
    return AuditEvent.objects.filter(type="session.reassessment_asked").count()


def test_what_the_scorer_of_today_has_scored_is_left_alone(session: InterviewSession) -> None:
    submit(session, KEY, GOOD_PROBLEM)
    done = rescore(session)
    assert done.code == 0
    assert "has scored every answer already" in " ".join(done.out.split())
    assert (asked(), Job.objects.filter(kind="reassess").count()) == (0, 0)


def test_the_embedded_scorer_does_it_at_once_and_the_first_score_stays(
    by_model: InterviewSession, settings: Any
) -> None:
    settings.LLM_PROVIDER = ""
    done = rescore(by_model, "--json")
    assert done.code == 0
    assert (done.json["is_done"], done.json["scorer"]) == (True, Scorer.embedded().version)
    (answer,) = done.json["answers"]
    assert (answer["question"], answer["state"]) == (KEY, "accepted")
    kept = Assessment.objects.filter(attempt__answer__session=by_model).order_by("pk")
    assert [one.scored_by for one in kept] == ["custom", "embedded"]
    assert [answer["before"], answer["after"]] == [float(one.score) for one in kept]
    event = AuditEvent.objects.get(type="session.reassessment_asked")
    assert event.actor == f"person {by_model.owner.code}"
    assert "has scored every answer already" in " ".join(rescore(by_model).out.split())


def test_it_says_in_words_what_is_different_now(by_model: InterviewSession, settings: Any) -> None:
    settings.LLM_PROVIDER = ""
    assert "has scored 1 of the answers anew" in " ".join(rescore(by_model).out.split())


def test_a_model_is_left_to_the_worker(
    by_model: InterviewSession, settings: Any, work: Callable[[], int]
) -> None:
    settings.LLM_MODEL = "newer-model"
    done = rescore(by_model, "--json")
    assert (done.json["is_done"], done.json["scorer"]) == (False, "newer-model")
    assert [(one["question"], one["after"]) for one in done.json["answers"]] == [(KEY, None)]
    assert Job.objects.get(kind="reassess").status == Job.Status.PENDING
    work()
    newest = Assessment.objects.filter(attempt__answer__session=by_model).latest("pk")
    assert newest.model_name == "newer-model"


def test_in_words_too_it_names_what_the_worker_will_look_at(
    by_model: InterviewSession, settings: Any
) -> None:
    settings.LLM_MODEL = "newer-model"
    said = " ".join(rescore(by_model).out.split())
    assert "the worker has newer-model score 1 of the answers anew: S1-01." in said


def test_a_paused_interview_keeps_its_scores(by_model: InterviewSession, settings: Any) -> None:
    settings.LLM_PROVIDER = ""
    sessions.pause_session(session=by_model, by=by_model.owner)
    done = rescore(by_model)
    assert done.code == 1
    assert "its scores stay as they are" in done.err
    assert asked() == 0


def test_nobody_has_another_persons_interview_scored(
    by_model: InterviewSession, mallory: User
) -> None:
    done = rescore(by_model, "--user", mallory.email)
    assert done.code == 2
    assert asked() == 0
