"""What was promised: one's own list, the promises of a case, their readings, incidents, the end."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.policies import require
from charters.models import Charter
from charters.services import viewing
from governance import policies, presenting_commitments
from governance.commitment_forms import (
    IncidentForm,
    ReadingForm,
    ReadingsFileForm,
    RetirementForm,
)
from governance.models import Commitment, Reading
from governance.refusals import Refusal, Unfit
from governance.services import commitments, incidents, readings, reminders, retirement, situations
from governance.transitions import Act
from governance.views import door

LIMIT = 100
SHOWS = {"mine": "Mine", "all": "All that I may see"}


@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """What the person answers for; broken and overdue ones first."""
    show = request.GET.get("show", "mine")
    show = show if show in SHOWS else "mine"
    user = request.user
    found = commitments.of_person(user) if show == "mine" else commitments.visible_to(user)
    urgent = found.live().order_by("state", "due_date", "id")
    awaited = urgent.awaited()[: LIMIT + 1]
    listed = list(awaited)
    page = {
        "rows": presenting_commitments.rows(listed[:LIMIT]),
        "kept": presenting_commitments.rows(urgent.filter(state=Commitment.State.KEPT)[:LIMIT]),
        "has_more": len(listed) > LIMIT,
        "limit": LIMIT,
        "tabs": [
            {"key": key, "label": label, "is_current": key == show} for key, label in SHOWS.items()
        ],
        "show": show,
        "wants_reminders": user.wants_reminders,
    }
    return render(request, "governance/commitment_list.html", page)


@require_POST
def reminders_switch(request: HttpRequest) -> HttpResponse:
    """Mails about promises on or off, for oneself."""
    is_on = request.POST.get("on") == "yes"
    reminders.switch(user=request.user, is_on=is_on)
    words = "You get mails about your promises." if is_on else "You get no mails about promises."
    messages.success(request, words)
    return redirect("governance:commitments")


def _to_read(request: HttpRequest, code: UUID) -> Commitment:
    """The commitment if its charter exists for this person; else 404."""
    found = get_object_or_404(commitments.visible_to(request.user), code=code)
    newest = found.charter.revisions.order_by("-number").first()
    if newest is not None:
        newest.charter = found.charter
        viewing.note_view(revision=newest, by=request.user)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, commitment_code: UUID) -> HttpResponse:
    """One promise with its readings; a POST adds one."""
    found = _to_read(request, commitment_code)
    if request.method != "POST":
        return _commitment(request, found, ReadingForm(commitment=found))
    require(readings.may_record(request.user, found), readings.NOT_YOURS)
    form = ReadingForm(request.POST, commitment=found)
    if form.is_valid():
        try:
            readings.record_reading(
                commitment=found, wish=form.wish(), source=Reading.Source.FORM, by=request.user
            )
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=request.path)
        else:
            messages.success(request, "The reading is recorded.")
            return redirect("governance:commitment", found.code)
    return _commitment(request, found, form, status=422)


def _commitment(
    request: HttpRequest, found: Commitment, form: ReadingForm, *, status: int = 200
) -> HttpResponse:
    page = presenting_commitments.commitment_page(found, request.user)
    return render(request, "governance/commitment.html", page | {"form": form}, status=status)


def _charter(request: HttpRequest, charter_code: UUID) -> Charter:
    return door.newest_revision(request, charter_code).charter


@require_http_methods(["GET", "HEAD", "POST"])
def charter_commitments(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """All promises of a case; a POST takes a file of readings, all of it or nothing."""
    charter = _charter(request, charter_code)
    if request.method != "POST":
        return _case(request, charter, ReadingsFileForm())
    require(policies.may_report(request.user, charter), readings.NOT_YOURS)
    form = ReadingsFileForm(request.POST, request.FILES)
    bad_rows: dict[int, str] = {}
    if form.is_valid():
        try:
            taken = readings.read_file(
                charter=charter, data=form.cleaned_data["file"].read(), by=request.user
            )
        except readings.BadRows as bad:
            bad_rows = bad.rows
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=request.path)
        else:
            messages.success(request, f"{len(taken)} readings are recorded.")
            return redirect("governance:charter-commitments", charter.code)
    return _case(request, charter, form, bad_rows=bad_rows, status=422)


def _case(
    request: HttpRequest,
    charter: Charter,
    form: ReadingsFileForm,
    *,
    bad_rows: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    user: User = request.user
    permits = situations.permits(user, charter)
    page: dict[str, Any] = presenting_commitments.case_page(charter, user) | {
        "form": form,
        "bad_rows": sorted((bad_rows or {}).items()),
        "may_report": policies.may_report(user, charter),
        "may_tell": incidents.may_report(user, charter),
        "may_retire": permits[Act.RETIRE] is None,
    }
    return render(request, "governance/charter_commitments.html", page, status=status)


@require_safe
def readings_file(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """The file to fill in: a row for each promise, today's day, empty figures."""
    charter = _charter(request, charter_code)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="readings.csv"'
    writer = csv.writer(response)
    writer.writerow(readings.COLUMNS)
    today = timezone.localdate().isoformat()
    for one in charter.commitments.live():
        # No text of the promise: a cell that begins with "=" would be a formula.
        writer.writerow([one.code, today, "", one.get_kind_display()])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def incident_new(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """Writes down what went wrong; the case opens again."""
    charter = _charter(request, charter_code)
    require(incidents.may_report(request.user, charter), incidents.NOT_YOURS)
    back = reverse("governance:charter-commitments", args=[charter.code])
    form = IncidentForm(request.POST or None, initial={"happened_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = incidents.report_incident(charter=charter, by=request.user, **form.cleaned_data)
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=back)
        else:
            words = "The incident is recorded, and the case is open again."
            if made.review is None:
                words = "The incident is recorded. Nobody can rule on it yet: tell a reviewer."
            messages.success(request, words)
            return redirect(back)
    page = {"form": form, "session": charter.session, "back_url": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "governance/incident_new.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """Ends the case: the system is out of use."""
    charter = _charter(request, charter_code)
    back = reverse("governance:charter-commitments", args=[charter.code])
    refusal = situations.permits(request.user, charter)[Act.RETIRE]
    if refusal is not None:
        return door.refuse(request, refusal, back_url=back)
    form = RetirementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            retirement.retire_case(
                charter=charter, reason=form.cleaned_data["reason"], by=request.user
            )
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as late:
            return door.refuse(request, late, back_url=back)
        else:
            messages.success(request, "The case is retired. Its record stays.")
            return redirect(back)
    page = {"form": form, "session": charter.session, "back_url": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "governance/retire.html", page, status=status)
