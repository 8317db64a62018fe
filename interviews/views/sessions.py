"""The list of interviews, starting one, its overview, and pausing, resuming, deleting it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import is_fragment
from accounts.policies import require
from interviews import deliverables as kinds
from interviews.answerset import AnswerState
from interviews.fields.readable import read_out
from interviews.forms import StartSessionForm
from interviews.models import ConversationEntry, InterviewSession
from interviews.policies import may_answer, may_delete, may_start
from interviews.protocol import catalogue
from interviews.refusals import Refusal
from interviews.services import deliverables, privacy, sessions, stages
from interviews.services.reading import Reading, protocol_of, read
from interviews.views import door, wayfinding

PAGE_SIZE = 25


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """All interviews this person sees, the latest first, 25 at a time."""
    visible = InterviewSession.objects.visible_to(request.user)
    found = _after(visible, request.GET.get("after", "")).select_related("owner").with_progress()
    page = list(found[: PAGE_SIZE + 1])
    context = {
        "sessions": page[:PAGE_SIZE],
        "next_code": page[PAGE_SIZE - 1].code if len(page) > PAGE_SIZE else None,
        "is_continued": "after" in request.GET,
        "may_start": may_start(request.user),
    }
    return render(request, "interviews/session_list.html", context)


def _after(visible: Any, text: str) -> Any:
    """Those below a session in the list: by its place, not by counting, so that new ones do
    not shift the pages."""
    try:
        last = visible.filter(code=uuid.UUID(text)).first()
    except ValueError:
        return visible
    if last is None:
        return visible
    older = Q(last_updated_at__lt=last.last_updated_at)
    return visible.filter(older | Q(last_updated_at=last.last_updated_at, pk__lt=last.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def session_start(request: HttpRequest) -> HttpResponse:
    """Names the project and begins with the first question."""
    require(may_start(request.user), "Your role does not start interviews. Ask an administrator.")
    form = StartSessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["project_name"]
        session = sessions.start_session(
            project_name=name,
            by=request.user,
            is_kept_from_model=form.cleaned_data["keep_from_model"],
        )
        if request.POST.get("from") == "proposal":
            return redirect("interviews:proposal", session.code)
        first = catalogue.default_protocol().questions[0].key
        return redirect("interviews:question", session.code, first)
    protocol = catalogue.default_protocol()
    context = {
        "form": form,
        "protocol": protocol,
        "minutes": sum(stage.minutes for stage in protocol.stages),
        "count": len(protocol.questions),
        "is_model_asked": privacy.is_model_asked(),
    }
    return render(
        request, "interviews/session_start.html", context, status=422 if form.errors else 200
    )


@require_GET
def session_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The overview: where everything stands and what to do next."""
    session = door.session_to_read(request, code)
    reading = read(session)
    found = list(session.findings.standing())
    standings = stages.standings(reading=reading, found=found)
    context = {
        "session": session,
        "stages": wayfinding.stages(reading, session.current_stage),
        "standings": standings,
        "minutes_left": wayfinding.minutes_left(reading),
        "continue_url": wayfinding.continue_url(reading),
        "rechecks": wayfinding.to_check_again(reading),
        "unknown": _in_state(reading, AnswerState.UNKNOWN),
        "escalated": _in_state(reading, AnswerState.ESCALATED),
        "blockers": sum(one.severity == "BLOCKER" for one in found),
        "findings": found,
        "documents": _documents(reading),
        "is_ready": all(one.is_passed for one in standings),
        "may_write": may_answer(request.user, session),
        "may_delete": may_delete(request.user, session),
        "is_model_asked": privacy.is_model_asked(),
        **_waiting(reading),
    }
    return render(request, "interviews/session_detail.html", context)


def _in_state(reading: Reading, state: AnswerState) -> list[wayfinding.Item]:
    return [one for one in wayfinding.items(reading) if one.answer.state == state]


def _waiting(reading: Reading) -> dict[str, Any]:
    """What the waiting partial shows, in the overview and alone."""
    return {
        "waiting": _in_state(reading, AnswerState.NEEDS_WORK),
        "scoring": _in_state(reading, AnswerState.SCORING),
    }


def _documents(reading: Reading) -> list[dict[str, Any]]:
    """The five deliverables, made or not; stale where a source answer changed since."""
    latest = deliverables.latest(reading.session)
    return [
        {
            "stage": stage,
            "kind": kinds.KINDS[stage.number],
            "row": latest.get(kinds.KINDS[stage.number]),
            "is_stale": (row := latest.get(kinds.KINDS[stage.number])) is not None
            and row.is_stale(reading.versions),
        }
        for stage in reading.protocol.stages
    ]


@require_GET
def waiting(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Answers that need more detail, and those being scored: a page, or the fragment alone."""
    session = door.session_to_read(request, code)
    as_fragment = is_fragment(request)
    context = {"session": session, "is_fragment": as_fragment, **_waiting(read(session))}
    template = "interviews/_waiting.html" if as_fragment else "interviews/waiting.html"
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request"
    return response


@require_GET
def transcript(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The whole conversation, in the order of the questions."""
    session = door.session_to_read(request, code)
    protocol = protocol_of(session)
    talk: dict[str, list[dict[str, Any]]] = {}
    for entry in ConversationEntry.objects.filter(session=session):
        known = entry.question_key in protocol
        shown = read_out(protocol.question(entry.question_key), entry.value) if known else ""
        talk.setdefault(entry.question_key, []).append({"entry": entry, "shown": shown})
    spoken = {key: lines for key, lines in talk.items() if len(lines) > 1}
    context = {"session": session, "talk": spoken.items()}
    return render(request, "interviews/transcript.html", context)


def _move(
    request: HttpRequest, code: uuid.UUID, verb: Callable[..., None], words: str
) -> HttpResponse:
    session = door.session_to_change(request, code)
    try:
        verb(session=session, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, words)
    return redirect("interviews:session-detail", code)


@require_POST
def session_pause(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    words = "The interview is paused. Nothing is lost; resume it whenever you like."
    return _move(request, code, sessions.pause_session, words)


@require_POST
def session_resume(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _move(request, code, sessions.resume_session, "The interview goes on.")


@require_http_methods(["GET", "HEAD", "POST"])
def session_delete(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Asks once, then deletes."""
    session = door.own_session(request, code)
    if request.method != "POST":
        context = {"session": session, "may_delete": may_delete(request.user, session)}
        return render(request, "interviews/session_delete.html", context)
    try:
        sessions.delete_session(session=session, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, f"The interview “{session.project_name}” is deleted.")
    return redirect("interviews:session-list")
