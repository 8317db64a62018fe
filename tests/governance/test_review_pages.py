"""The workspace of a reviewer: reading a case, voting blind, recording the ruling."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from governance.models import Review, Ruling, Vote
from governance.services import threads, votes
from interviews.models import Collaborator
from tests.builders.cases import (
    OTHER_REASON,
    REASON,
    council,
    decided,
    open_review_of,
    reviewers,
    vote_all,
)
from tests.builders.people import make_person

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db

SECRET = "Ravi alone says that the pilot must stop after three weeks of noise."


@pytest.fixture
def ravi() -> User:
    """Another reviewer."""
    return reviewers("ravi")[0]


@pytest.fixture
def review(alice: User, rita: User, ravi: User) -> Review:
    """Alice's case before Rita, who takes the chair, and Ravi."""
    council(ravi, chair=rita)
    return open_review_of(decided(alice).revision.charter)


def address(review: Review, name: str = "detail") -> str:
    return reverse(f"governance:review-{name}", args=[review.code])


def verdict(outcome: str = "approve", reason: str = REASON) -> dict[str, str]:
    return {"outcome": outcome, "reason": reason}


def ruling(outcome: str = "approve", reason: str = REASON, **more: str) -> dict[str, str]:
    return {"outcome": outcome, "reason": reason, "row_action": ""} | more


def condition(number: int, **parts: str) -> dict[str, str]:
    given = {"text": "Try the appeal out", "owner": "Ops", "due": "2090-01-31", "rule": ""} | parts
    return {f"c-{number}-{name}": value for name, value in given.items()}


# --- Reading --------------------------------------------------------------------------------------


def test_rita_reads_the_case_with_the_answers_one_click_away(
    review: Review, rita: User, client_of: ClientOf
) -> None:
    page = client_of(rita).get(address(review)).content.decode()
    revision = review.revision
    answer = reverse(
        "governance:charter-answer", args=[review.charter.code, revision.number, "S1-01"]
    )
    assert "SUBMIT TO COMMITTEE" in page
    assert "Record my vote" in page
    assert answer in page
    assert client_of(rita).get(answer).status_code == 200


def test_mallory_and_olga_see_no_review(
    review: Review, mallory: User, olga: User, client_of: ClientOf
) -> None:
    for stranger in (mallory, olga):
        browser = client_of(stranger)
        assert browser.get(address(review)).status_code == 404
        for name in ("vote", "ruling", "withdraw"):
            assert browser.post(address(review, name)).status_code == 404


def test_alice_reads_her_case_and_finds_no_verdict_form(
    review: Review, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(address(review)).content.decode()
    assert "Your charter is being reviewed" in page
    assert "Record my vote" not in page


def test_a_reviewer_without_a_seat_is_told_what_would_give_one(
    review: Review, client_of: ClientOf
) -> None:
    page = client_of(reviewers("rosa")[0]).get(address(review)).content.decode()
    assert "An administrator can seat you" in page
    assert "Record my vote" not in page


def test_the_workspace_takes_the_same_number_of_statements_however_much_was_said(
    review: Review, rita: User, client_of: ClientOf
) -> None:
    browser, counts = client_of(rita), []
    browser.get(address(review))
    for number in (1, 2, 3, 12):
        for _ in range(number):
            threads.open_thread(charter=review.charter, text=f"Matter {number}", by=rita)
        with CaptureQueriesContext(connection) as seen:
            browser.get(address(review))
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert counts[0] < 60


# --- Blind first ----------------------------------------------------------------------------------


def test_rita_sees_no_other_verdict_before_her_own(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_with(review, ravi, SECRET)
    threads.open_thread(charter=review.charter, text="Ravi asks about noise", by=ravi)
    browser = client_of(rita)
    pages = [address(review), reverse("governance:review-list"), reverse("governance:my-work"), "/"]
    charter = reverse("governance:charter", args=[review.charter.code, 1])
    for page in (*pages, charter):
        text = browser.get(page).content.decode()
        assert SECRET not in text
        assert "Ravi asks about noise" not in text
    assert "1 of 2 votes cast" in browser.get(address(review)).content.decode()
    browser.post(address(review, "vote"), verdict())
    opened = browser.get(address(review)).content.decode()
    assert SECRET in opened
    assert "Ravi asks about noise" in opened


def vote_with(review: Review, who: User, reason: str, outcome: str = "reject") -> None:
    votes.cast_vote(review=review, outcome=outcome, reason=reason, by=who)


def test_an_admin_and_the_author_see_votes_only_when_people_have_ruled(
    review: Review, alice: User, rita: User, ravi: User, client_of: ClientOf
) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    vote_with(review, ravi, SECRET)
    for person in (alice, ada):
        assert SECRET not in client_of(person).get(address(review)).content.decode()
    vote_all(review, "reject", rita)
    client_of(rita).post(address(review, "ruling"), ruling("reject"))
    for person in (alice, ada):
        assert SECRET in client_of(person).get(address(review)).content.decode()


def test_a_hidden_thread_does_not_exist_before_the_own_verdict(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    hidden = threads.open_thread(charter=review.charter, text="Noise?", by=ravi)
    page = reverse("governance:thread", args=[hidden.code])
    assert client_of(rita).get(page).status_code == 404
    assert client_of(rita).post(page, {"text": "Me too"}).status_code == 404
    vote_all(review, "approve", rita)
    assert client_of(rita).get(page).status_code == 200


# --- Voting ---------------------------------------------------------------------------------------


def test_rita_votes_once(review: Review, rita: User, client_of: ClientOf) -> None:
    browser = client_of(rita)
    assert browser.post(address(review, "vote"), verdict()).status_code == 302
    assert browser.post(address(review, "vote"), verdict("reject")).status_code == 409
    assert Vote.objects.get(review=review).outcome == "approve"


@pytest.mark.parametrize("reason", ["", "too short", "a" * 60, " " * 80])
def test_a_vote_without_a_real_reason_is_asked_back_and_nothing_is_lost(
    review: Review, rita: User, client_of: ClientOf, reason: str
) -> None:
    reply = client_of(rita).post(address(review, "vote"), verdict("send_back", reason))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert 'value="send_back" checked' in page
    assert reason.strip() in page
    assert not review.votes.exists()


def test_the_address_of_a_vote_leads_back_to_the_case(
    review: Review, rita: User, mallory: User, client_of: ClientOf
) -> None:
    """It stands in the browser once a vote was asked back, and after a sign-in that came late."""
    assert client_of(rita).get(address(review, "vote")).url == address(review)
    assert client_of(mallory).get(address(review, "vote")).status_code == 404
    assert not Vote.objects.exists()


def test_after_her_vote_rita_is_led_to_the_others_and_after_the_ruling_to_the_charter(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "approve", ravi)
    browser = client_of(rita)
    page = browser.post(address(review, "vote"), verdict(), follow=True).content.decode()
    assert "Now you see the others’ votes." in page and "You voted: Approve" in page
    assert 'href="#votes">Read the other votes' in page
    page = browser.post(address(review, "ruling"), ruling(), follow=True).content.decode()
    charter = reverse("governance:charter", args=[review.charter.code, review.revision.number])
    assert f'href="{charter}">See the ruling in the charter' in page


def test_the_chair_reads_the_votes_before_the_form_of_the_ruling(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    """On a phone one stands below the other, in this order."""
    vote_all(review, "approve", rita, ravi)
    page = client_of(rita).get(address(review, "ruling")).content.decode()
    assert page.index("The votes come to") < page.index('name="reason"')


def test_who_may_not_vote_is_refused_with_the_reason(
    review: Review, alice: User, rita: User, client_of: ClientOf
) -> None:
    edith = reviewers("edith")[0]
    Collaborator.objects.create(
        session=review.charter.session, user=edith, level="edit", added_by=alice
    )
    ada = make_person("ada", role=Role.ADMIN)
    for person in (alice, edith, ada):
        assert client_of(person).post(address(review, "vote"), verdict()).status_code == 403
    assert not review.votes.exists()


# --- Ruling ---------------------------------------------------------------------------------------


def test_the_chair_rules_with_conditions_once_the_quorum_is_there(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    browser = client_of(rita)
    vote_all(review, "approve_with_conditions", rita)
    assert browser.get(address(review, "ruling")).status_code == 409
    vote_all(review, "approve_with_conditions", ravi)
    page = browser.get(address(review, "ruling")).content.decode()
    assert "2 votes to approve with conditions" in page
    reply = browser.post(
        address(review, "ruling"), ruling("approve_with_conditions") | condition(1) | condition(4)
    )
    assert reply.status_code == 302
    found = Ruling.objects.get(review=review)
    assert [one.owner for one in found.conditions.all()] == ["Ops", "Ops"]
    assert "Approved with conditions" in browser.get(address(review)).content.decode()


def test_the_engine_s_conditions_stand_there_to_be_changed(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "approve", rita, ravi)
    page = client_of(rita).get(address(review, "ruling")).content.decode()
    outcome = review.revision.decision.outcome
    assert outcome["conditions"][0]["text"][:30] in page
    # What nobody touched goes with an approval with conditions only.
    rows: dict[str, str] = {}
    for number, one in enumerate(outcome["conditions"], start=1):
        rows |= condition(
            number,
            text=one["text"],
            owner=one["owner"],
            due=one["due_date"],
            rule=one["source_rule"],
        )
    client_of(rita).post(address(review, "ruling"), ruling() | rows)
    assert Ruling.objects.get(review=review).conditions.count() == 0


def test_the_editor_adds_and_removes_rows_and_keeps_what_was_typed(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "approve", rita, ravi)
    browser = client_of(rita)
    sent = ruling("approve_with_conditions", "half a reason") | condition(1, text="Keep me")
    page = browser.post(address(review, "ruling"), sent | {"row_action": "add"}).content.decode()
    assert "c-2-text" in page and "Keep me" in page and "half a reason" in page
    assert page.count(" autofocus ") == 1 and "autofocus" in page.partition('id="c-2-text"')[2]
    assert "There is a problem" not in page
    gone = browser.post(address(review, "ruling"), sent | {"row_action": "remove:1"})
    assert "Keep me" not in gone.content.decode()
    assert not Ruling.objects.exists()


def test_a_condition_without_owner_or_with_a_past_date_is_asked_back(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "approve_with_conditions", rita, ravi)
    bad = condition(1, owner="", due="2001-01-01", text="Keep me")
    reply = client_of(rita).post(address(review, "ruling"), ruling("approve_with_conditions") | bad)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Name who does it." in page
    assert "This date has passed." in page
    assert "Keep me" in page
    assert not Ruling.objects.exists()


def test_going_another_way_than_the_votes_takes_a_reason_of_its_own(
    review: Review, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "reject", rita, ravi)
    browser = client_of(rita)
    reply = browser.post(address(review, "ruling"), ruling("send_back"))
    assert reply.status_code == 422
    assert "Say why you rule otherwise" in reply.content.decode()
    browser.post(address(review, "ruling"), ruling("send_back", departure_reason=OTHER_REASON))
    found = Ruling.objects.get(review=review)
    assert found.departs_from_tally
    assert OTHER_REASON in browser.get(address(review)).content.decode()


def test_only_the_chair_records_the_ruling(
    review: Review, rita: User, ravi: User, alice: User, client_of: ClientOf
) -> None:
    vote_all(review, "approve", rita, ravi)
    for person in (ravi, alice):
        assert client_of(person).post(address(review, "ruling"), ruling()).status_code == 403
    assert not Ruling.objects.exists()


def test_one_reviewer_rules_alone_and_an_override_is_said(
    alice: User, rita: User, client_of: ClientOf
) -> None:
    council(rita, quorum=1)
    review = open_review_of(decided(alice, "proceed_with_monitoring").revision.charter)
    browser = client_of(rita)
    assert "your vote is the ruling" in browser.get(address(review)).content.decode()
    assert (
        "This overrides the computed decision"
        in browser.get(address(review, "ruling")).content.decode()
    )
    browser.post(address(review, "ruling"), ruling("reject"))
    assert Ruling.objects.get(review=review).is_override
    assert "This overrides the computed decision" in browser.get(address(review)).content.decode()


# --- The author's side ----------------------------------------------------------------------------


def test_alice_takes_her_charter_back(
    review: Review, alice: User, rita: User, client_of: ClientOf
) -> None:
    assert client_of(rita).post(address(review, "withdraw")).status_code == 403
    assert client_of(alice).post(address(review, "withdraw")).status_code == 302
    review.refresh_from_db()
    assert review.end == "withdrawn"


def test_a_charter_that_was_sent_back_says_why_and_what_to_do(
    review: Review, alice: User, rita: User, ravi: User, client_of: ClientOf
) -> None:
    vote_all(review, "send_back", rita, ravi)
    client_of(rita).post(address(review, "ruling"), ruling("send_back", OTHER_REASON))
    browser = client_of(alice)
    charter = reverse("governance:charter", args=[review.charter.code, 1])
    panel = reverse("governance:case", args=[review.charter.session.code])
    for page in (charter, panel):
        text = browser.get(page).content.decode()
        assert "Sent back since" in text
        assert OTHER_REASON in text
        assert "Issue a new revision" in text
    assert (
        "Charters that came back to you"
        in browser.get(reverse("governance:my-work")).content.decode()
    )


def test_after_a_halt_alice_asks_the_committee(
    alice: User, rita: User, bob: User, client_of: ClientOf
) -> None:
    council(rita, quorum=1)
    charter = decided(alice, "halt").revision.charter
    ask = reverse("governance:review-request", args=[charter.code])
    assert (
        "Ask a committee"
        in client_of(alice)
        .get(reverse("governance:charter", args=[charter.code, 1]))
        .content.decode()
    )
    assert client_of(rita).post(ask).status_code == 403
    assert client_of(bob).post(ask).status_code == 404
    assert client_of(alice).get(ask).status_code == 200
    assert client_of(alice).post(ask).status_code == 302
    assert client_of(alice).post(ask).status_code == 409
    assert open_review_of(charter).lane == "committee"
