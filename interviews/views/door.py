"""The door of every session page: who sees it, who may write, and how a refusal is said."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.policies import require
from interviews.models import Answer, InterviewSession
from interviews.policies import may_answer
from interviews.protocol.types import Question
from interviews.refusals import (
    NothingChanged,
    NotYours,
    Refusal,
    SessionGone,
    SessionNotOpen,
    SessionReleased,
    UnknownNotAllowed,
    Unstorable,
)
from interviews.services.reading import protocol_of

ONLY_REQUESTER = "Only the person who started this interview can change it. You can read it."

#: Status and sentence of every refusal that has no page of its own.
REFUSALS: dict[type[Refusal], tuple[int, str]] = {
    SessionNotOpen: (409, "This interview is paused or closed. Resume it, then try again."),
    Unstorable: (
        422,
        "The text holds a character that cannot be stored, or is nested too deeply. Type it again.",
    ),
    SessionGone: (404, "This interview was deleted meanwhile."),
    NothingChanged: (
        422,
        "The answer is the same as before. Add what the question below asks for, then submit again.",
    ),
    UnknownNotAllowed: (
        422,
        "This question needs an answer: leaving it open would hide a risk. Answer as well as you can.",
    ),
    NotYours: (
        409,
        "This finding cannot be handled that way. Change the answers it names, or reload the page.",
    ),
    SessionReleased: (
        409,
        "A charter was issued from this interview, so it is kept. Ask an administrator to archive it.",
    ),
}


def session_to_read(request: HttpRequest, code: uuid.UUID) -> InterviewSession:
    """The session if it exists for this person; else 404."""
    visible = InterviewSession.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(visible, code=code)


def session_to_change(request: HttpRequest, code: uuid.UUID) -> InterviewSession:
    """The session if this person may answer in it; 404 if unseen, 403 if only readable."""
    session = session_to_read(request, code)
    require(may_answer(request.user, session), ONLY_REQUESTER)
    return session


def question_or_404(session: InterviewSession, key: str) -> Question:
    """One question of the set that the session was held with. Raises ProtocolGone."""
    protocol = protocol_of(session)
    if key not in protocol:
        raise Http404("There is no such question.")
    return protocol.question(key)


def answer_or_404(session: InterviewSession, key: str) -> Answer:
    """One answer alone, for fragments and drafts."""
    answer = get_object_or_404(session.answers.with_current(), question_key=key)
    answer.session = session
    return answer


def sentence(refusal: Refusal) -> tuple[int, str]:
    """Status and words of a refusal."""
    return REFUSALS[type(refusal)]


def refuse(request: HttpRequest, session: InterviewSession, refusal: Refusal) -> HttpResponse:
    """A refusal as a page of its own, with the way back."""
    status, words = sentence(refusal)
    return render(
        request,
        "409.html",
        {
            "sentence": words,
            "session": session,
            "back_url": reverse("interviews:session-detail", args=[session.code]),
        },
        status=status,
    )
