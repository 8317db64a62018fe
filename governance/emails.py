"""The mails of this room, one function each; what people wrote is read inside, not in a mail."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from governance.models import Commitment, Review, Ruling, Thread


def review_opened(review: Review, *, to: User) -> None:
    """A case waits for this person's verdict."""
    link = _link("governance:review-detail", review.code)
    context = {"review": review, "session": review.charter.session, "link": link}
    _send("review_opened", context, to=to)


def ruling_recorded(ruling: Ruling, *, to: User) -> None:
    """People ruled on this person's charter."""
    revision = ruling.review.revision
    link = _link("governance:charter", revision.charter.code, revision.number)
    context = {"ruling": ruling, "session": revision.charter.session, "link": link}
    _send("ruling_recorded", context, to=to)


def comment_raised(thread: Thread, *, to: User) -> None:
    """Somebody asks something about this person's charter."""
    _send_thread("comment_raised", thread, to)


def comment_answered(thread: Thread, *, to: User) -> None:
    """What this person asked was answered."""
    _send_thread("comment_answered", thread, to)


def promises_due(found: list[Commitment], *, to: User, today: date) -> None:
    """What this person promised comes due, is overdue, or is broken."""
    link = _link("governance:commitments")
    _send("promises_due", {"commitments": found, "today": today, "link": link}, to=to)


def _send_thread(message: str, thread: Thread, to: User) -> None:
    link = _link("governance:thread", thread.code)
    _send(message, {"thread": thread, "session": thread.charter.session, "link": link}, to=to)


def _link(name: str, *parts: Any) -> str:
    return settings.BASE_URL + reverse(name, args=parts)


def _send(message: str, context: dict[str, Any], *, to: User) -> None:
    context |= {"app_name": settings.APP_NAME, "person": to}
    subject = render_to_string(f"emails/governance/{message}.subject.txt", context)
    body = render_to_string(f"emails/governance/{message}.body.txt", context)
    send_mail(" ".join(subject.split()), body, None, [to.email])
