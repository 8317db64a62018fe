"""Prepares where a charter's case stands, and what the person who reads it can do next."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from charters.models import Charter
from governance import policies, presenting_queue
from governance.models import Review, Thread
from governance.phrasing import counted
from governance.presenting import STANDING_TONES
from governance.services import situations
from governance.services.standing import Standing, State, standing_of
from governance.transitions import Act
from interviews.models import InterviewSession
from interviews.protocol import catalogue

#: States in which the reason of the last ruling is what the author has to act on.
TOLD_WHY = (State.SENT_BACK, State.REJECTED)
TO_CHANGE = (State.SENT_BACK, State.STALE)

Step = dict[str, str]


def of_charter(charter: Charter, user: User, standing: Standing | None = None) -> dict[str, Any]:
    """The panel of one charter, for one person."""
    found = standing or standing_of(charter)
    return {
        "title": _title(found),
        "tone": STANDING_TONES[found.state],
        "sentence": found.sentence,
        "reason": found.ruling.reason if found.ruling and found.state in TOLD_WHY else "",
        "changes": _changes(charter.session, found),
        "steps": _steps(charter, user, found),
    }


def _title(found: Standing) -> str:
    # Nothing says when the answers moved away from what was approved.
    if found.since is None or found.state == State.STALE:
        return found.label
    day = timezone.localdate(found.since)
    return f"{found.label} since {day.day} {day:%B %Y}"


def _changes(session: InterviewSession, found: Standing) -> list[dict[str, str]]:
    """The items that changed materially, as links to what they say now."""
    protocol = catalogue.default_protocol()
    return [
        {
            "key": key,
            "title": protocol.question(key).title if key in protocol else "",
            "url": reverse("interviews:question", args=[session.code, key]),
        }
        for key in found.changed_items
    ]


def _steps(charter: Charter, user: User, found: Standing) -> list[Step]:
    permits = situations.permits(user, charter, found.review)
    is_author = policies.is_author(user, charter)
    steps: list[Step] = []
    if found.review is not None:
        steps.append(_review_step(found.review, user, permits))
    elif found.ruling is not None:
        steps.append(_ruled_step(found.ruling.review))
    if found.ruling is not None and found.ruling.is_approval:
        path = reverse("governance:charter-commitments", args=[charter.code])
        steps.append({"url": path, "label": "See what was promised", "note": ""})
    if is_author:
        steps += comments_to_answer(charter, user)
    is_owner = user.pk == charter.session.owner_id
    if is_owner and (found.state in TO_CHANGE or found.is_changed):
        steps += _ways_to_change(charter.session)
    if permits[Act.REQUEST] is None:
        path = reverse("governance:review-request", args=[charter.code])
        steps.append({"url": path, "label": "Ask a committee to rule on it", "note": ""})
    return steps


def _review_step(review: Review, user: User, permits: Any) -> Step:
    url = reverse("governance:review-detail", args=[review.code])
    if permits[Act.VOTE] is None or permits[Act.RULE] is None:
        label = "Cast your vote" if permits[Act.VOTE] is None else "Record the ruling"
    else:
        label = "See the review"
    words = presenting_queue.cast_words(review, review.votes.count())
    due = presenting_queue.due_of(review, today=timezone.localdate())["due_words"]
    return {"url": url, "label": label, "note": f"{words} · {due}" if words else due}


def _ruled_step(review: Review) -> Step:
    url = reverse("governance:review-detail", args=[review.code])
    return {"url": url, "label": "See how it was ruled on", "note": ""}


def comments_to_answer(charter: Charter, user: User) -> list[Step]:
    """The oldest comment that nobody answered yet, and how many there are."""
    found = Thread.objects.visible_to(user).filter(charter=charter, state=Thread.State.OPEN)
    waiting = list(found.exclude(opened_by=user).values_list("code", flat=True))
    if not waiting:
        return []
    url = reverse("governance:thread", args=[waiting[0]])
    note = f"{len(waiting)} wait for an answer." if len(waiting) > 1 else ""
    return [{"url": url, "label": f"Answer {counted(len(waiting), 'comment')}", "note": note}]


def _ways_to_change(session: InterviewSession) -> list[Step]:
    change = reverse("interviews:session-detail", args=[session.code])
    issue = reverse("governance:submit", args=[session.code])
    return [
        {"url": change, "label": "Change the answers", "note": ""},
        {"url": issue, "label": "Issue a new revision", "note": "once they are as they should be"},
    ]
