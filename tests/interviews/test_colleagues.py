"""One question goes to a colleague by a link; what comes back is offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from interviews.models import ColleagueRequest, Draft, InterviewSession
from interviews.services import colleagues
from tests.builders.sessions import make_session

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
REPLY = "About 310 mails a week; the dispatch log of 2025 counts them."


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def asked(session: InterviewSession, alice: User) -> ColleagueRequest:
    return colleagues.ask_colleague(
        session=session,
        question_key="S1-01",
        email="carla@example.net",
        note="You count them, don't you?",
        by=alice,
    )


def link(asked: ColleagueRequest) -> str:
    return reverse("interviews:colleague-reply", args=[colleagues.token_of(asked)])


def page(session: InterviewSession) -> str:
    return reverse("interviews:colleagues", args=[session.code, "S1-01"])


def handle(asked: ColleagueRequest) -> str:
    return reverse("interviews:colleague-handle", args=[asked.session.code, asked.code])


def test_the_mail_brings_the_question_and_a_link_that_works(
    alice: User, session: InterviewSession, client_of: Browser, work: Callable[[], int]
) -> None:
    wish = {"email": "carla@example.net", "note": "You count them, don't you?"}
    assert client_of(alice).post(page(session), wish).status_code == 302
    work()
    (message,) = mail.outbox
    assert message.to == ["carla@example.net"]
    assert "You count them, don't you?" in message.body
    path = next(word for word in message.body.split() if "/ask/" in word)
    assert Client().get(path.replace("http://localhost:10000", "")).status_code == 200


def test_the_colleague_sees_the_question_and_no_answer(
    asked: ColleagueRequest, alice: User, client_of: Browser
) -> None:
    there = Client().get(link(asked)).text
    assert asked.session.answers.get(question_key="S1-01").question_text in there
    assert "Repair triage" in there
    assert "Sign out" not in there


def test_a_reply_comes_back_once(
    asked: ColleagueRequest, work: Callable[[], int], alice: User
) -> None:
    stranger = Client()
    assert stranger.post(link(asked), {"reply": REPLY}).status_code == 302
    assert "Thank you" in stranger.get(link(asked)).text
    stranger.post(link(asked), {"reply": "Something else."})
    asked.refresh_from_db()
    assert asked.reply == REPLY
    work()
    told = [message for message in mail.outbox if message.to == [alice.email]]
    assert len(told) == 1
    assert REPLY not in told[0].body


def test_a_forged_link_leads_nowhere(asked: ColleagueRequest) -> None:
    forged = link(asked)[:-3] + ("aaa" if not link(asked).endswith("aaa/") else "bbb") + "/"
    assert Client().get(forged).status_code == 404
    plain = reverse("interviews:colleague-reply", args=[str(asked.code)])
    assert Client().get(plain).status_code == 404


@pytest.mark.parametrize("end", ["withdrawn", "expired"])
def test_a_link_that_ended_takes_nothing(asked: ColleagueRequest, alice: User, end: str) -> None:
    if end == "withdrawn":
        colleagues.close_request(request=asked, by=alice)
    else:
        past = timezone.now() - timedelta(minutes=1)
        ColleagueRequest.objects.filter(pk=asked.pk).update(expires_at=past)
    response = Client().post(link(asked), {"reply": REPLY})
    assert response.status_code == 410
    assert "no longer works" in response.text
    asked.refresh_from_db()
    assert asked.reply == ""


@pytest.mark.parametrize("reply", ["", "x" * 10_001])
def test_a_reply_that_cannot_be_taken_is_kept_in_the_form(
    asked: ColleagueRequest, reply: str
) -> None:
    response = Client().post(link(asked), {"reply": reply})
    assert response.status_code == 422
    assert reply in response.text
    asked.refresh_from_db()
    assert asked.is_open


def test_alice_takes_the_reply_into_her_draft(
    asked: ColleagueRequest, alice: User, client_of: Browser
) -> None:
    colleagues.take_in_reply(request=asked, reply=REPLY)
    browser = client_of(alice)
    assert REPLY in browser.get(page(asked.session)).text
    assert browser.post(handle(asked), {"action": "take"}).status_code == 302
    draft = Draft.objects.get(answer__session=asked.session, answer__question_key="S1-01")
    assert draft.value == REPLY
    assert browser.post(handle(asked), {"action": "take"}).status_code == 409
    assert AuditEvent.objects.filter(type="colleague.reply_taken").count() == 1


def test_a_reply_is_never_an_answer_by_itself(asked: ColleagueRequest) -> None:
    colleagues.take_in_reply(request=asked, reply=REPLY)
    answer = asked.session.answers.get(question_key="S1-01")
    assert answer.current_attempt is None
    assert not Draft.objects.exists()


def test_a_reply_with_markup_is_shown_as_text(
    asked: ColleagueRequest, alice: User, client_of: Browser
) -> None:
    colleagues.take_in_reply(request=asked, reply="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client_of(alice).get(page(asked.session)).text


def test_a_stranger_neither_asks_nor_handles(
    asked: ColleagueRequest, mallory: User, rita: User, client_of: Browser
) -> None:
    browser = client_of(mallory)
    assert browser.get(page(asked.session)).status_code == 404
    assert browser.post(page(asked.session), {"email": "a@b.example"}).status_code == 404
    assert browser.post(handle(asked), {"action": "close"}).status_code == 404


def test_the_twenty_first_colleague_is_not_asked(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    for number in range(colleagues.MOST_OPEN):
        colleagues.ask_colleague(
            session=session,
            question_key="S1-02",
            email=f"c{number}@example.net",
            note="",
            by=alice,
        )
    response = client_of(alice).post(page(session), {"email": "late@example.net"})
    assert response.status_code == 422
    assert "Wait for replies" in response.text
