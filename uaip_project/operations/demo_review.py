"""The demonstration's committee, and the case that waits in it for a ruling."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import Role
from governance.models import Committee, Outcome, Review
from governance.services import committees, threads, votes

NAME = "AI review board"
ADMIN_EMAIL = "admin@example.org"
COLLEAGUE_EMAIL = "second.reviewer@example.org"
VERDICT = (
    "The estimate supports a clinician and decides nothing by itself, and the register of risks is "
    "honest about who is hurt by a wrong one. I would approve once the appeal of a flagged Veteran "
    "is written down and tried out."
)
QUESTION = (
    "How does a Veteran learn that the estimate played a part, and whom do they ask to look again? "
    "The answer names a channel but nobody who has to reply."
)
QUESTION_ABOUT = "S4-05"


def seat_reviewers(*, chair: User, password: str) -> User:
    """A committee of two, whose chair is the demonstration's reviewer; returns the other one."""
    admin = _person(ADMIN_EMAIL, password, name="Demo Administrator", role=Role.ADMIN)
    colleague = _person(COLLEAGUE_EMAIL, password, name="Second Reviewer", role=Role.REVIEWER)
    if not Committee.objects.exists():
        board = committees.make_committee(name=NAME, quorum=2, rule="majority", by=admin)
        committees.seat_person(committee=board, user=chair, is_chair=True, by=admin)
        committees.seat_person(committee=board, user=colleague, by=admin)
    return colleague


def _person(email: str, password: str, *, name: str, role: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, password, name=name, role=role)


def leave_waiting(*, colleague: User) -> Review | None:
    """The colleague has voted and asked the author something; the chair has not been there yet."""
    review = Review.objects.open().filter(lane=Review.Lane.COMMITTEE).order_by("-pk").first()
    if review is None:
        return None
    votes.cast_vote(
        review=review, outcome=Outcome.APPROVE_WITH_CONDITIONS, reason=VERDICT, by=colleague
    )
    threads.open_thread(
        charter=review.charter,
        anchor="item",
        anchor_key=QUESTION_ABOUT,
        text=QUESTION,
        by=colleague,
    )
    return review
