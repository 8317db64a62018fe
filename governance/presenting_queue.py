"""Prepares the queue of reviews: rows, tabs, and what each case waits for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from governance import presenting
from governance.models import Outcome, Review
from governance.phrasing import OUTCOME_TONES, age, counted, due

SHOWS = {
    "mine": "Waiting for me",
    "all": "All open",
    "overdue": "Overdue",
    "closed": "Ruled on",
}


def tabs(current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The filters, with how many each holds where that was counted."""
    return [
        {"key": key, "label": label, "is_current": key == current, "count": counts.get(key)}
        for key, label in SHOWS.items()
    ]


def rows(found: Iterable[Review], *, mine: frozenset[int], today: date) -> list[dict[str, Any]]:
    """Reviews (``queue.for_list``) as rows; ``mine`` holds those in which the person is wanted."""
    return [_row(one, one.pk in mine, today) for one in found]


def _since(review: Review, today: date) -> str:
    """How long it has been open, or when it was closed."""
    if review.closed_at is None:
        return age(timezone.localdate(review.opened_at), today=today)
    return f"closed on {date_format(timezone.localdate(review.closed_at), 'j F Y')}"


def _row(review: Review, is_mine: bool, today: date) -> dict[str, Any]:
    session = review.charter.session
    return (
        {
            "title": session.project_name,
            "url": reverse("governance:review-detail", args=[review.code]),
            "lane": review.get_lane_display(),
            "committee": review.committee.name if review.committee else "",
            "number": review.revision.number,
            "owner": session.owner,
            "cause": cause_words(review),
            "age": _since(review, today),
            "is_mine": is_mine,
            "waits_for": waits_for(review, is_mine=is_mine),
        }
        | presenting.decision_words(presenting.outcome_of(review.revision))
        | due_of(review, today=today)
    )


def cause_words(review: Review) -> str:
    """Why a case was opened, where that is not the usual reason."""
    if review.cause == Review.Cause.SUBMITTED:
        return ""
    return review.get_cause_display().lower()


def due_of(review: Review, *, today: date) -> dict[str, str]:
    """When it should be ruled on; how it ended, where it is closed."""
    if review.is_open:
        found = due(review.due_date, today=today)
        return {"due_words": found.words, "due_tone": found.tone}
    ruling = getattr(review, "ruling", None)
    if ruling is None:
        return {"due_words": review.get_end_display(), "due_tone": "idle"}
    return {"due_words": outcome_words(ruling.outcome), "due_tone": OUTCOME_TONES[ruling.outcome]}


def outcome_words(outcome: str) -> str:
    """A ruling as its effect."""
    return {
        Outcome.APPROVE: "Approved",
        Outcome.APPROVE_WITH_CONDITIONS: "Approved with conditions",
        Outcome.SEND_BACK: "Sent back",
        Outcome.REJECT: "Rejected",
    }[Outcome(outcome)]


def cast_words(review: Review, cast: int) -> str:
    """How many votes are in; never what they say."""
    if review.lane != Review.Lane.COMMITTEE:
        return ""
    if cast >= review.quorum:
        return f"{counted(cast, 'vote')} cast, quorum reached"
    return f"{cast} of {counted(review.quorum, 'vote')} cast"


def waits_for(review: Any, *, is_mine: bool) -> str:
    """Whose turn it is in an open case of ``queue.for_list``; "" in a closed one."""
    if not review.is_open:
        return ""
    cast: int = review.cast_count
    words = cast_words(review, cast)
    if not words:
        return "Your ruling is wanted." if is_mine else "Waits for a reviewer’s ruling."
    if cast >= review.quorum:
        whose = "Your ruling is wanted." if is_mine else "The chair’s ruling is wanted."
        return f"{words}. {whose}"
    return f"{words}. Your vote is wanted." if is_mine else f"{words}."
