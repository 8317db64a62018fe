"""Nobody takes a charter back in order to read what others said of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from governance import policies
from governance.models import Decision, Review
from governance.services import bundles, reviews, rulings
from tests.builders import cases

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def withdrawn(alice: User, rita: User) -> Review:
    """Rita has voted, then Alice took her charter back."""
    cases.council(chair=rita, quorum=1)
    review = cases.open_review_of(cases.decided(alice).revision.charter)
    cases.vote_all(review, "reject", rita)
    return reviews.withdraw(review=review, by=alice)


def faces(review: Review, browser: Client) -> str:
    """Everything on which votes of a closed case are shown."""
    page = browser.get(reverse("governance:review-detail", args=[review.code]))
    program = browser.get(f"/api/v1/reviews/{review.code}/votes")
    decision = Decision.objects.get(revision=review.revision)
    held = bundles.bundle_files(decision)
    bundle = "".join(body.decode() for name, body in held.items() if name.endswith(".json"))
    assert page.status_code == program.status_code == 200
    return page.content.decode() + json.dumps(program.json()) + bundle


def test_an_author_who_withdraws_reads_no_vote(
    withdrawn: Review, alice: User, rita: User, client_of: ClientOf
) -> None:
    said = faces(withdrawn, client_of(alice))
    assert cases.REASON not in said
    assert "Votes stay closed until" in said
    assert '"votes_cast": 1' in said and '"tally": null' in said


def test_whoever_voted_still_reads_them(withdrawn: Review, rita: User, mallory: User) -> None:
    assert policies.may_see_votes(rita, withdrawn)
    assert not policies.may_see_votes(mallory, withdrawn)


def test_asking_again_on_the_same_revision_opens_nothing(withdrawn: Review, alice: User) -> None:
    reviews.request_review(charter=withdrawn.charter, committee=None, by=alice)
    assert not policies.may_see_votes(alice, withdrawn)


def test_a_newer_revision_opens_them(withdrawn: Review, alice: User, client_of: ClientOf) -> None:
    session = withdrawn.charter.session
    cases.edit(session, "S5-10", **cases.rated(3))
    cases.submit(session)
    assert cases.REASON in faces(withdrawn, client_of(alice))


def test_a_ruling_opens_them(withdrawn: Review, alice: User, rita: User) -> None:
    again = reviews.request_review(charter=withdrawn.charter, committee=None, by=alice)
    cases.vote_all(again, "send_back", rita)
    rulings.record_ruling(review=again, outcome="send_back", reason=cases.OTHER_REASON, by=rita)
    assert policies.may_see_votes(alice, withdrawn)
