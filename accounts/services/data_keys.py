"""The keys that seal what people wrote: wrapped anew when the site's keys rotate, and destroyed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Now

from accounts import key_ring, sealing
from accounts.models import DataKey, User
from accounts.services import audit

#: Rows of one transaction.
BATCH = 200


class SealingIsOff(Exception):
    """There is no FIELD_KEYS to do it with."""


@dataclass(frozen=True)
class Rewrapped:
    """How many keys were wrapped anew, and how many are left by the entry that wraps them.

    ``left`` without an id of FIELD_KEYS means that the entry can go.
    """

    newest: str
    done: int
    left: dict[str, int]


def destroy_data_key(*, subject: UUID) -> bool:
    """Makes everything that was sealed for a subject unreadable for good; False: it had no key.

    Call it in the transaction of the erasure, which records the deed.
    """
    if subject == key_ring.SITE:
        raise ValueError("The site's own key is never destroyed.")
    there = DataKey.objects.filter(code=subject, destroyed_at=None)
    gone = there.update(wrapped="", wrapped_by="", destroyed_at=Now())
    key_ring.forget_after_commit(subject)
    return bool(gone)


def wrapped_by() -> dict[str, int]:
    """How many data keys each entry of FIELD_KEYS wraps, by its id."""
    rows = DataKey.objects.filter(destroyed_at=None).values("wrapped_by").order_by("wrapped_by")
    return dict(rows.annotate(count=Count("*")).values_list("wrapped_by", "count"))


def ids_away() -> dict[str, int]:
    """The same for ids that FIELD_KEYS does not hold: what they wrap cannot be read."""
    known = sealing.field_keys()
    return {key_id: count for key_id, count in wrapped_by().items() if key_id not in known}


def rewrap_all(*, by: User | None) -> Rewrapped:
    """Wraps every data key by the newest entry of FIELD_KEYS; what is sealed stays as it is.

    Doing it again changes nothing, and a run that was killed goes on where it ended. Keys whose
    entry is away are left alone. Raises SealingIsOff.
    """
    if not sealing.is_on():
        raise SealingIsOff
    known = sealing.field_keys()
    newest, done = next(iter(known)), 0
    older = DataKey.objects.filter(wrapped_by__in=[one for one in known if one != newest])
    while batch := list(older.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += _rewrap(batch, newest)
    if done:
        detail = {"wrapped_by": newest, "count": done}
        audit.record(type="data_keys.rewrapped", actor=by, subject="data keys", detail=detail)
    return Rewrapped(newest, done, {one: n for one, n in wrapped_by().items() if one != newest})


@transaction.atomic
def _rewrap(batch: Iterable[int], newest: str) -> int:
    rows = DataKey.objects.filter(pk__in=batch, destroyed_at=None).exclude(wrapped_by=newest)
    if connection.features.has_select_for_update:
        # Somebody may destroy one at this moment; what is destroyed stays so.
        rows = rows.select_for_update()
    done = 0
    for row in rows:
        key = sealing.unwrapped(row.wrapped, row.code, row.wrapped_by)
        row.wrapped, row.wrapped_by = sealing.wrapped(key, row.code)
        row.save(update_fields=["wrapped", "wrapped_by"])
        done += 1
    return done
