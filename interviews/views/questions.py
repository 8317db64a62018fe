"""One question: showing it, saving a draft of it, and how its answer stands."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import is_fragment
from interviews.fields.parsing import read_post, takes_reply
from interviews.policies import may_answer
from interviews.refusals import (
    AnswerChanged,
    DraftChanged,
    NothingChanged,
    ProtocolGone,
    Refusal,
    SessionNotOpen,
    UnknownNotAllowed,
    Unstorable,
)
from interviews.services import drafts
from interviews.services.reading import read
from interviews.services.standing import history_of, standing_of
from interviews.views import answering, conflicts, door, wayfinding
from interviews.views.question_page import QuestionPage, respond


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """Shows the question; a POST does what the pressed button says."""
    if request.method != "POST":
        session = door.session_to_read(request, code)
        asked = door.question_or_404(session, key)
        return respond(request, QuestionPage(session, read(session), asked).as_found())
    session = door.session_to_change(request, code)
    asked = door.question_or_404(session, key)
    page = QuestionPage(session, read(session), asked)
    if not page.applies:
        messages.warning(request, f"{key} does not apply at the moment, so nothing was stored.")
        return redirect(wayfinding.question_url(session, key))
    filled = answering.filled_in(request, page)
    try:
        return answering.action_of(request)(filled)
    except (AnswerChanged, DraftChanged) as refusal:
        return conflicts.show(request, page, filled.raw, refusal)
    except (NothingChanged, UnknownNotAllowed) as refusal:
        return filled.again(problems=[door.sentence(refusal)[1]])
    except Refusal as refusal:
        return door.refuse(request, session, refusal)


@require_POST
def draft_save(request: HttpRequest, code: uuid.UUID, key: str) -> JsonResponse:
    """Autosave: the version to build on next, or both versions when another one is newer."""
    session = door.session_to_change(request, code)
    try:
        asked = door.question_or_404(session, key)
    except ProtocolGone as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=409)
    answer = door.answer_or_404(session, key)
    raw = read_post(asked, request.POST)
    try:
        draft = drafts.save_draft(
            answer=answer,
            value=raw,
            draft_version=answering.version_of(request.POST.get("draft_version")),
            answer_version=answering.version_of(request.POST.get("answer_version")),
            by=request.user,
        )
    except (SessionNotOpen, Unstorable) as refusal:
        status, words = door.sentence(refusal)
        return JsonResponse({"sentence": words}, status=status)
    except (AnswerChanged, DraftChanged) as refusal:
        theirs = conflicts.theirs(refusal)
        return JsonResponse({"mine": raw, "theirs": theirs, "conflict": True}, status=409)
    return JsonResponse(
        {
            "version": draft.version,
            "saved_at": timezone.localtime(draft.saved_at).strftime("%H:%M"),
        }
    )


@require_GET
def attempt_status(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """The moving part of the question page, alone."""
    session = door.session_to_read(request, code)
    asked = door.question_or_404(session, key)
    answer = door.answer_or_404(session, key)
    as_fragment = is_fragment(request)
    is_requester = may_answer(request.user, session)
    context = {
        "session": session,
        "question": asked,
        "answer": answer,
        "standing": standing_of(answer, asked, history_of(answer)),
        "is_reader": not is_requester,
        "is_fragment": as_fragment,
        # Only the question's own page has the form that a reply belongs to.
        "may_reply": as_fragment and is_requester and session.is_open and takes_reply(asked),
    }
    template = "interviews/_attempt_status.html"
    if not as_fragment:
        template = "interviews/attempt_status.html"
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request"
    return response
