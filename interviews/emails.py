"""The mails of this room, one function each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from interviews.models import ColleagueRequest, ScoreDispute
from interviews.services.reading import protocol_of


def ask_colleague(request: ColleagueRequest, *, token: str) -> None:
    """The question, who asks, and the link under which to answer."""
    link = settings.BASE_URL + reverse("interviews:colleague-reply", args=[token])
    _send("colleague_asked", request, to=request.email, link=link)


def colleague_replied(request: ColleagueRequest) -> None:
    """Something came back; what it says is read inside, not in a mail."""
    place = reverse("interviews:colleagues", args=[request.session.code, request.question_key])
    _send("colleague_replied", request, to=request.asked_by.email, link=settings.BASE_URL + place)


def dispute_ruled(dispute: ScoreDispute) -> None:
    """A reviewer ruled on a score; which way and why is read inside, not in a mail."""
    answer = dispute.answer
    place = reverse("interviews:question", args=[answer.session.code, answer.question_key])
    about = {"session": answer.session, "key": answer.question_key}
    context = about | {"link": settings.BASE_URL + place, "app_name": settings.APP_NAME}
    _post("dispute_ruled", context, to=dispute.raised_by.email)


def _send(message: str, request: ColleagueRequest, *, to: str, link: str) -> None:
    context = {
        "asked": request,
        "session": request.session,
        "question": protocol_of(request.session).question(request.question_key),
        "link": link,
        "app_name": settings.APP_NAME,
    }
    _post(message, context, to=to)


def _post(message: str, context: dict[str, Any], *, to: str) -> None:
    subject = render_to_string(f"emails/interviews/{message}.subject.txt", context)
    body = render_to_string(f"emails/interviews/{message}.body.txt", context)
    send_mail(" ".join(subject.split()), body, None, [to])
