"""What would be decided now, and the button that issues and decides."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import require
from charters.refusals import CharterNotReady, NothingNew
from governance import presenting, presenting_outlook
from governance.policies import may_submit
from governance.refusals import NotNow
from governance.services import decisions, outlook
from interviews.models import InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import contradictions, findings, reading
from interviews.services import viewing as session_viewing


def _session(request: HttpRequest, session_code: UUID) -> InterviewSession:
    visible = InterviewSession.objects.visible_to(request.user)
    session = get_object_or_404(visible.select_related("owner"), code=session_code)
    session_viewing.note_view(session=session, by=request.user)
    return session


@require_safe
def preview(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """What would be decided now; a panel of the session page and a page of its own."""
    session = _session(request, session_code)
    current = reading.read(session)
    now = outlook.so_far(current, list(session.findings.all()))
    page = {"session": session} | presenting.preview_panel(session, now.outcome)
    page |= presenting_outlook.range_panel(session, now.range)
    is_panel = bool(getattr(request, "htmx", False))
    template = "governance/_decision_preview.html" if is_panel else "governance/preview.html"
    response = render(request, template, page)
    response["Vary"] = "HX-Request"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """Issues the charter and decides on it; shows first what that means, or what is missing."""
    session = _session(request, session_code)
    require(may_submit(request.user, session), "Only the requester can issue this charter.")
    current = reading.read(session)
    if request.method != "POST":
        if session.is_open:
            contradictions.request_checks(current)
        found = findings.look(reading=current, stages_to_check=(1, 2, 3, 4, 5))
        return render(request, "governance/submit.html", presenting.submit_page(current, found))
    try:
        decision = decisions.submit_charter(reading=current, by=request.user)
    except CharterNotReady as refusal:
        page = presenting.submit_refused(current, refusal.stages)
        return render(request, "governance/submit.html", page, status=422)
    except decisions.FactsIncomplete:
        return render(
            request, "governance/submit.html", presenting.submit_refused(current, {}), status=422
        )
    except NothingNew:
        messages.info(request, "Nothing changed since the last revision, so it still stands.")
        return redirect("governance:charter-newest", charter_code=session.charter.code)
    except SessionNotOpen:
        messages.error(request, "The session is paused: resume it before issuing the charter.")
        return redirect("interviews:session-detail", code=session.code)
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return redirect("interviews:session-detail", code=session.code)
    revision = decision.revision
    messages.success(request, f"Revision {revision.number} was issued and decided on.")
    return redirect(
        "governance:charter", charter_code=revision.charter.code, number=revision.number
    )
