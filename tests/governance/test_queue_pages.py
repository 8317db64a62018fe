"""What waits: the queue of reviews and "My work"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from governance.models import Review
from governance.services import rulings
from interviews.models import Finding
from tests.builders.cases import REASON, council, decided, open_review_of, reviewers, vote_all

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ravi() -> User:
    return reviewers("ravi")[0]


@pytest.fixture
def review(alice: User, rita: User, ravi: User) -> Review:
    council(ravi, chair=rita)
    return open_review_of(decided(alice).revision.charter)


def queue(browser: Client, show: str = "") -> str:
    return browser.get("/reviews/", {"show": show} if show else {}).content.decode()


def test_the_queue_says_whose_turn_it_is(
    review: Review, rita: User, ravi: User, alice: User, client_of: ClientOf
) -> None:
    assert "Your vote is wanted." in queue(client_of(rita))
    vote_all(review, "approve", rita)
    assert "Nothing waits for you" in queue(client_of(rita))
    vote_all(review, "reject", ravi)
    assert "Your ruling is wanted." in queue(client_of(rita))
    assert "Nothing waits for you" in queue(client_of(ravi))
    seen = queue(client_of(alice))
    assert "2 votes cast, quorum reached" in seen
    assert "approve" not in seen.lower() and "reject" not in seen.lower()


def test_an_overdue_case_says_so_in_words(review: Review, rita: User, client_of: ClientOf) -> None:
    assert "Nothing is overdue" in queue(client_of(rita), "overdue")
    Review.objects.update(due_date=timezone.localdate() - timedelta(days=3))
    assert "Overdue by 3 days" in queue(client_of(rita), "overdue")


def test_a_ruled_case_moves_to_those_ruled_on(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "approve", rita, ravi)
    rulings.record_ruling(review=review, outcome="approve", reason=REASON, by=rita)
    closed = queue(client_of(rita), "closed")
    assert "Approved" in closed and "Cases that people have ruled on" in closed
    assert "Cases that wait for a ruling" not in closed
    assert "closed on" in closed and "opened today" not in closed
    assert "No open review" in queue(client_of(rita), "all")


def test_mallory_s_queue_is_empty(review: Review, mallory: User, client_of: ClientOf) -> None:
    for show in ("all", "mine", "overdue", "closed", "nonsense"):
        assert "row-title" not in queue(client_of(mallory), show)
    assert "Nothing waits for you" in client_of(mallory).get("/work/").content.decode()


def test_rows_do_not_change_the_number_of_statements(
    alice: User, rita: User, ravi: User, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    council(ravi, chair=rita)
    browser = client_of(rita)
    for _ in range(3):
        decided(alice)
        with django_assert_max_num_queries(14):
            queue(browser)
        with django_assert_max_num_queries(14):
            browser.get("/work/")


def test_the_queue_goes_on_behind_the_last_row(
    alice: User, rita: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.views.queue.PAGE_SIZE", 1)
    council(rita, quorum=1)
    for _ in range(2):
        decided(alice)
    first = client_of(rita).get("/reviews/")
    rest = client_of(rita).get("/reviews/", {"show": "mine", "after": first.context["next_place"]})
    assert [len(page.context["rows"]) for page in (first, rest)] == [1, 1]
    assert first.context["rows"][0]["url"] != rest.context["rows"][0]["url"]


def test_my_work_names_verdicts_findings_and_what_came_back(
    review: Review, rita: User, ravi: User, alice: User, client_of: ClientOf
) -> None:
    assert "Votes to cast" in client_of(rita).get("/work/").content.decode()
    assert "Votes to cast" in client_of(rita).get("/").content.decode()
    Finding.objects.create(
        session=review.charter.session,
        rule_id="X-1",
        severity="MAJOR",
        stage_a=1,
        stage_b=2,
        message="One thing.",
        answer_ids=["S1-08"],
        how_to_fix="Mend it.",
        fingerprint="0" * 64,
    )
    assert "Findings to settle" in client_of(alice).get("/work/").content.decode()
    vote_all(review, "send_back", rita, ravi)
    assert "Rulings to record" in client_of(rita).get("/work/").content.decode()
    rulings.record_ruling(review=review, outcome="send_back", reason=REASON, by=rita)
    assert "Charters that came back to you" in client_of(alice).get("/work/").content.decode()


def test_who_may_rule_and_the_author_get_mails(
    alice: User, rita: User, ravi: User, work: Callable[[], int], mailoutbox: list
) -> None:
    council(ravi, chair=rita)
    review = open_review_of(decided(alice).revision.charter)
    work()
    told = [mail.to[0] for mail in mailoutbox if "waits for your vote" in mail.subject]
    assert sorted(told) == ["ravi@example.org", "rita@example.org"]
    vote_all(review, "approve", rita, ravi)
    rulings.record_ruling(review=review, outcome="approve", reason=REASON, by=rita)
    work()
    mail = next(mail for mail in mailoutbox if "the ruling" in mail.subject)
    assert mail.to == [alice.email]
    assert REASON not in mail.body
