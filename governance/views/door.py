"""The door of the pages of review: who sees a case, and how a refusal is said."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from charters.models import Charter, Revision
from charters.services import viewing
from governance.models import Review, Thread
from governance.refusals import NotYours, Refusal, Unfit


def review_to_read(request: HttpRequest, review_code: UUID) -> Review:
    """The review if it exists for this person; else 404. A stranger's look is recorded."""
    visible = Review.objects.visible_to(request.user).select_related(
        "charter__session__owner", "revision__decision", "committee", "previous__revision"
    )
    review = get_object_or_404(visible.defer("previous__revision__content"), code=review_code)
    review.revision.charter = review.charter
    viewing.note_view(revision=review.revision, by=request.user)
    return review


def newest_revision(request: HttpRequest, charter_code: UUID) -> Revision:
    """The newest revision of a charter that exists for this person; else 404."""
    charter = get_object_or_404(
        Charter.objects.visible_to(request.user).select_related("session__owner"),
        code=charter_code,
    )
    issued = charter.revisions.select_related("decision").order_by("-number")
    revision: Revision = get_object_or_404(issued[:1])
    revision.charter = charter
    viewing.note_view(revision=revision, by=request.user)
    return revision


def thread_to_read(request: HttpRequest, thread_code: UUID) -> Thread:
    """The thread if this person may see it now; else 404."""
    visible = Thread.objects.visible_to(request.user).select_related(
        "charter__session__owner", "review", "opened_by", "resolved_by"
    )
    return get_object_or_404(visible, code=thread_code)


def refuse(request: HttpRequest, refusal: Refusal, *, back_url: str) -> HttpResponse:
    """A refusal as a page of its own with the way back; 403 for what is not this person's."""
    if isinstance(refusal, NotYours):
        raise PermissionDenied(refusal.sentence)
    page = {"sentence": refusal.sentence, "back_url": back_url}
    # A page tells of a lost race with 409, whatever a program is told (contract 10).
    return render(request, "409.html", page, status=409)


def put_into(form: forms.Form, fault: Unfit) -> None:
    """What the service could not take, beside the fields that it names."""
    for name, sentence in fault.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
