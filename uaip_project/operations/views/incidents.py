"""Pages of operational incidents: the list, one of them, a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from uaip_project.operations.incident_forms import (
    FollowUpForm,
    IncidentForm,
    ReviewForm,
    TextForm,
)
from uaip_project.operations.incidents import (
    command_lines,
    containing,
    follow_ups,
    handling,
    on_call,
    review,
    timeline,
)
from uaip_project.operations.models import IncidentFollowUp, OperationalIncident

NOT_YOURS = "Only administrators and operators see incidents of the installation."
NOT_YOURS_TO_HANDLE = "Only administrators and operators handle incidents."
MOST_SHOWN = 100
#: Button -> what it does with the text beside it.
DEEDS: dict[str, Callable[..., Any]] = {
    "acknowledge": lambda incident, text, by: handling.acknowledge_incident(
        incident=incident, by=by
    ),
    "note": lambda incident, text, by: handling.note_incident(incident=incident, text=text, by=by),
    "status": lambda incident, text, by: handling.tell_people(incident=incident, text=text, by=by),
    "mitigate": lambda incident, text, by: handling.mitigate_incident(
        incident=incident, text=text, by=by
    ),
    "resolve": lambda incident, text, by: handling.resolve_incident(
        incident=incident, text=text, by=by
    ),
    "close": lambda incident, text, by: handling.close_incident(incident=incident, by=by),
}
NEEDS_TEXT = ("note", "status")


@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """Open ones first, and who is on call."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    rows = OperationalIncident.objects.all()
    context = {
        "open_ones": rows.open()[:MOST_SHOWN],
        "over": rows.filter(state__in=("resolved", "closed"))[:MOST_SHOWN],
        "on_call": on_call.now().items(),
        "contained": containing.standing(),
        "may_handle": has_permission(request.user, Permission.INCIDENT_MANAGE),
    }
    return render(request, "operations/incidents.html", context)


@require_http_methods(["GET", "POST"])
def incident_new(request: HttpRequest) -> HttpResponse:
    """Somebody noticed something."""
    require(has_permission(request.user, Permission.INCIDENT_MANAGE), NOT_YOURS_TO_HANDLE)
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = handling.open_incident(by=request.user, **form.cleaned_data)
        messages.success(request, f"{made.number} is open; whoever is on call is told.")
        return redirect("operations:incident", made.number)
    status = 422 if request.method == "POST" else 200
    return render(request, "operations/incident_new.html", {"form": form}, status=status)


@require_GET
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """One incident with its timeline and what can be done."""
    return _page(request, _found(request, number))


@require_POST
def incident_deed(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """One button."""
    found = _handled(request, number)
    if deed not in DEEDS:
        raise Http404("There is no such button.")
    form = TextForm(request.POST, auto_id=f"{deed}-%s", is_needed=deed in NEEDS_TEXT)
    if not form.is_valid():
        return _page(request, found, form=form, deed=deed, status=422)
    try:
        DEEDS[deed](found, form.cleaned_data["text"], request.user)
    except (handling.NotFromHere, handling.ReviewMissing) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.number}: done.")
    return redirect("operations:incident", found.number)


@require_http_methods(["GET", "POST"])
def incident_review(request: HttpRequest, number: str) -> HttpResponse:
    """What was learnt; begins with what the timeline knows."""
    found = _handled(request, number)
    form = ReviewForm(
        request.POST or None, initial={"text": found.review or review.template(found)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            handling.write_review(incident=found, text=form.cleaned_data["text"], by=request.user)
        except handling.NotFromHere as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The review of {found.number} is stored.")
        return redirect("operations:incident", found.number)
    context = {"form": form, "incident": found}
    status = 422 if request.method == "POST" else 200
    return render(request, "operations/incident_review.html", context, status=status)


@require_POST
def incident_follow_up(request: HttpRequest, number: str) -> HttpResponse:
    """Something to do, with somebody who does it."""
    found = _handled(request, number)
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _page(request, found, follow_up_form=form, status=422)
    follow_ups.add_follow_up(incident=found, by=request.user, **form.wish())
    messages.success(request, "It is noted, and its owner is told.")
    return redirect("operations:incident", found.number)


@require_POST
def incident_follow_up_done(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """It is done."""
    found = _handled(request, number)
    row = IncidentFollowUp.objects.filter(incident=found, code=code).first()
    if row is None:
        raise Http404("There is no such follow-up.")
    try:
        outcome = request.POST.get("outcome", "")[:500]
        follow_ups.finish_follow_up(follow_up=row, outcome=outcome, by=request.user)
    except follow_ups.AlreadyDone as refusal:
        messages.error(request, str(refusal))
    return redirect("operations:incident", found.number)


def _found(request: HttpRequest, number: str) -> OperationalIncident:
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    try:
        return handling.find(number)
    except handling.NoSuchIncident as refusal:
        raise Http404(str(refusal)) from None


def _handled(request: HttpRequest, number: str) -> OperationalIncident:
    require(has_permission(request.user, Permission.INCIDENT_MANAGE), NOT_YOURS_TO_HANDLE)
    return _found(request, number)


def _page(
    request: HttpRequest,
    found: OperationalIncident,
    *,
    form: TextForm | None = None,
    deed: str = "",
    follow_up_form: FollowUpForm | None = None,
    status: int = 200,
) -> HttpResponse:
    template = {"text": command_lines.status_template(found)}
    forms = {
        "note": TextForm(auto_id="note-%s"),
        "status": TextForm(auto_id="status-%s", initial=template),
        "mitigate": TextForm(auto_id="mitigate-%s"),
        "resolve": TextForm(auto_id="resolve-%s"),
    }
    if form is not None:
        forms[deed] = form
    context = {
        "incident": found,
        "lines": timeline.of(found),
        "todo": found.follow_ups.select_related("owner"),
        "forms": forms,
        "error": form or follow_up_form,
        "follow_up_form": follow_up_form or FollowUpForm(auto_id="follow-up-%s"),
        "next_states": [state for state, before in handling.FROM.items() if found.state in before],
        "minutes": handling.RESPONSE_MINUTES[OperationalIncident.Severity(found.severity)],
        "may_handle": has_permission(request.user, Permission.INCIDENT_MANAGE),
    }
    return render(request, "operations/incident.html", context, status=status)
