"""Starting from an existing proposal: uploading it, and what becomes of its passages."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import is_fragment
from interviews.models import Candidate, InterviewSession, Proposal
from interviews.prefill.placing import target_label
from interviews.prefill.refusing import FileRefused
from interviews.refusals import AnswerChanged, DraftChanged, Refusal
from interviews.services import candidates, prefill, privacy
from interviews.services.reading import Reading, read
from interviews.views import door, wayfinding

NO_FILE = "Choose a file first."
STILL_READING = "The file before is still being read. Wait a moment, then upload the next one."
TOO_MANY = "This interview has had twenty files already. Copy what is missing into the answers."
HANDLED = "This passage was handled already, perhaps in another tab."
BUSY = "The answer changed at this very moment. Nothing was lost; try again."


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The files of this interview and the passages found in them; a POST takes a file."""
    session = door.session_to_change(request, code)
    if request.method == "POST":
        return _upload(request, session)
    is_part = is_fragment(request)
    template = "interviews/_proposal_found.html" if is_part else "interviews/proposal.html"
    response = render(request, template, _context(session))
    response.headers["Vary"] = "HX-Request"
    return response


def _upload(request: HttpRequest, session: InterviewSession) -> HttpResponse:
    file = request.FILES.get("file")
    try:
        if file is None:
            raise FileRefused(NO_FILE)
        prefill.upload_proposal(
            session=session, name=file.name or "", content=file.read(), by=request.user
        )
    except FileRefused as refusal:
        return _refuse(request, session, str(refusal), 422)
    except prefill.StillReading:
        return _refuse(request, session, STILL_READING, 409)
    except prefill.TooManyProposals:
        return _refuse(request, session, TOO_MANY, 409)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    return redirect("interviews:proposal", session.code)


def _refuse(
    request: HttpRequest, session: InterviewSession, sentence: str, status: int
) -> HttpResponse:
    context = {**_context(session), "problem": sentence}
    return render(request, "interviews/proposal.html", context, status=status)


def _context(session: InterviewSession) -> dict[str, Any]:
    reading = read(session)
    files = list(Proposal.objects.filter(session=session).defer("content"))
    return {
        "session": session,
        "stages": wayfinding.stages(reading, session.current_stage),
        "files": files,
        "is_waiting": any(one.status == Proposal.Status.WAITING for one in files),
        "groups": _groups(reading),
        "is_model_asked": privacy.is_model_asked() and not session.is_kept_from_model,
    }


def _groups(reading: Reading) -> list[dict[str, Any]]:
    """Open and accepted candidates by question, in the order of the interview."""
    found = Candidate.objects.filter(proposal__session=reading.session).select_related("proposal")
    by_key: dict[str, list[Candidate]] = {}
    for one in found.exclude(state=Candidate.State.DISMISSED).order_by("-proposal", "position"):
        by_key.setdefault(one.question_key, []).append(one)
    return [
        {
            "question": question,
            "answer": reading.by_key[question.key],
            "url": wayfinding.question_url(reading.session, question.key),
            "candidates": by_key[question.key],
            "into": target_label(question),
        }
        for question in reading.visible
        if question.key in by_key
    ]


@require_POST
def candidate_handle(request: HttpRequest, code: uuid.UUID, candidate: uuid.UUID) -> HttpResponse:
    """Puts a passage into the draft of its question, or dismisses it."""
    session = door.session_to_change(request, code)
    reading = read(session)
    found = get_object_or_404(Candidate, code=candidate, proposal__session=session)
    is_accepted = request.POST.get("action") == "accept"
    verb = candidates.accept_candidate if is_accepted else candidates.dismiss_candidate
    try:
        verb(reading=reading, candidate=found, by=request.user)
    except candidates.AlreadyHandled:
        messages.warning(request, HANDLED)
    except (AnswerChanged, DraftChanged):
        messages.warning(request, BUSY)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    else:
        words = "is in your draft, not submitted" if is_accepted else "is dismissed"
        messages.success(request, f"The passage for {found.question_key} {words}.")
    return redirect(f"{reverse('interviews:proposal', args=[code])}#{found.question_key}")
