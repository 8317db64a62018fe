"""Who works on an interview: letting in, showing out, handing over."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import require
from interviews.forms import HandOverForm, ShareForm
from interviews.models import InterviewSession
from interviews.policies import may_hand_over, may_share
from interviews.refusals import NobodyThere, OwnerAlready, Refusal
from interviews.services import sharing
from interviews.views import door

NOBODY = "Nobody here signs in with this address. Ask an administrator to invite them first."
OWNER = "This person owns the interview already."


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The people on an interview; a POST lets one in or changes what they may."""
    if request.method != "POST":
        return _show(request, door.session_to_read(request, code))
    session = door.own_session(request, code)
    form = ShareForm(request.POST)
    if form.is_valid():
        wish = form.cleaned_data
        try:
            given = sharing.share_session(
                session=session, email=wish["email"], level=wish["level"], by=request.user
            )
        except (NobodyThere, OwnerAlready) as refusal:
            form.add_error("email", OWNER if isinstance(refusal, OwnerAlready) else NOBODY)
        except Refusal as refusal:
            return door.refuse(request, session, refusal)
        else:
            may = given.get_level_display().lower()
            messages.success(request, f"{given.user} {may} in this interview from now on.")
            return redirect("interviews:people", session.code)
    return _show(request, session, share=form, status=422)


@require_POST
def unshare(request: HttpRequest, code: uuid.UUID, number: int) -> HttpResponse:
    """Shows a colleague out."""
    session = door.own_session(request, code)
    colleague = get_object_or_404(session.collaborators.select_related("user"), pk=number)
    sharing.unshare_session(collaborator=colleague, by=request.user)
    messages.success(request, f"{colleague.user} is no longer on this interview.")
    return redirect("interviews:people", session.code)


@require_POST
def hand_over(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Gives the interview to somebody else."""
    session = door.session_to_read(request, code)
    require(may_hand_over(request.user, session), door.ONLY_OWNER)
    form = HandOverForm(request.POST, prefix="new")
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            sharing.hand_over_session(session=session, email=email, by=request.user)
        except (NobodyThere, OwnerAlready) as refusal:
            form.add_error("email", OWNER if isinstance(refusal, OwnerAlready) else NOBODY)
        except Refusal as refusal:
            return door.refuse(request, session, refusal)
        else:
            messages.success(request, f"This interview belongs to {session.owner} now.")
            return redirect("interviews:people", session.code)
    return _show(request, session, new_owner=form, status=422)


def _show(
    request: HttpRequest,
    session: InterviewSession,
    *,
    share: forms.Form | None = None,
    new_owner: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "session": session,
        "colleagues": session.collaborators.select_related("user", "added_by"),
        "share": share or ShareForm(),
        "new_owner": new_owner or HandOverForm(prefix="new"),
        "may_share": may_share(request.user, session),
        "may_hand_over": may_hand_over(request.user, session),
    }
    return render(request, "interviews/people.html", context, status=status)
