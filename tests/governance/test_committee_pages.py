"""Committees for administrators: who sits where, and what a committee still lacks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from governance.models import Committee, Review
from tests.builders.cases import decided, reviewers
from tests.builders.people import make_person

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db

COMMITTEES = "/committees/"
BOARD = {"name": "Board", "quorum": "2", "rule": "majority"}


@pytest.fixture
def browser(client_of: ClientOf) -> Client:
    """Ada, an administrator."""
    return client_of(make_person("ada", role=Role.ADMIN))


@pytest.fixture
def board(browser: Client) -> Committee:
    browser.post(COMMITTEES, BOARD)
    return Committee.objects.get()


def address(board: Committee, name: str = "committee", *more: object) -> str:
    return reverse(f"governance:{name}", args=[board.code, *more])


def test_ada_sets_up_a_committee_and_is_told_what_it_lacks(
    browser: Client, board: Committee, rita: User
) -> None:
    assert board.is_default
    page = browser.get(COMMITTEES).content.decode()
    assert "The quorum is 2 and 0 people may vote" in page
    ravi = reviewers("ravi")[0]
    for person in (rita, ravi):
        reply = browser.post(address(board, "seat-add"), {"email": person.email})
        assert reply.status_code == 302
    page = browser.get(address(board)).content.decode()
    assert "Nobody takes the chair" in page
    browser.post(address(board, "seat-chair", rita.code))
    page = browser.get(address(board)).content.decode()
    assert "Nobody takes the chair" not in page
    assert "Chair" in page
    browser.post(address(board, "seat-end", ravi.code))
    assert "1 seat that ended" in browser.get(address(board)).content.decode()


def test_nobody_but_a_reviewer_or_superadmin_takes_a_seat(
    browser: Client, board: Committee, bob: User
) -> None:
    for email in (bob.email, "nobody@example.org", "no address"):
        reply = browser.post(address(board, "seat-add"), {"email": email})
        assert reply.status_code == 422
        assert email in reply.content.decode()
    assert not board.seats.exists()


def test_a_bad_quorum_or_a_taken_name_is_asked_back(browser: Client, board: Committee) -> None:
    for wish in (BOARD, BOARD | {"name": "Other", "quorum": "0"}, BOARD | {"name": ""}):
        reply = browser.post(COMMITTEES, wish)
        assert reply.status_code == 422
        assert "There is a problem" in reply.content.decode()
    assert Committee.objects.count() == 1


def test_the_default_committee_is_not_closed_and_open_cases_keep_their_quorum(
    browser: Client, board: Committee, alice: User
) -> None:
    review = Review.objects.get(charter=decided(alice).revision.charter)
    reply = browser.post(address(board, "committee-close"), {"action": "close"})
    assert reply.status_code == 409
    changed = {"name": "Board", "quorum": "1", "rule": "all_of", "is_default": "on"}
    assert browser.post(address(board), changed).status_code == 302
    review.refresh_from_db()
    assert review.quorum == 2


def test_only_administrators_see_committees(
    board: Committee, alice: User, rita: User, olga: User, client_of: ClientOf
) -> None:
    for person in (alice, rita, olga):
        assert client_of(person).get(COMMITTEES).status_code == 403
        assert client_of(person).post(address(board, "seat-add")).status_code == 403
