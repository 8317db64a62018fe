"""The mails of this room, one function each."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from interviews.models import ColleagueRequest
from interviews.services.reading import protocol_of


def ask_colleague(request: ColleagueRequest, *, token: str) -> None:
    """The question, who asks, and the link under which to answer."""
    link = settings.BASE_URL + reverse("interviews:colleague-reply", args=[token])
    _send("colleague_asked", request, to=request.email, link=link)


def colleague_replied(request: ColleagueRequest) -> None:
    """Something came back; what it says is read inside, not in a mail."""
    place = reverse("interviews:colleagues", args=[request.session.code, request.question_key])
    _send("colleague_replied", request, to=request.asked_by.email, link=settings.BASE_URL + place)


def _send(message: str, request: ColleagueRequest, *, to: str, link: str) -> None:
    context = {
        "asked": request,
        "session": request.session,
        "question": protocol_of(request.session).question(request.question_key),
        "link": link,
        "app_name": settings.APP_NAME,
    }
    subject = render_to_string(f"emails/interviews/{message}.subject.txt", context)
    body = render_to_string(f"emails/interviews/{message}.body.txt", context)
    send_mail(" ".join(subject.split()), body, None, [to])
