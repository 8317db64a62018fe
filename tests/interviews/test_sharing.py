"""A colleague is let in, shown out, or given the whole interview."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.models import Collaborator, InterviewSession
from interviews.refusals import NoLongerOwner
from interviews.services import sharing
from tests.builders.sessions import GOOD_PROBLEM, make_session

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


def people(session: InterviewSession) -> str:
    return reverse("interviews:people", args=[session.code])


def question(session: InterviewSession) -> str:
    return reverse("interviews:question", args=[session.code, "S1-01"])


def let_in(session: InterviewSession, person: User, level: str = "edit") -> Collaborator:
    return sharing.share_session(session=session, email=person.email, level=level, by=session.owner)


def test_alice_lets_bob_in_by_his_address(
    alice: User, bob: User, session: InterviewSession, client_of: Browser
) -> None:
    response = client_of(alice).post(
        people(session), {"email": "BOB@example.org", "level": "edit"}, follow=True
    )
    assert "Bob may edit in this interview from now on." in response.text
    event = AuditEvent.objects.get(type="session.shared")
    assert event.detail == {"with": audit.person(bob), "before": "", "after": "edit"}


def test_bob_finds_a_shared_interview_in_his_list_once(
    bob: User, rita: User, session: InterviewSession, client_of: Browser
) -> None:
    let_in(session, rita, "comment")
    let_in(session, bob)
    page = client_of(bob).get(reverse("interviews:session-list"))
    assert page.text.count(session.project_name) == 1


def test_an_editor_answers_like_the_owner(
    bob: User, session: InterviewSession, client_of: Browser
) -> None:
    let_in(session, bob)
    response = client_of(bob).post(
        question(session),
        {"f-text": GOOD_PROBLEM, "action": "submit", "answer_version": 0, "draft_version": 0},
    )
    assert response.status_code == 302
    attempt = session.answers.get(question_key="S1-01").attempts.get()
    assert attempt.submitted_by == bob


def test_who_may_comment_reads_and_changes_nothing(
    bob: User, session: InterviewSession, client_of: Browser
) -> None:
    let_in(session, bob, "comment")
    browser = client_of(bob)
    assert browser.get(question(session)).status_code == 200
    assert browser.post(question(session), {"f-text": GOOD_PROBLEM}).status_code == 403


@pytest.mark.parametrize("level", ["edit", "comment"])
def test_a_colleague_neither_shares_nor_hands_over_nor_deletes(
    bob: User, session: InterviewSession, client_of: Browser, level: str
) -> None:
    let_in(session, bob, level)
    browser = client_of(bob)
    wish = {"email": "mallory@example.org", "level": "edit", "new-email": bob.email}
    assert browser.post(people(session), wish).status_code == 403
    for name in ("interviews:hand-over", "interviews:session-delete"):
        assert browser.post(reverse(name, args=[session.code]), wish).status_code == 403


def test_a_stranger_finds_no_such_page(
    mallory: User, session: InterviewSession, client_of: Browser
) -> None:
    browser = client_of(mallory)
    assert browser.get(people(session)).status_code == 404
    assert browser.post(people(session), {"email": mallory.email}).status_code == 404
    there = reverse("interviews:hand-over", args=[session.code])
    assert browser.post(there, {"new-email": mallory.email}).status_code == 404


def test_whoever_is_shown_out_sees_nothing_any_more(
    alice: User, bob: User, session: InterviewSession, client_of: Browser
) -> None:
    given = let_in(session, bob)
    client_of(alice).post(reverse("interviews:unshare", args=[session.code, given.pk]))
    assert client_of(bob).get(question(session)).status_code == 404
    assert AuditEvent.objects.filter(type="session.unshared").count() == 1


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("nobody@example.org", "Ask an administrator to invite them"),
        ("alice@example.org", "owns the interview already"),
        ("not an address", "Write it like name@example.org"),
        ("", "Give the e-mail address"),
    ],
)
def test_an_address_that_cannot_be_taken_is_said_and_kept(
    alice: User, session: InterviewSession, client_of: Browser, email: str, sentence: str
) -> None:
    response = client_of(alice).post(people(session), {"email": email, "level": "edit"})
    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{email}"' in response.text


def test_a_deactivated_person_is_not_let_in(
    alice: User, bob: User, session: InterviewSession, client_of: Browser
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    response = client_of(alice).post(people(session), {"email": bob.email, "level": "edit"})
    assert response.status_code == 422


def test_alice_hands_the_interview_over_and_keeps_the_right_to_edit(
    alice: User, bob: User, session: InterviewSession, client_of: Browser
) -> None:
    let_in(session, bob, "comment")
    there = reverse("interviews:hand-over", args=[session.code])
    response = client_of(alice).post(there, {"new-email": bob.email}, follow=True)
    assert "This interview belongs to Bob now." in response.text
    session.refresh_from_db()
    assert session.owner == bob
    assert list(session.collaborators.values_list("user", "level")) == [(alice.pk, "edit")]


def test_an_administrator_hands_over_what_somebody_left_behind(
    alice: User, bob: User, olga: User, session: InterviewSession, client_of: Browser
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    User.objects.filter(pk=olga.pk).update(role="admin")
    there = reverse("interviews:hand-over", args=[session.code])
    olga.refresh_from_db()
    assert client_of(olga).post(there, {"new-email": bob.email}).status_code == 302
    session.refresh_from_db()
    assert session.owner == bob
    assert not session.collaborators.exists()


def test_of_two_who_hand_over_at_once_one_is_told(
    alice: User, bob: User, rita: User, session: InterviewSession
) -> None:
    stale = InterviewSession.objects.select_related("owner").get(pk=session.pk)
    sharing.hand_over_session(session=session, email=bob.email, by=alice)
    with pytest.raises(NoLongerOwner):
        sharing.hand_over_session(session=stale, email=rita.email, by=alice)
    with pytest.raises(NoLongerOwner):
        sharing.share_session(session=stale, email=rita.email, level="edit", by=alice)
