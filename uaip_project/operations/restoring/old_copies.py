"""Databases kept from before a restore: 72 hours, then they may go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from uaip_project.operations.restoring import files, places
from uaip_project.operations.restoring.names import STAMP
from uaip_project.operations.runs import Outcome

KEPT_FOR = timedelta(hours=72)
#: From then on the system page and the daily report name them.
FORGOTTEN_AFTER = timedelta(days=7)


def forgotten(*, at: datetime | None = None) -> list[tuple[str, datetime]]:
    """Those that nobody dropped for a week, the oldest first; nothing drops them by itself."""
    due_before = (at or timezone.now()) - FORGOTTEN_AFTER
    old = [one for one in places.here().old_ones() if one[1] < due_before]
    return sorted(old, key=lambda one: one[1])


def drop(*, is_now: bool, is_rehearsal: bool) -> Outcome:
    """Drops those whose time is over, with their folder of deeds; ``is_now`` drops all."""
    place, due_before = places.here(), timezone.now() - KEPT_FOR
    old = place.old_ones()
    due = [one for one in old if is_now or one[1] < due_before]
    kept = [one for one in old if one not in due]
    if not is_rehearsal:
        for name, moment in due:
            place.drop(name)
            files.drop_before(moment.strftime(STAMP))
    lines = [f"{'Would drop' if is_rehearsal else 'Dropped'} {name}." for name, _ in due]
    lines += [f"Kept {name} until {moment + KEPT_FOR:%Y-%m-%d %H:%M %Z}." for name, moment in kept]
    data = {"dropped": [name for name, _ in due], "kept": [name for name, _ in kept]}
    return Outcome(data, lines or ["There is no database from before a restore."])
