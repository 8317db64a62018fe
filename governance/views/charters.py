"""Charters with their decisions, as pages and files."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from charters.models import Charter, Revision
from charters.services import viewing
from governance import policies, presenting, presenting_case, presenting_review
from governance.services.standing import standing_of

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
    standing = standing_of(revision.charter)
    page = presenting.charter_page(revision, numbers, standing)
    page["ruling"] = presenting_review.newest_ruling(revision, standing)
    page["may_share"] = policies.may_share(request.user, revision.charter)
    if revision.number == max(numbers):
        page["case"] = presenting_case.of_charter(revision.charter, request.user, standing)
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
