"""Prepares committees for pages: who sits where, and what keeps a committee from ruling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from governance.models import Committee, Seat
from governance.phrasing import counted
from governance.services.committees import VERDICT_ROLES

NO_CHAIR = "Nobody takes the chair: votes are counted, and nobody can record a ruling. Give it."


def rows(today: date) -> list[dict[str, Any]]:
    """Every committee with its seats and what is wrong with it; two statements."""
    current = Seat.objects.current(today).select_related("user")
    found = Committee.objects.prefetch_related(Prefetch("seats", current, to_attr="now_seated"))
    return [
        {
            "committee": one,
            "seat_count": len(one.now_seated),
            "faults": faults(one, one.now_seated) if one.is_active else [],
        }
        for one in found
    ]


def faults(committee: Committee, seats: Sequence[Seat]) -> list[str]:
    """Why this committee cannot come to a ruling, as sentences."""
    able = [seat for seat in seats if not seat_fault(seat)]
    found = []
    if len(able) < committee.quorum:
        seated = counted(len(able), "person") if len(able) == 1 else f"{len(able)} people"
        found.append(
            f"The quorum is {committee.quorum} and {seated} may vote. Give more seats, or lower it."
        )
    if able and not any(seat.is_chair for seat in able):
        found.append(NO_CHAIR)
    return found


def seat_fault(seat: Seat) -> str:
    """Why somebody who sits there may not vote; "" where they may."""
    person: User = seat.user
    if not person.is_active:
        return "Deactivated: may not vote."
    if person.role not in VERDICT_ROLES:
        return f"May not vote as {person.get_role_display()}."
    return ""


def page(committee: Committee, today: date) -> dict[str, Any]:
    """One committee with those who sit there now and those who did."""
    seats = list(committee.seats.select_related("user"))
    current = [seat for seat in seats if seat.to_date is None or seat.to_date >= today]
    past = [seat for seat in seats if seat not in current]
    return {
        "committee": committee,
        "rule_words": _rule_words(committee),
        "faults": faults(committee, current) if committee.is_active else [],
        "seats": [{"seat": seat, "fault": seat_fault(seat)} for seat in current],
        "past_seats": past,
    }


def _rule_words(committee: Committee) -> str:
    votes = counted(committee.quorum, "vote")
    if committee.rule == Committee.Rule.ALL_OF:
        return f"From {votes} on a ruling can be recorded; all votes must agree."
    return f"From {votes} on a ruling can be recorded; more than half of the votes carry."
