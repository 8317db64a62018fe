"""Committees and who sits in them, for administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.policies import require
from governance import presenting_committees
from governance.forms import CommitteeForm, SeatForm
from governance.models import Committee, Seat
from governance.policies import may_manage_committees
from governance.refusals import Refusal, Unfit
from governance.services import committees
from governance.views import door

NOBODY = "Nobody with this address can sign in here. Invite the person under People first."


@require_http_methods(["GET", "HEAD", "POST"])
def committee_list(request: HttpRequest) -> HttpResponse:
    """All committees; a POST makes one."""
    require(may_manage_committees(request.user), committees.NOT_ALLOWED)
    if request.method != "POST":
        return _list(request, CommitteeForm(initial={"quorum": 2, "rule": "majority"}))
    form = CommitteeForm(request.POST)
    if form.is_valid():
        try:
            made = committees.make_committee(by=request.user, **form.cleaned_data)
        except Unfit as fault:
            door.put_into(form, fault)
        else:
            messages.success(request, f"{made.name} is made. Give its first seats.")
            return redirect("governance:committee", made.code)
    return _list(request, form, status=422)


def _list(request: HttpRequest, form: CommitteeForm, *, status: int = 200) -> HttpResponse:
    page = {"committees": presenting_committees.rows(timezone.localdate()), "form": form}
    return render(request, "governance/committees.html", page, status=status)


def _committee(request: HttpRequest, committee_code: UUID) -> Committee:
    require(may_manage_committees(request.user), committees.NOT_ALLOWED)
    return get_object_or_404(Committee, code=committee_code)


@require_http_methods(["GET", "HEAD", "POST"])
def committee(request: HttpRequest, committee_code: UUID) -> HttpResponse:
    """One committee with its seats; a POST changes its name, quorum, rule or default."""
    found = _committee(request, committee_code)
    if request.method != "POST":
        return _show(request, found)
    form = CommitteeForm(request.POST)
    if form.is_valid():
        try:
            committees.change_committee(committee=found, by=request.user, **form.cleaned_data)
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as refusal:
            form.add_error("is_default", refusal.sentence)
        else:
            messages.success(request, "The committee is changed.")
            return redirect("governance:committee", found.code)
    return _show(request, found, form=form, status=422)


def _show(
    request: HttpRequest,
    found: Committee,
    *,
    form: CommitteeForm | None = None,
    seat_form: SeatForm | None = None,
    status: int = 200,
) -> HttpResponse:
    as_it_is = {name: getattr(found, name) for name in ("name", "quorum", "rule", "is_default")}
    page: dict[str, Any] = presenting_committees.page(found, timezone.localdate())
    page |= {
        "form": form or CommitteeForm(initial=as_it_is),
        "seat_form": seat_form or SeatForm(auto_id="seat_%s"),
    }
    return render(request, "governance/committee.html", page, status=status)


@require_POST
def committee_close(request: HttpRequest, committee_code: UUID) -> HttpResponse:
    """Opens or closes a committee: a closed one takes no cases, and its record stays."""
    found = _committee(request, committee_code)
    wish = request.POST.get("action") == "open"
    try:
        committees.change_committee(committee=found, by=request.user, is_active=wish)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=_address(found))
    messages.success(request, f"{found.name} is {'open' if wish else 'closed'}.")
    return redirect("governance:committee", found.code)


def _address(found: Committee) -> str:
    return reverse("governance:committee", args=[found.code])


@require_POST
def seat_add(request: HttpRequest, committee_code: UUID) -> HttpResponse:
    """Gives a person a seat from today on."""
    found = _committee(request, committee_code)
    form = SeatForm(request.POST, auto_id="seat_%s")
    person = _person(form)
    if person is not None:
        try:
            committees.seat_person(
                committee=found,
                user=person,
                is_chair=form.cleaned_data["is_chair"],
                by=request.user,
            )
        except Refusal as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, f"{person} has a seat in {found.name}.")
            return redirect("governance:committee", found.code)
    return _show(request, found, seat_form=form, status=422)


def _person(form: SeatForm) -> User | None:
    """Whoever has the address; what is wrong with it stands in the form."""
    if not form.is_valid():
        return None
    address = form.cleaned_data["email"].strip().lower()
    person = User.objects.active().filter(email=address, kind=User.Kind.PERSON).first()
    if person is None:
        form.add_error("email", NOBODY)
    return person


def _seat(found: Committee, person: UUID) -> Seat:
    seats = found.seats.filter(to_date=None).select_related("committee", "user")
    return get_object_or_404(seats, user__code=person)


@require_POST
def seat_end(request: HttpRequest, committee_code: UUID, person: UUID) -> HttpResponse:
    """Ends a seat at once; votes that were cast stand."""
    found = _committee(request, committee_code)
    seat = _seat(found, person)
    try:
        committees.end_seat(seat=seat, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=_address(found))
    messages.success(request, f"{seat.user} has no seat in {found.name} any more.")
    return redirect("governance:committee", found.code)


@require_POST
def seat_chair(request: HttpRequest, committee_code: UUID, person: UUID) -> HttpResponse:
    """Gives the chair to somebody who has a seat."""
    found = _committee(request, committee_code)
    seat = _seat(found, person)
    try:
        committees.give_chair(seat=seat, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=_address(found))
    messages.success(request, f"{seat.user} takes the chair of {found.name}.")
    return redirect("governance:committee", found.code)
