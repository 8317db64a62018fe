"""What would change a decision, how firmly it stands, and how like cases were ruled."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from charters.models import Charter, Revision
from charters.services import viewing
from governance import presenting, presenting_outlook, presenting_precedents


@require_safe
def charter_outlook(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """A page of its own, and a part that the pages of charter and review load."""
    visible = Charter.objects.visible_to(request.user)
    revision = get_object_or_404(
        Revision.objects.filter(charter__in=visible).select_related(
            "charter__session__owner", "decision"
        ),
        charter__code=charter_code,
        number=number,
    )
    viewing.note_view(revision=revision, by=request.user)
    page = presenting_outlook.outlook_of(revision)
    is_part = bool(getattr(request, "htmx", False))
    if not is_part:
        page |= presenting.decision_words(presenting.outcome_of(revision))
        page |= presenting_precedents.panel(revision, request.user)
    template = "governance/_outlook.html" if is_part else "governance/outlook.html"
    response = render(request, template, page)
    response["Vary"] = "HX-Request"
    return response
