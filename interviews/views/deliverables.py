"""The readable page of one deliverable, its versions, and making it anew."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from interviews import deliverables as kinds
from interviews.fields.records import sections_of
from interviews.models import DELIVERABLE_MODELS
from interviews.policies import may_answer
from interviews.refusals import Refusal
from interviews.services import deliverables
from interviews.services.reading import read
from interviews.views import door, wayfinding

STAGE_OF = {kind: number for number, kind in kinds.KINDS.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def deliverable(request: HttpRequest, code: uuid.UUID, kind: str) -> HttpResponse:
    """The newest version, or the one asked for; a POST makes a new one."""
    if kind not in STAGE_OF:
        raise Http404("There is no such deliverable.")
    if request.method == "POST":
        return _regenerate(request, code, kind)
    session = door.session_to_read(request, code)
    reading = read(session)
    versions = list(DELIVERABLE_MODELS[kind].objects.filter(session=session))
    wanted = request.GET.get("version", "")
    chosen = [one for one in versions if str(one.version) == wanted] if wanted else versions
    if wanted and not chosen:
        raise Http404("There is no such version.")
    row = chosen[0] if chosen else None
    context = {
        "session": session,
        "kind": kind,
        "title": kind.replace("_", " ").capitalize(),
        "stage": reading.protocol.stage(STAGE_OF[kind]),
        "row": row,
        "versions": versions,
        "is_newest": row is not None and row == versions[0],
        "is_stale": row is not None and row.is_stale(reading.versions),
        "sections": sections_of(row.content) if row else [],
        "sources": [(key, wayfinding.question_url(session, key)) for key in row.source_answer_ids]
        if row
        else [],
        "may_write": may_answer(request.user, session) and session.is_open,
    }
    return render(request, "interviews/deliverable.html", context)


def _regenerate(request: HttpRequest, code: uuid.UUID, kind: str) -> HttpResponse:
    session = door.session_to_change(request, code)
    try:
        row = deliverables.produce_deliverable(
            reading=read(session), stage_number=STAGE_OF[kind], by=request.user
        )
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, f"Version {row.version} is made from the answers as they are now.")
    return redirect("interviews:deliverable", code, kind)
