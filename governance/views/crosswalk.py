"""The regulatory crosswalk of a revision, and the details that people add to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import require
from charters.models import Charter, Revision
from charters.services import viewing
from governance import presenting_crosswalk
from governance.crosswalk_forms import ASKED, DetailsForm, initial_of
from governance.policies import may_note_details
from governance.refusals import Refusal
from governance.services import crosswalk as crosswalks
from governance.services import packs
from governance.views import door

ONLY_AUTHORS = "Only those who may answer in this interview add details to its crosswalk."


def _revision(request: HttpRequest, charter_code: UUID, number: int) -> Revision:
    """A revision that exists for this person, its look recorded; else 404."""
    visible = Revision.objects.filter(charter__in=Charter.objects.visible_to(request.user))
    found: Revision = get_object_or_404(
        visible.select_related("charter__session__owner", "decision__rule_set"),
        charter__code=charter_code,
        number=number,
    )
    viewing.note_view(revision=found, by=request.user)
    return found


@require_safe
def crosswalk(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """One framework at a time, by the packs of its decision or by those in force."""
    revision = _revision(request, charter_code, number)
    used, now = crosswalks.rules_for(revision), packs.in_force()
    rules = now if request.GET.get("rules") == "now" else used
    frameworks = crosswalks.rows_for(revision, rules=rules)
    page = presenting_crosswalk.crosswalk_page(
        revision, frameworks, request.GET, is_newer=used.packs != now.packs
    )
    page["may_add"] = may_note_details(request.user, revision.charter.session)
    page["noted"] = crosswalks.details_of(revision)
    return render(request, "governance/crosswalk.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk_details(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """What answers alone cannot tell: uses, exceptions, figures of official tools."""
    revision = _revision(request, charter_code, number)
    require(may_note_details(request.user, revision.charter.session), ONLY_AUTHORS)
    noted = crosswalks.details_of(revision)
    rules = crosswalks.rules_for(revision)
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        packs=rules.packs.values(),
        areas=crosswalks.areas_of(revision),
        initial=initial_of(noted.values, noted.reason) if noted else None,
    )
    back_url = reverse("governance:crosswalk", args=[charter_code, number])
    if request.method == "POST" and form.is_valid():
        try:
            crosswalks.note_details(
                revision=revision,
                values=form.values,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=back_url)
        messages.success(request, "The details are added. The crosswalk takes account of them.")
        return redirect(back_url)
    page = {"revision": revision, "session": revision.charter.session, "form": form}
    page |= {"hints": {name: hint for name, (_, hint) in ASKED.items()}, "back_url": back_url}
    return render(
        request, "governance/crosswalk_details.html", page, status=422 if form.errors else 200
    )
