"""The notice to the people whom a system affects, from a revision."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from charters import notice as notices
from charters.models import Charter, Revision
from charters.services import viewing
from governance.files import file_name

MARKDOWN = "text/markdown; charset=utf-8"


def _revision(request: HttpRequest, charter_code: UUID, number: int) -> Revision:
    visible = Revision.objects.filter(charter__in=Charter.objects.visible_to(request.user))
    found = visible.select_related("charter__session")
    return get_object_or_404(found, charter__code=charter_code, number=number)


@require_safe
def notice(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """What can be told, what is missing, and how hard it is to read."""
    revision = _revision(request, charter_code, number)
    viewing.note_view(revision=revision, by=request.user)
    page = {
        "revision": revision,
        "charter": revision.charter,
        "session": revision.charter.session,
        "notice": notices.notice_of(revision.content),
        "highest": notices.HIGHEST_GRADE,
    }
    return render(request, "governance/notice.html", page)


@require_safe
def notice_file(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """The notice as Markdown, to be edited and published elsewhere; taking it is noted."""
    revision = _revision(request, charter_code, number)
    viewing.note_export(revision=revision, file_format="notice", by=request.user)
    name = file_name(revision, "notice.md")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = notices.as_markdown(notices.notice_of(revision.content))
    return HttpResponse(text, content_type=MARKDOWN, headers=headers)
