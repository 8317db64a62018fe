"""Holds kinds of background work back, and lets them go again.

A held kind's jobs stay as they are, and no process claims one from the next moment on: the claim
itself asks (``accounts.models.job``). What is being done already is finished.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.job_kinds import HANDLERS
from accounts.models import HeldKind, User
from accounts.services import audit


class NoSuchKind(LookupError):
    """There is no such kind of background work; the words name those that there are."""


@transaction.atomic
def hold(kinds: Iterable[str], *, why: str, by: User | None) -> list[str]:
    """Holds these kinds back; returns those that were not held already. Raises NoSuchKind."""
    wanted = _known(kinds)
    there = set(HeldKind.objects.filter(kind__in=wanted).values_list("kind", flat=True))
    fresh = [kind for kind in wanted if kind not in there]
    rows = [HeldKind(kind=kind, why=why[:300], held_by=by) for kind in fresh]
    # Of two at once one makes the row; both wanted the same.
    HeldKind.objects.bulk_create(rows, ignore_conflicts=True)
    _record("jobs.held", fresh, by=by)
    return fresh


@transaction.atomic
def release(kinds: Iterable[str], *, by: User | None) -> list[str]:
    """Lets these kinds go; returns those that were held. The sweeper rings for their jobs."""
    found = HeldKind.objects.filter(kind__in=list(kinds))
    held = list(found.values_list("kind", flat=True))
    HeldKind.objects.filter(kind__in=held).delete()
    _record("jobs.released", held, by=by)
    return held


def held() -> list[HeldKind]:
    """What is held back now, in order."""
    return list(HeldKind.objects.select_related("held_by"))


def _known(kinds: Iterable[str]) -> list[str]:
    wanted = sorted(set(kinds))
    strange = [kind for kind in wanted if kind not in HANDLERS]
    if strange:
        there = ", ".join(sorted(HANDLERS))
        raise NoSuchKind(f"There is no work called {', '.join(strange)}. There is {there}.")
    return wanted


def _record(what: str, kinds: list[str], *, by: User | None) -> None:
    """One deed for all of them; none where nothing changed."""
    if kinds:
        audit.record(type=what, actor=by, subject="jobs", detail={"kinds": kinds})
