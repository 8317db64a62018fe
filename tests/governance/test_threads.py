"""Comments: who says what, what answers a thread, and what nobody reads before an own verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from governance.models import Comment, Review, Thread
from governance.refusals import Changed, NotNow, NotYours, Unfit
from governance.services import threads, votes
from interviews.models import Collaborator
from tests.builders.cases import REASON, council, decided, open_review_of, reviewers
from tests.builders.people import make_person
from tests.builders.programs import Program, error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rhea(db: None) -> User:
    """Another reviewer with a seat."""
    return reviewers("rhea")[0]


@pytest.fixture
def review(alice: User, rita: User, rhea: User) -> Review:
    """The case on Alice's charter, before Rhea and Rita (chair)."""
    council(rhea, chair=rita)
    return open_review_of(decided(alice).revision.charter)


@pytest.fixture
def thread(review: Review, rhea: User) -> Thread:
    """Rhea asks about an item."""
    return threads.open_thread(
        charter=review.charter, text="Why so low?", anchor="item", anchor_key="S5-10", by=rhea
    )


def vote(review: Review, by: User) -> None:
    votes.cast_vote(review=review, outcome="approve", reason=REASON, by=by)


def test_an_author_answers_and_whoever_raised_it_resolves_it(
    thread: Thread, alice: User, rhea: User
) -> None:
    threads.post_comment(thread=thread, text="It was tested.", by=alice)
    thread.refresh_from_db()
    assert thread.state == "answered"
    with pytest.raises(NotYours, match="whoever raised"):
        threads.resolve_thread(thread=thread, by=alice)
    threads.resolve_thread(thread=thread, by=rhea)
    thread.refresh_from_db()
    assert (thread.state, thread.resolved_by) == ("resolved", rhea)
    with pytest.raises(NotNow, match="resolved"):
        threads.post_comment(thread=thread, text="More.", by=alice)


def test_another_word_of_whoever_raised_it_opens_it_again(
    thread: Thread, alice: User, rhea: User
) -> None:
    threads.post_comment(thread=thread, text="It was tested.", by=alice)
    threads.post_comment(thread=thread, text="By whom?", by=rhea)
    thread.refresh_from_db()
    assert thread.state == "open"


def test_the_chair_settles_what_others_raised(review: Review, thread: Thread, rita: User) -> None:
    threads.resolve_thread(thread=thread, by=rita)
    threads.reopen_thread(thread=thread, by=rita)
    thread.refresh_from_db()
    assert (thread.state, thread.resolved_at) == ("open", None)
    with pytest.raises(NotNow):
        threads.reopen_thread(thread=thread, by=rita)


def test_edits_stay_visible_and_are_their_writers_alone(
    thread: Thread, rhea: User, rita: User
) -> None:
    comment = thread.comments.get()
    threads.edit_comment(comment=comment, text="Why so very low?", by=rhea)
    assert [row.text for row in comment.versions.all()] == ["Why so low?", "Why so very low?"]
    threads.edit_comment(comment=comment, text="Why so very low?", by=rhea)
    assert comment.versions.count() == 2
    with pytest.raises(NotYours):
        threads.edit_comment(comment=comment, text="Never mind.", by=rita)
    with pytest.raises(Changed):
        threads.edit_comment(comment=comment, text="Later.", by=rhea, number=1)


@pytest.mark.parametrize(
    ("anchor", "key", "field"),
    [
        ("item", "S9-99", "anchor_key"),
        ("charter", "S5-10", "anchor_key"),
        ("statement", "../etc", "anchor_key"),
        ("statement", "", "anchor_key"),
        ("page", "", "anchor"),
    ],
)
def test_a_thread_hangs_on_something_that_is_there(
    review: Review, rita: User, anchor: str, key: str, field: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        threads.open_thread(
            charter=review.charter, text="Hm?", anchor=anchor, anchor_key=key, by=rita
        )
    assert set(refusal.value.fields) == {field}


def test_empty_words_are_no_comment(thread: Thread, alice: User) -> None:
    with pytest.raises(Unfit, match="Write something"):
        threads.post_comment(thread=thread, text=" \u200b ", by=alice)


def test_mallory_neither_reads_nor_writes(thread: Thread, mallory: User) -> None:
    assert not Thread.objects.visible_to(mallory).exists()
    with pytest.raises(NotYours):
        threads.open_thread(charter=thread.charter, text="Hi.", by=mallory)
    with pytest.raises(NotYours):
        threads.post_comment(thread=thread, text="Hi.", by=mallory)


def test_a_colleague_who_may_comment_comments(thread: Thread, bob: User, alice: User) -> None:
    Collaborator.objects.create(
        session=thread.charter.session, user=bob, level="comment", added_by=alice
    )
    threads.post_comment(thread=thread, text="I saw the test.", by=bob)
    thread.refresh_from_db()
    assert thread.state == "open"


def test_a_reviewers_thread_shows_to_other_reviewers_after_their_own_verdict(
    review: Review, thread: Thread, alice: User, rita: User, rhea: User
) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    seen = Thread.objects.visible_to
    assert not seen(rita).exists()
    for person in (rhea, alice, ada, *reviewers("ruth")):
        assert seen(person).contains(thread)
    vote(review, rita)
    assert seen(rita).contains(thread)


def test_what_another_reviewer_says_in_ones_own_thread_waits_too(
    review: Review, thread: Thread, rita: User, rhea: User, alice: User
) -> None:
    vote(review, rita)
    threads.post_comment(thread=thread, text="I would reject this.", by=rita)
    threads.post_comment(thread=thread, text="It was tested.", by=alice)
    shown = [one.posted_by for one in Comment.objects.visible_to(rhea).filter(thread=thread)]
    assert shown == [rhea, alice]
    vote(review, rhea)
    assert Comment.objects.visible_to(rhea).filter(thread=thread).count() == 3


def test_a_reviewers_word_in_an_open_thread_makes_it_part_of_the_review(
    review: Review, alice: User, rita: User, rhea: User
) -> None:
    general = threads.open_thread(charter=review.charter, text="Any questions?", by=alice)
    assert Thread.objects.visible_to(rita).contains(general)
    threads.post_comment(thread=general, text="None; I would approve.", by=rhea)
    assert not Thread.objects.visible_to(rita).contains(general)


def test_the_record_of_deeds_and_the_webhook_hold_no_words(thread: Thread) -> None:
    detail = AuditEvent.objects.get(type="comment.posted").detail
    assert "Why so low?" not in str(detail)
    assert detail["key"] == "S5-10"


def test_through_the_api(
    review: Review, client_of: Callable[[User], Client], alice: User, rhea: User, rita: User
) -> None:
    as_rhea, as_alice = Program(client_of(rhea)), Program(client_of(alice))
    where = f"/charters/{review.charter.code}/threads"
    made = as_rhea.post(where, {"text": "Why so low?", "anchor": "item", "anchor_key": "S5-10"})
    assert made.status_code == 201
    thread = f"/threads/{made.json()['id']}"
    assert Program(client_of(rita)).get(thread).status_code == 404
    said = as_alice.post(f"{thread}/comments", {"text": "It was tested."})
    comment = f"/comments/{said.json()['id']}"
    assert as_alice.patch(comment, {"text": "Twice."}).status_code == 428
    edited = as_alice.patch(comment, {"text": "It was tested twice."}, If_Match=said["ETag"])
    assert [row["number"] for row in edited.json()["versions"]] == [1, 2]
    late = as_alice.patch(comment, {"text": "Thrice."}, If_Match=said["ETag"])
    assert error_of(late)["details"]["theirs"] == {"text": "It was tested twice."}
    assert as_rhea.patch(comment, {"text": "x"}, If_Match=edited["ETag"]).status_code == 403
    shown = as_rhea.get(thread)
    assert shown.json()["state"] == "answered"
    settled = as_rhea.patch(thread, {"state": "resolved"}, If_Match=shown["ETag"])
    assert settled.json()["state"] == "resolved"
    stale = as_rhea.patch(thread, {"state": "open"}, If_Match=shown["ETag"])
    assert stale.status_code == 412
    assert as_alice.get(f"{where}?state=resolved").json()["total"] == 1
