"""Comments on a charter: raised, answered, edited in sight, settled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from charters.models import Charter
from governance.models import Review, Thread
from governance.services import threads
from interviews.models import Collaborator
from tests.builders.cases import council, decided
from tests.builders.people import make_person

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(alice: User, rita: User) -> Charter:
    """Alice's charter before a committee of Rita."""
    council(rita, quorum=1)
    return decided(alice).revision.charter


def raise_at(charter: Charter, anchor: str = "item", key: str = "S1-01") -> str:
    page = reverse("governance:thread-new", args=[charter.code])
    return f"{page}?anchor={anchor}&key={key}" if key else page


def page_of(thread: Thread, deed: str = "") -> str:
    return reverse(f"governance:thread{deed}", args=[thread.code])


def test_rita_asks_about_an_answer_and_alice_is_told_and_answers(
    charter: Charter,
    alice: User,
    rita: User,
    client_of: ClientOf,
    work: Callable[[], int],
    mailoutbox: list,
) -> None:
    asking, answering = client_of(rita), client_of(alice)
    form = asking.get(raise_at(charter)).content.decode()
    assert "Comment on S1-01" in form
    said = {"anchor": "item", "anchor_key": "S1-01", "text": "Whose figures are these?"}
    asking.post(raise_at(charter), said)
    thread = Thread.objects.get()
    work()
    assert any(mail.to == [alice.email] and "commented" in mail.subject for mail in mailoutbox)
    assert "Comments to answer" in answering.get("/").content.decode()
    answering.post(page_of(thread), {"text": "Those of the desk, 2025."})
    thread.refresh_from_db()
    assert thread.state == "answered"
    work()
    assert any(mail.to == [rita.email] and "was answered" in mail.subject for mail in mailoutbox)
    assert "Answers to your comments" in asking.get("/").content.decode()
    asking.post(page_of(thread, "-resolve"))
    thread.refresh_from_db()
    assert thread.state == "resolved"
    assert asking.post(page_of(thread), {"text": "One more"}).status_code == 409
    asking.post(page_of(thread, "-reopen"))
    thread.refresh_from_db()
    assert thread.state == "open"


@pytest.mark.parametrize(
    ("anchor", "key"), [("item", "S9-99"), ("statement", "section-99/block-1"), ("moon", "x")]
)
def test_what_is_not_in_the_charter_cannot_be_commented_on(
    charter: Charter, rita: User, client_of: ClientOf, anchor: str, key: str
) -> None:
    assert client_of(rita).get(raise_at(charter, anchor, key)).status_code == 404
    said = {"anchor": anchor, "anchor_key": key, "text": "Hello"}
    assert client_of(rita).post(raise_at(charter), said).status_code == 404
    assert not Thread.objects.exists()


def test_a_statement_is_shown_beside_the_comment(
    charter: Charter, rita: User, client_of: ClientOf
) -> None:
    page = client_of(rita).get(raise_at(charter, "statement", "section-4/block-1"))
    assert page.status_code == 200
    said = {"anchor": "statement", "anchor_key": "section-4/block-1", "text": "Why so?"}
    reply = client_of(rita).post(raise_at(charter), said, follow=True).content.decode()
    assert "Section 4:" in reply
    review = Review.objects.get(charter=charter)
    workspace = reverse("governance:review-detail", args=[review.code])
    assert "1 comment" in client_of(rita).get(workspace).content.decode()


def test_an_empty_comment_is_asked_back(charter: Charter, rita: User, client_of: ClientOf) -> None:
    said = {"anchor": "charter", "anchor_key": "", "text": "  "}
    reply = client_of(rita).post(raise_at(charter), said)
    assert reply.status_code == 422
    assert "Write what you want to say." in reply.content.decode()


def test_what_was_said_before_an_edit_stays_readable(
    charter: Charter, alice: User, rita: User, client_of: ClientOf
) -> None:
    thread = threads.open_thread(charter=charter, text="First words", by=rita)
    comment = thread.comments.get()
    address = reverse("governance:comment-edit", args=[thread.code, comment.code])
    assert client_of(alice).post(address, {"text": "Not hers"}).status_code == 403
    assert client_of(rita).post(address, {"text": ""}).status_code == 422
    client_of(rita).post(address, {"text": "Better words"})
    page = client_of(alice).get(page_of(thread)).content.decode()
    assert "Better words" in page
    assert "First words" in page
    assert "Edited" in page


def test_only_whoever_raised_it_settles_it(
    charter: Charter, alice: User, rita: User, client_of: ClientOf
) -> None:
    thread = threads.open_thread(charter=charter, text="Why?", by=rita)
    ada = make_person("ada", role=Role.ADMIN)
    for person in (alice, ada):
        assert client_of(person).post(page_of(thread, "-resolve")).status_code == 403


def test_mallory_finds_no_comment_and_a_commenting_colleague_does(
    charter: Charter, mallory: User, bob: User, alice: User, rita: User, client_of: ClientOf
) -> None:
    thread = threads.open_thread(charter=charter, text="Why?", by=rita)
    assert client_of(mallory).get(page_of(thread)).status_code == 404
    assert client_of(mallory).get(raise_at(charter)).status_code == 404
    Collaborator.objects.create(session=charter.session, user=bob, level="comment", added_by=alice)
    assert client_of(bob).post(page_of(thread), {"text": "I know"}).status_code == 302
