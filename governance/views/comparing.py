"""Any two revisions of a charter, side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from charters.models import Charter, Revision
from charters.services import viewing
from governance import presenting_compare
from governance.services.comparing import compare

UNPROCESSABLE = 422
ONLY_ONE = "This charter has one revision so far. A second one can be compared with it."
TWO_WANTED = "Choose two different revisions of this charter."


@require_safe
def compare_revisions(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """?from and ?to name the revisions; without them the newest and the one before."""
    found = Charter.objects.visible_to(request.user).select_related("session")
    charter = get_object_or_404(found, code=charter_code)
    numbers = sorted(charter.revisions.values_list("number", flat=True))
    if not numbers:
        raise Http404
    page = {"charter": charter, "session": charter.session, "numbers": numbers}
    if len(numbers) == 1:
        return render(request, "governance/compare.html", page | {"problem": ONLY_ONE})
    asked = [request.GET.get("from", str(numbers[-2])), request.GET.get("to", str(numbers[-1]))]
    chosen = [int(one) for one in asked if one.isascii() and one.isdecimal() and len(one) < 10]
    if len(chosen) < len(asked) or chosen[0] == chosen[1] or not set(chosen) <= set(numbers):
        page |= {"problem": TWO_WANTED, "before": numbers[-2], "after": numbers[-1]}
        return render(request, "governance/compare.html", page, status=UNPROCESSABLE)
    whole = Revision.objects.filter(charter=charter, number__in=chosen)
    by_number = {one.number: one for one in whole.select_related("decision", "charter__session")}
    for revision in by_number.values():
        viewing.note_view(revision=revision, by=request.user)
    compared = compare(by_number[chosen[0]], by_number[chosen[1]])
    page = presenting_compare.page_of(charter, numbers, compared)
    return render(request, "governance/compare.html", page)
