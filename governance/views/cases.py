"""Where the case of an interview stands: a panel of the session page and a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from charters.models import Charter
from governance import presenting_case
from interviews.models import InterviewSession
from interviews.services import viewing


@require_safe
def case(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """What people ruled on the charter of this interview, and what is to be done next."""
    visible = InterviewSession.objects.visible_to(request.user).select_related("owner")
    session = get_object_or_404(visible, code=session_code)
    viewing.note_view(session=session, by=request.user)
    charter = Charter.objects.filter(session=session).first()
    page: dict[str, Any] = {"session": session, "charter": charter, "case": None}
    if charter is not None and charter.revisions.exists():
        charter.session = session
        page["case"] = presenting_case.of_charter(charter, request.user)
    is_panel = bool(getattr(request, "htmx", False))
    template = "governance/_case_of_session.html" if is_panel else "governance/case.html"
    response = render(request, template, page)
    response["Vary"] = "HX-Request"
    return response
