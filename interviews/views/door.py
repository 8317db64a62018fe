"""The door of every session page: who sees it, who may write, and how a refusal is said."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.policies import require
from interviews.models import Answer, InterviewSession
from interviews.policies import may_answer, may_share
from interviews.protocol.types import Question
from interviews.refusal_words import sentence
from interviews.refusals import Refusal
from interviews.services import viewing
from interviews.services.reading import protocol_of

ONLY_REQUESTER = (
    "Only the person who started this interview, and colleagues who were given the right to edit, "
    "can change it. You can read it."
)

ONLY_OWNER = "Only the person who owns this interview may do this."


def session_to_read(request: HttpRequest, code: uuid.UUID) -> InterviewSession:
    """The session if it exists for this person; else 404. A stranger's look is recorded."""
    visible = InterviewSession.objects.visible_to(request.user).select_related("owner")
    session = get_object_or_404(visible, code=code)
    viewing.note_view(session=session, by=request.user)
    return session


def session_to_change(request: HttpRequest, code: uuid.UUID) -> InterviewSession:
    """The session if this person may answer in it; 404 if unseen, 403 if only readable."""
    session = session_to_read(request, code)
    require(may_answer(request.user, session), ONLY_REQUESTER)
    return session


def own_session(request: HttpRequest, code: uuid.UUID) -> InterviewSession:
    """The session if it belongs to this person; 404 if unseen, 403 for everybody else."""
    session = session_to_read(request, code)
    require(may_share(request.user, session), ONLY_OWNER)
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
