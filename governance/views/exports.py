"""Charters as files: at once where that is cheap, else as soon as the worker has made them."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from charters.models import Charter, Export, Revision
from charters.services import exports
from governance import files
from governance.files import Wish

BEING_MADE = 202


def _revision(request: HttpRequest, charter_code: UUID, number: int) -> Revision:
    """A revision that the person may see, with its decision; 404 otherwise."""
    return get_object_or_404(
        Revision.objects.filter(
            charter__in=Charter.objects.visible_to(request.user)
        ).select_related("charter__session__owner", "decision", "issued_by"),
        charter__code=charter_code,
        number=number,
    )


def wish_of(request: HttpRequest, file_format: str) -> Wish:
    """The format of the address, profile and paper of its query. Raises Http404."""
    profile = request.GET.get("profile", "full")
    paper = request.GET.get("paper", "a4")
    if file_format not in files.FORMATS or profile not in files.PROFILES:
        raise Http404("There is no such format.")
    if paper not in files.PAPERS:
        raise Http404("There is no such paper.")
    return Wish(file_format, profile, paper)


@require_safe
def download(
    request: HttpRequest, charter_code: UUID, number: int, file_format: str
) -> HttpResponse:
    """The revision as a file, or the page that says it is being made."""
    wish = wish_of(request, file_format)
    revision = _revision(request, charter_code, number)
    made = files.take_file(revision, wish, address=request.build_absolute_uri, by=request.user)
    if isinstance(made, files.File):
        return HttpResponse(made.body, content_type=made.content_type, headers=made.headers)
    return render(request, "charters/export.html", _page(revision, made), status=BEING_MADE)


@require_safe
def export_status(
    request: HttpRequest, charter_code: UUID, number: int, export_code: UUID
) -> HttpResponse:
    """The moving part of that page."""
    revision = _revision(request, charter_code, number)
    export = get_object_or_404(revision.exports.defer("file", "around"), code=export_code)
    return render(request, "charters/_export_status.html", _page(revision, export))


def _page(revision: Revision, export: Export) -> dict[str, object]:
    place = [revision.charter.code, revision.number]
    query = {"profile": export.profile, "paper": export.paper}
    address = reverse("governance:charter-download", args=[*place, export.file_format])
    return {
        "revision": revision,
        "session": revision.charter.session,
        "export": export,
        "label": files.LABELS[export.file_format],
        "status": exports.status_of(export),
        "file_url": f"{address}?{urlencode(query)}",
        "status_url": reverse("governance:export-status", args=[*place, export.code]),
        "charter_url": reverse("governance:charter", args=place),
    }
