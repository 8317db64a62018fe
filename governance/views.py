"""Charters with their decisions, as pages and files; and the button that issues them."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import require
from charters.models import Charter, Revision
from charters.refusals import CharterNotReady, NothingNew
from charters.services import viewing
from governance import files, presenting
from governance.policies import may_submit
from governance.services import decisions
from interviews.models import InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import contradictions, findings, reading
from interviews.services import viewing as session_viewing

PAGE_SIZE = 25
PLACE = re.compile(
    r"(?P<code>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?P<number>\d{1,9})", re.ASCII
)


def _revision(request: HttpRequest, charter_code: UUID, number: int) -> Revision:
    """A revision that the person may see, with its decision; 404 otherwise."""
    return get_object_or_404(
        Revision.objects.filter(
            charter__in=Charter.objects.visible_to(request.user)
        ).select_related("charter__session__owner", "decision", "issued_by"),
        charter__code=charter_code,
        number=number,
    )


@require_safe
def charter_list(request: HttpRequest) -> HttpResponse:
    """Every charter that the person may see, newest first, 25 at a time."""
    after = _at_place(request, request.GET.get("after", ""))
    rows = presenting.charter_rows(request.user, limit=PAGE_SIZE + 1, after=after)
    page = {
        "charters": rows[:PAGE_SIZE],
        "next_place": rows[PAGE_SIZE - 1]["place"] if len(rows) > PAGE_SIZE else None,
        "is_continued": after is not None,
    }
    return render(request, "governance/charter_list.html", page)


def _at_place(request: HttpRequest, place: str) -> Revision | None:
    """The revision that a list's address names: code, point, number; None for anything else."""
    named = PLACE.fullmatch(place)
    if named is None:
        return None
    visible = Revision.objects.filter(charter__in=Charter.objects.visible_to(request.user))
    found = visible.filter(charter__code=UUID(named["code"]), number=int(named["number"]))
    return found.defer("content").first()


@require_safe
def newest_revision(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """Leads to the newest revision of a charter."""
    found = get_object_or_404(Charter.objects.visible_to(request.user), code=charter_code)
    newest = found.revisions.order_by("-number").values_list("number", flat=True).first()
    if newest is None:
        raise Http404
    return redirect("governance:charter", charter_code=charter_code, number=newest)


@require_safe
def charter(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """The charter as people read it, with the decision that was computed on it."""
    revision = _revision(request, charter_code, number)
    viewing.note_view(revision=revision, by=request.user)
    numbers = list(revision.charter.revisions.values_list("number", flat=True))
    page = presenting.charter_page(revision, numbers)
    return render(request, "charters/charter_detail.html", page)


@require_safe
def charter_answer(
    request: HttpRequest, charter_code: UUID, number: int, question_key: str
) -> HttpResponse:
    """The answer behind a statement, exactly as it stood when the revision was issued."""
    revision = _revision(request, charter_code, number)
    viewing.note_view(revision=revision, by=request.user)
    answer = revision.content["answers"].get(question_key)
    if answer is None:
        raise Http404
    page = presenting.answer_page(revision, question_key, answer)
    return render(request, "governance/charter_answer.html", page)


@require_safe
def download(
    request: HttpRequest, charter_code: UUID, number: int, file_format: str
) -> HttpResponse:
    """The revision as a file."""
    if file_format not in files.FORMATS:
        raise Http404
    revision = _revision(request, charter_code, number)
    made = files.take_file(
        revision, file_format, address=request.build_absolute_uri, by=request.user
    )
    return HttpResponse(made.body, content_type=made.content_type, headers=made.headers)


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
    outcome = decisions.preview(current, list(session.findings.all()))
    page = {"session": session} | presenting.preview_panel(session, outcome)
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
    revision = decision.revision
    messages.success(request, f"Revision {revision.number} was issued and decided on.")
    return redirect(
        "governance:charter", charter_code=revision.charter.code, number=revision.number
    )
