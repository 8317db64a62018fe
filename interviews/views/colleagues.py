"""Asking a colleague one question, the page behind the link, and what came back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from interviews.forms import AskColleagueForm, ColleagueReplyForm
from interviews.models import ColleagueRequest, InterviewSession
from interviews.prefill.placing import target_label
from interviews.protocol.types import Question
from interviews.refusals import (
    AnswerChanged,
    DraftChanged,
    Refusal,
    RequestClosed,
    TooManyRequests,
    Unstorable,
)
from interviews.services import colleagues
from interviews.services.reading import protocol_of, read, text_limit
from interviews.views import door, wayfinding

TOO_MANY = (
    f"{colleagues.MOST_OPEN} colleagues are being asked about this interview. Wait for replies, "
    "or withdraw a question."
)
UNSTORABLE = "The text holds a character that cannot be stored. Type it again."
BUSY = "The answer changed at this very moment. Nothing was lost; try again."


@require_http_methods(["GET", "HEAD", "POST"])
def colleagues_page(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """Who was asked this question and what came back; a POST asks one more."""
    session = door.session_to_change(request, code)
    question = door.question_or_404(session, key)
    if request.method != "POST":
        return _show(request, session, question, AskColleagueForm())
    form = AskColleagueForm(request.POST)
    if form.is_valid():
        try:
            asked = colleagues.ask_colleague(
                session=session, question_key=key, by=request.user, **form.cleaned_data
            )
        except TooManyRequests:
            form.add_error(None, TOO_MANY)
        except Refusal as refusal:
            return door.refuse(request, session, refusal)
        else:
            messages.success(request, f"The question is on its way to {asked.email}.")
            return redirect("interviews:colleagues", session.code, key)
    return _show(request, session, question, form, status=422)


@require_POST
def handle(request: HttpRequest, code: uuid.UUID, asked: uuid.UUID) -> HttpResponse:
    """Puts a reply into the draft, sets it aside, or withdraws the question."""
    session = door.session_to_change(request, code)
    found = get_object_or_404(session.colleague_requests, code=asked)
    found.session = session
    place = redirect("interviews:colleagues", session.code, found.question_key)
    try:
        if request.POST.get("action") != "take":
            colleagues.close_request(request=found, by=request.user)
            return place
        colleagues.take_over_reply(reading=read(session), request=found, by=request.user)
    except (AnswerChanged, DraftChanged):
        messages.warning(request, BUSY)
        return place
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, "The reply is in your draft. Read it, then submit.")
    return redirect(wayfinding.question_url(session, found.question_key))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: one question, one reply, no account."""
    asked = colleagues.request_of(token)
    if asked is None:
        raise Http404("There is no such question.")
    if not asked.is_open:
        return _spent(request, asked)
    form = ColleagueReplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            colleagues.take_in_reply(request=asked, reply=form.cleaned_data["reply"])
        except RequestClosed:
            asked.refresh_from_db()
            return _spent(request, asked)
        except Unstorable:
            form.add_error("reply", UNSTORABLE)
        else:
            return redirect(request.path)
    question = protocol_of(asked.session).question(asked.question_key)
    context = {"asked": asked, "question": question, "form": form, "most": text_limit()}
    status = 422 if form.errors else 200
    return render(request, "interviews/colleague_reply.html", context, status=status)


def _spent(request: HttpRequest, asked: ColleagueRequest) -> HttpResponse:
    """Thanks for a reply that is in; else says that the link no longer works, and whom to ask."""
    status = 200 if asked.replied_at else 410
    return render(request, "interviews/colleague_spent.html", {"asked": asked}, status=status)


def _show(
    request: HttpRequest,
    session: InterviewSession,
    question: Question,
    form: AskColleagueForm,
    *,
    status: int = 200,
) -> HttpResponse:
    found = list(session.colleague_requests.filter(question_key=question.key))
    for one in found:
        path = reverse("interviews:colleague-reply", args=[colleagues.token_of(one)])
        one.link = request.build_absolute_uri(path)
    context = {
        "session": session,
        "question": question,
        "asked": found,
        "form": form,
        "goes_into": target_label(question),
    }
    return render(request, "interviews/colleagues.html", context, status=status)
