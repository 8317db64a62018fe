"""Committees and their seats: to read for everybody, to manage for administrators."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ListOf,
    Lists,
    address,
    describe,
    entity_tag,
    listed,
    one,
    read_body,
    require_match,
)
from accounts.api_errors import Unusable
from accounts.models import User
from accounts.permissions import Permission
from governance.api import review_shapes as shapes
from governance.api.cases import CaseView
from governance.models import Committee, Seat
from governance.services import committees

TAG = "Committees"
COMMITTEES = ListOf("committees", order=("name", "pk"))
SEATS = ListOf("seats", order=("pk",))
COLUMNS = ("pk", "code", "name", "quorum", "rule", "is_default", "is_active")
SEAT_COLUMNS = ("pk", "user__code", "user__name", "is_chair", "from_date")
NOBODY = "There is no such person."
MANAGE = Permission.COMMITTEE_MANAGE


def committee_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A committee as the API gives it, from COLUMNS."""
    return {"id": row["code"]} | {name: row[name] for name in COLUMNS[2:]}


def seat_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A seat as the API gives it, from SEAT_COLUMNS."""
    return {
        "person": {"id": row["user__code"], "name": row["user__name"]},
        "is_chair": row["is_chair"],
        "from_date": row["from_date"],
    }


def _tag(committee: Committee) -> str:
    return entity_tag("committee", *(getattr(committee, name) for name in COLUMNS))


def _seat_tag(seat: Seat) -> str:
    return entity_tag("seat", seat.pk, seat.is_chair, seat.to_date)


class CommitteeView(CaseView):
    """An address below the committees."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_VIEW,
        "POST": MANAGE,
        "PATCH": MANAGE,
        "DELETE": MANAGE,
    }

    def committee(self, code: uuid.UUID) -> Committee:
        """Raises Http404."""
        found = Committee.objects.filter(code=code).first()
        if found is None:
            raise Http404("There is no such committee.")
        return found

    def seat(self, code: uuid.UUID, person: uuid.UUID) -> Seat:
        """Somebody's current seat. Raises Http404."""
        seats = self.committee(code).seats.filter(user__code=person, to_date=None)
        found = seats.select_related("user", "committee").first()
        if found is None:
            raise Http404("This person has no seat in this committee.")
        return found


def _shown(committee: Committee, *, status: int = 200, location: str = "") -> Response:
    row = Committee.objects.values(*COLUMNS).get(pk=committee.pk)
    return one(committee_data(row), tag=_tag(committee), status=status, location=location)


def _seat_shown(seat: Seat, *, status: int = 200, location: str = "") -> Response:
    row = Seat.objects.values(*SEAT_COLUMNS).get(pk=seat.pk)
    return one(seat_data(row), tag=_seat_tag(seat), status=status, location=location)


class Committees(CommitteeView):
    """All of them."""

    @describe(
        "List committees",
        gives=Lists(shapes.CommitteeOut),
        reads=COMMITTEES.parameters,
        examples=[("One", {"items": [shapes.COMMITTEE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """By name; those that are no longer active, too."""
        return listed(COMMITTEES, request, Committee.objects.values(*COLUMNS), shape=committee_data)

    @describe(
        "Set up a committee",
        takes=shapes.CommitteeIn,
        gives=shapes.CommitteeOut,
        status=201,
        sends=[("Two of them decide", {"name": "AI committee", "quorum": 2})],
        examples=[("Set up", shapes.COMMITTEE)],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """The first one is the default; reviews that waited for a committee open shortly after."""
        wish = read_body(shapes.CommitteeIn, request)
        made = committees.make_committee(by=request.user, **wish)
        return _shown(made, status=201, location=address(request, "committee", made.code))


class OneCommittee(CommitteeView):
    """One of them."""

    @describe(
        "Show a committee",
        gives=shapes.CommitteeOut,
        also=(404,),
        examples=[("AI committee", shapes.COMMITTEE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        return _shown(self.committee(code))

    @describe(
        "Change a committee",
        takes=shapes.CommitteeChangeIn,
        gives=shapes.CommitteeOut,
        also=(404, 409),
        sends=[("Three of them decide", {"quorum": 3})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """Open reviews keep the quorum and rule that they were opened with."""
        committee = self.committee(code)
        wish = read_body(shapes.CommitteeChangeIn, request)
        theirs = {name: getattr(committee, name) for name in wish}
        require_match(request, _tag(committee), yours=wish, theirs=theirs)
        return _shown(committees.change_committee(committee=committee, by=request.user, **wish))


class Seats(CommitteeView):
    """Who sits in a committee now."""

    @describe(
        "List seats",
        gives=Lists(shapes.SeatOut),
        reads=SEATS.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Current seats, who came first first."""
        return listed(SEATS, request, _current(self.committee(code)), shape=seat_data)

    @describe(
        "Seat a person",
        takes=shapes.SeatIn,
        gives=shapes.SeatOut,
        status=201,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """From today on, for a Reviewer or SuperAdmin; a new chair takes it from the old one."""
        committee = self.committee(code)
        wish = read_body(shapes.SeatIn, request)
        person = User.objects.filter(code=wish["person"]).first()
        if person is None:
            raise Unusable({"person": [NOBODY]})
        seat = committees.seat_person(
            committee=committee, user=person, is_chair=wish["is_chair"], by=request.user
        )
        where = address(request, "seat", committee.code, person.code)
        return _seat_shown(seat, status=201, location=where)


def _current(committee: Committee) -> QuerySet[Any, Any]:
    return committee.seats.current(timezone.localdate()).values(*SEAT_COLUMNS)


class OneSeat(CommitteeView):
    """One seat."""

    @describe("Show a seat", gives=shapes.SeatOut, also=(404,), tells_version=True, tag=TAG)
    def get(self, request: Request, code: uuid.UUID, person: uuid.UUID) -> Response:
        return _seat_shown(self.seat(code, person))

    @describe(
        "Give the chair to a seat",
        takes=shapes.ChairIn,
        gives=shapes.SeatOut,
        also=(404, 409),
        sends=[("The chair", {"is_chair": True})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID, person: uuid.UUID) -> Response:
        """Whoever had it keeps the seat."""
        seat = self.seat(code, person)
        wish = read_body(shapes.ChairIn, request)
        require_match(request, _seat_tag(seat), yours=wish, theirs={"is_chair": seat.is_chair})
        return _seat_shown(committees.give_chair(seat=seat, by=request.user))

    @describe("End a seat", status=204, also=(404, 409), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID, person: uuid.UUID) -> Response:
        """At once; votes that were cast stand."""
        seat = self.seat(code, person)
        require_match(request, _seat_tag(seat), theirs={"is_chair": seat.is_chair})
        committees.end_seat(seat=seat, by=request.user)
        return Response(status=204)
