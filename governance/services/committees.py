"""Sets up committees and says who sits in them, from when to when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from accounts.policies import require
from accounts.services import audit, jobs
from governance.models import Committee, Review, Seat
from governance.policies import may_manage_committees
from governance.refusals import NotNow, Unfit
from governance.wording import words_of

#: Kind of work that opens the reviews which waited for a committee, and the sampled ones.
OPENINGS = "review_openings"
MOST_QUORUM = 50
NOT_ALLOWED = "Only an administrator manages committees. Ask one."
NAME_TAKEN = "There is a committee of this name. Choose another name."
VERDICT_ROLES = (Role.REVIEWER, Role.SUPERADMIN)
NO_ROLE = "Only a Reviewer or SuperAdmin who is active takes a seat. Change the role first."
SEATED = "This person has a seat in this committee already."
NO_SEAT = "This person has no seat in this committee."
IN_USE = "Open reviews wait for this committee. Rule on them or withdraw them first."
IS_DEFAULT = "Cases go to this committee. Make another one the default first."
KEEP_DEFAULT = "Cases must go somewhere. Make another committee the default instead."


def subject(committee: Committee) -> str:
    """How the record of deeds names a committee."""
    return f"committee {committee.code}"


@transaction.atomic
def make_committee(
    *, name: str, quorum: int = 2, rule: str = "majority", is_default: bool = False, by: User
) -> Committee:
    """A committee without seats; the first one is the default. Raises PermissionDenied, Unfit.

    Reviews that waited for a committee open shortly after.
    """
    require(may_manage_committees(by), NOT_ALLOWED)
    is_first = not Committee.objects.filter(is_default=True).exists()
    wish = _wish({"name": name, "quorum": quorum, "rule": rule})
    if is_default and not is_first:
        Committee.objects.filter(is_default=True).update(is_default=False)
    made = Committee(**wish, is_default=is_default or is_first, created_by=by)
    _save(made)
    if made.is_default:
        jobs.enqueue(kind=OPENINGS, subject_id=made.pk, unique_key=f"{OPENINGS} {made.code}")
    audit.record(type="committee.made", actor=by, subject=subject(made), detail=_facts(made))
    return made


@transaction.atomic
def change_committee(*, committee: Committee, by: User, **wish: Any) -> Committee:
    """Another name, quorum, rule; the default; active or not.

    Open reviews keep the quorum and rule that they were opened with. Raises PermissionDenied,
    Unfit, NotNow.
    """
    require(may_manage_committees(by), NOT_ALLOWED)
    fresh = _locked(committee)
    changes = _wish(wish)
    _require_possible(fresh, changes)
    if changes.get("is_default") and not fresh.is_default:
        Committee.objects.filter(is_default=True).update(is_default=False)
    changed = sorted(name for name, value in changes.items() if getattr(fresh, name) != value)
    if not changed:
        return fresh
    for name in changed:
        setattr(fresh, name, changes[name])
    _save(fresh)
    detail = _facts(fresh) | {"fields": changed}
    audit.record(type="committee.changed", actor=by, subject=subject(fresh), detail=detail)
    return fresh


def _require_possible(committee: Committee, changes: dict[str, Any]) -> None:
    if committee.is_default and changes.get("is_default") is False:
        raise NotNow(KEEP_DEFAULT)
    if changes.get("is_active") is not False:
        return
    if committee.is_default or changes.get("is_default"):
        raise NotNow(IS_DEFAULT)
    if Review.objects.open().filter(committee=committee).exists():
        raise NotNow(IN_USE)


def _wish(asked: dict[str, Any]) -> dict[str, Any]:
    """The columns that a person chooses. Raises Unfit."""
    wish = dict(asked)
    if "name" in wish:
        wish["name"] = words_of(str(wish["name"]), field="name", most=120)
    if "quorum" in wish and not 1 <= int(wish["quorum"]) <= MOST_QUORUM:
        raise Unfit({"quorum": f"Use a whole number from 1 to {MOST_QUORUM}."})
    if "rule" in wish and wish["rule"] not in Committee.Rule.values:
        raise Unfit({"rule": "Choose majority or all_of."})
    return wish


def _save(committee: Committee) -> None:
    try:
        with transaction.atomic():
            committee.save()
    except IntegrityError:
        raise Unfit({"name": NAME_TAKEN}) from None


def _facts(committee: Committee) -> dict[str, object]:
    return {
        "quorum": committee.quorum,
        "rule": str(committee.rule),
        "is_default": committee.is_default,
        "is_active": committee.is_active,
    }


def _locked(committee: Committee) -> Committee:
    return Committee.objects.select_for_update(no_key=True).get(pk=committee.pk)


@transaction.atomic
def seat_person(*, committee: Committee, user: User, is_chair: bool = False, by: User) -> Seat:
    """A seat from today on; a new chair takes the chair from whoever had it.

    Raises PermissionDenied, Unfit, NotNow (seated already).
    """
    require(may_manage_committees(by), NOT_ALLOWED)
    fresh = _locked(committee)
    is_fit = user.is_active and user.kind == User.Kind.PERSON and user.role in VERDICT_ROLES
    if not is_fit:
        raise Unfit({"user": NO_ROLE})
    if fresh.seats.filter(user=user, to_date=None).exists():
        raise NotNow(SEATED)
    if is_chair:
        _clear_chair(fresh)
    seat = Seat.objects.create(
        committee=fresh, user=user, is_chair=is_chair, from_date=timezone.localdate(), added_by=by
    )
    detail = {"person": str(user.code), "is_chair": is_chair}
    audit.record(type="seat.taken", actor=by, subject=subject(fresh), detail=detail)
    return seat


def _clear_chair(committee: Committee) -> None:
    committee.seats.filter(is_chair=True, to_date=None).update(is_chair=False)


@transaction.atomic
def give_chair(*, seat: Seat, by: User) -> Seat:
    """The chair goes to this seat. Raises PermissionDenied, NotNow."""
    require(may_manage_committees(by), NOT_ALLOWED)
    committee = _locked(seat.committee)
    fresh = committee.seats.filter(pk=seat.pk, to_date=None).first()
    if fresh is None:
        raise NotNow(NO_SEAT)
    if fresh.is_chair:
        return fresh
    _clear_chair(committee)
    fresh.is_chair = True
    fresh.save(update_fields=["is_chair"])
    detail = {"person": str(fresh.user.code)}
    audit.record(type="seat.chair_given", actor=by, subject=subject(committee), detail=detail)
    return fresh


@transaction.atomic
def end_seat(*, seat: Seat, by: User) -> Seat:
    """The person sits there no longer, at once; votes that were cast stand.

    Raises PermissionDenied, NotNow.
    """
    require(may_manage_committees(by), NOT_ALLOWED)
    committee = _locked(seat.committee)
    fresh = committee.seats.select_related("user").filter(pk=seat.pk, to_date=None).first()
    if fresh is None:
        raise NotNow(NO_SEAT)
    # A seat's last day still votes, so it ended yesterday; one of today was never taken.
    fresh.to_date = timezone.localdate() - timedelta(days=1)
    fresh.from_date = min(fresh.from_date, fresh.to_date)
    fresh.is_chair = False
    fresh.save(update_fields=["to_date", "from_date", "is_chair"])
    detail = {"person": str(fresh.user.code)}
    audit.record(type="seat.left", actor=by, subject=subject(committee), detail=detail)
    return fresh
