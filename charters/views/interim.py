"""Downloads of an interview that has no charter yet."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from charters.services import interim
from charters.services.interim import ENDINGS, InterimFile
from interviews.deliverables import KINDS
from interviews.models import InterviewSession
from interviews.services import viewing

STAGE_OF = {kind: number for number, kind in KINDS.items()}


def _session(request: HttpRequest, session_code: UUID, ending: str) -> InterviewSession:
    if ending not in ENDINGS:
        raise Http404("There is no such format.")
    visible = InterviewSession.objects.visible_to(request.user).select_related("owner")
    session = get_object_or_404(visible, code=session_code)
    viewing.note_view(session=session, by=request.user)
    return session


def _reply(made: InterimFile) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.body, content_type=made.content_type, headers=headers)


@require_safe
def so_far(request: HttpRequest, session_code: UUID, ending: str) -> HttpResponse:
    """Everything that has been answered, as one file."""
    session = _session(request, session_code, ending)
    return _reply(interim.take_so_far(session=session, ending=ending, by=request.user))


@require_safe
def deliverable_file(
    request: HttpRequest, session_code: UUID, kind: str, ending: str
) -> HttpResponse:
    """What one stage has produced, as one file."""
    if kind not in STAGE_OF:
        raise Http404("There is no such deliverable.")
    session = _session(request, session_code, ending)
    made = interim.take_deliverable(
        session=session, kind=kind, stage=STAGE_OF[kind], ending=ending, by=request.user
    )
    return _reply(made)
