"""What is kept away from the model stays in the house, whatever a model is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from interviews.models import InterviewSession, ModelCall
from interviews.services import coaching, contradictions, prefill, privacy, rescoring
from interviews.services.reading import read
from tests.builders import files
from tests.builders.answers import consistent_values
from tests.builders.settled import settled_session
from tests.fakes.llm.seen import Seen
from tests.fakes.llm.server import FakeModel

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
Work = Callable[[], int]
KEYS = tuple(consistent_values())
MARK = re.compile(r"Quorvex[0-9]{3}")


def mark_of(key: str) -> str:
    """A word that only this answer holds."""
    return f"Quorvex{key[1]}{key[3:5]}"


def marked(key: str, value: Any) -> Any:
    """The same value with the answer's own word at the end of every text in it."""
    if isinstance(value, str):
        return f"{value.rstrip('.')}, says {mark_of(key)}." if " " in value else value
    if isinstance(value, list):
        return [marked(key, one) for one in value]
    if isinstance(value, dict):
        return {name: marked(key, one) for name, one in value.items()}
    return value


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return settled_session(alice, {key: marked(key, v) for key, v in consistent_values().items()})


def sent(seen: Seen) -> set[str]:
    """The marks in everything that one request carries."""
    return set(MARK.findall(str(seen.body)))


def keep(session: InterviewSession, keys: Collection[str]) -> None:
    for answer in session.answers.filter(question_key__in=keys):
        privacy.keep_from_model(answer, by=session.owner)


def ask_for_everything(session: InterviewSession, browser: Client, work: Work) -> None:
    """Every purpose that a model is asked for, by the ways that people have."""
    browser.post(reverse("charters:prose-draft", args=[session.code]))
    contradictions.request_checks(read(session))
    prefill.upload_proposal(
        session=session, name="idea.md", content=files.PROPOSAL.encode(), by=session.owner
    )
    rescoring.reassess_session(session=session, by=session.owner)
    current = read(session)
    for key, answer in current.by_key.items():
        if answer.value is not None:
            coaching.ask_coaching(
                reading=current, question_key=key, value=answer.value, by=session.owner
            )
    while work():
        pass


@pytest.mark.parametrize("kept", [KEYS[::2], KEYS[1::2]], ids=["even", "odd"])
def test_nothing_of_a_kept_answer_leaves_for_any_purpose(
    fake_model: FakeModel,
    session: InterviewSession,
    client_of: Browse,
    work: Work,
    kept: tuple[str, ...],
) -> None:
    keep(session, kept)
    ask_for_everything(session, client_of(session.owner), work)
    left = set().union(*map(sent, fake_model.requests))
    assert left >= {mark_of("S1-01") if "S1-01" not in kept else mark_of("S1-02")}
    assert left & {mark_of(key) for key in kept} == set()
    purposes = set(ModelCall.objects.values_list("purpose", flat=True))
    assert {"score", "coach", "prose"} <= purposes
    # A file may tell what a kept answer tells.
    assert "prefill" not in purposes


def test_without_a_mark_every_purpose_is_asked(
    fake_model: FakeModel, session: InterviewSession, client_of: Browse, work: Work
) -> None:
    ask_for_everything(session, client_of(session.owner), work)
    purposes = set(ModelCall.objects.values_list("purpose", flat=True))
    assert {"score", "coach", "prose", "contradictions", "prefill"} <= purposes


def test_of_a_kept_interview_nothing_leaves_at_all(
    fake_model: FakeModel, session: InterviewSession, client_of: Browse, work: Work
) -> None:
    privacy.keep_from_model(session, by=session.owner)
    ask_for_everything(session, client_of(session.owner), work)
    assert fake_model.requests == []
    assert not ModelCall.objects.exists()
