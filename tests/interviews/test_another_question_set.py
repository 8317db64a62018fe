"""An interview whose questions are not installed any more says so, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Job, User
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import Answer, InterviewSession
from interviews.refusals import ProtocolGone
from interviews.services.reading import read
from tests.builders.questions import LEFT_OUT, asking_from, copied_questions
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db

PAGES = [
    ("interviews:session-detail", ()),
    ("interviews:question", ("S1-01",)),
    ("interviews:question", (LEFT_OUT,)),
    ("interviews:attempt-status", ("S1-01",)),
    ("interviews:stage-review", (1,)),
    ("interviews:transcript", ()),
    ("interviews:waiting", ()),
    ("governance:submit", ()),
    ("governance:preview", ()),
]


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def client(client_of: Callable[[User], Client], alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def acme(session: InterviewSession, tmp_path: Path) -> Iterator[None]:
    """After alice's interview began, the site asks other questions."""
    with asking_from(copied_questions(tmp_path, version="acme/1")):
        yield


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_every_page_says_which_set_is_missing_and_what_to_do(
    acme: None, client: Client, session: InterviewSession, name: str, more: tuple[object, ...]
) -> None:
    reply = client.get(reverse(name, args=[session.code, *more]))
    text = reply.content.decode()
    assert reply.status_code == 409
    assert "held with question set uaip/1, which is not installed. Ask an operator" in text
    assert reverse("interviews:session-list") in text


def test_an_answer_to_it_is_not_taken(
    acme: None, client: Client, session: InterviewSession
) -> None:
    page = reverse("interviews:question", args=[session.code, "S1-01"])
    assert client.post(page, {"f-text": GOOD_PROBLEM, "action": "submit"}).status_code == 409
    draft = reverse("interviews:draft-save", args=[session.code, "S1-01"])
    reply = client.post(draft, {"f-text": "x", "draft_version": "0", "answer_version": "0"})
    assert reply.status_code == 409
    assert "which is not installed" in reply.json()["sentence"]


def test_it_is_still_listed_and_can_be_deleted(
    acme: None, client: Client, session: InterviewSession
) -> None:
    listed = client.get(reverse("interviews:session-list")).content.decode()
    assert session.project_name in listed
    client.post(reverse("interviews:session-delete", args=[session.code]))
    assert not InterviewSession.objects.exists()


def test_a_set_that_was_changed_without_another_version_is_noticed(
    client: Client, alice: User, tmp_path: Path
) -> None:
    with asking_from(copied_questions(tmp_path)):
        session = make_session(alice)
        assert read(session).visible
    reply = client.get(reverse("interviews:session-detail", args=[session.code]))
    assert reply.status_code == 409
    assert "another edition of question set uaip/1" in reply.content.decode()


def test_a_question_that_was_removed_without_another_version_is_noticed(
    session: InterviewSession, tmp_path: Path
) -> None:
    with asking_from(copied_questions(tmp_path)), pytest.raises(ProtocolGone):
        read(session)
    assert read(session).visible


def test_an_attempt_whose_question_is_gone_reaches_a_person(
    alice: User, tmp_path: Path, settings: Settings
) -> None:
    """After the last try, so that a site started with the wrong folder by mistake loses nothing."""
    session = make_session(alice)
    answer = submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    job = Job.objects.get(kind="score", subject_id=answer.current_attempt_id)
    with asking_from(copied_questions(tmp_path, version="acme/1")):
        jobs.run_job(job.pk)
        held = Job.objects.get(pk=job.pk)
        assert (held.status, held.last_fault[:12]) == (Job.Status.PENDING, "ProtocolGone")
        for _ in range(settings.JOB_MAX_ATTEMPTS):
            Job.objects.filter(pk=job.pk).update(next_attempt_at=Now())
            jobs.run_job(job.pk)
    assert Job.objects.get(pk=job.pk).status == Job.Status.DEAD
    assert Answer.objects.get(pk=answer.pk).state == AnswerState.ESCALATED
