"""Makes commitments of a ruling, keeps them over the next one, and settles what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from charters.models import Charter
from governance.declared_settings import CADENCE_DAYS, days
from governance.models import Commitment, Ruling
from governance.promises import Promise, promises_of

State = Commitment.State
LONGEST_OWNER = 200


def subject(commitment: Commitment) -> str:
    """How the record of deeds names a commitment."""
    return f"commitment {commitment.code}"


def visible_to(user: User) -> QuerySet[Commitment]:
    """Commitments of the charters that the person may see."""
    found = Commitment.objects.filter(charter__in=Charter.objects.visible_to(user))
    return found.select_related("charter__session", "owner_user")


def of_person(user: User) -> QuerySet[Commitment]:
    """What the person answers for, among what they may see: by account, or as the case's owner
    where the promise names nobody with an account."""
    mine = Q(owner_user=user) | Q(owner_user=None, charter__session__owner=user)
    return visible_to(user).filter(mine)


@transaction.atomic
def make_commitments(*, ruling: Ruling, by: User) -> list[Commitment]:
    """Everything that an approving ruling holds people to; part of the ruling's transaction, which
    holds the case's lock.

    A promise that was made before keeps its readings and takes the new words and dates; one that
    is not made any more is withdrawn. A ruling that does not approve changes nothing.
    """
    if not ruling.is_approval:
        return []
    charter = ruling.review.charter
    content = ruling.review.revision.content
    asked = promises_of(content, ruling.conditions.all(), cadence_days=days(CADENCE_DAYS))
    before = {one.key: one for one in Commitment.objects.filter(charter=charter)}
    people = _accounts(one.owner for one in asked)
    today = timezone.localdate()
    made = [_held(promise, before.get(promise.key), ruling, people, today) for promise in asked]
    kept = {one.key for one in asked}
    gone = [one for key, one in before.items() if key not in kept and one.state != State.WITHDRAWN]
    _withdraw(gone)
    audit.record(
        type="commitments.made",
        actor=by,
        subject=f"charter {charter.code}",
        detail={"made": len(made), "withdrawn": len(gone), "review": str(ruling.review.code)},
    )
    return made


def _held(
    promise: Promise,
    before: Commitment | None,
    ruling: Ruling,
    people: dict[str, User],
    today: date,
) -> Commitment:
    """The promise as a row, new or as it stood."""
    row = before or Commitment(charter=ruling.review.charter, key=promise.key)
    row.ruling = ruling
    row.kind, row.text = promise.kind, promise.text
    row.owner = promise.owner[:LONGEST_OWNER]
    row.owner_user = people.get(_name(promise.owner))
    row.comparator, row.target, row.unit = promise.comparator, promise.target, promise.unit
    row.due_date, row.cadence_days = promise.due_date, promise.cadence_days
    row.source_item = promise.source_item
    row.quiet_since = today
    # What people ruled on again starts afresh; what was done stays done.
    if row.state != State.KEPT or before is None:
        move(row, State.OPEN, save=False)
    row.save()
    return row


def _name(owner: str) -> str:
    return " ".join(owner.split()).casefold()


def _accounts(owners: Iterable[str]) -> dict[str, User]:
    """Active people by the address or the name they are promised under; nobody by a name that
    two people have."""
    wanted = {_name(owner) for owner in owners} - {""}
    found: dict[str, User | None] = {}
    for person in User.objects.filter(is_active=True, kind=User.Kind.PERSON):
        for name in {_name(person.email), _name(person.name)} & wanted:
            found[name] = None if name in found else person
    return {name: person for name, person in found.items() if person is not None}


def move(commitment: Commitment, state: str, *, save: bool = True) -> bool:
    """To another state, with the time of the change; False where it is in it."""
    if commitment.state == state:
        return False
    commitment.state, commitment.state_since = state, timezone.now()
    if save:
        commitment.save(update_fields=["state", "state_since"])
    return True


def withdraw_all(charter: Charter) -> int:
    """A retired case promises nothing any more; for a service that holds the case's lock."""
    live = list(Commitment.objects.live().filter(charter=charter))
    _withdraw(live)
    return len(live)


def _withdraw(gone: Iterable[Commitment]) -> None:
    for one in gone:
        move(one, State.WITHDRAWN)
