"""Sees jobs change their state, look by look."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Job
from accounts.services.job_care import OPEN

#: Jobs that one look sees; behind a longer queue the oldest of them.
MOST = 1000


class Tail:
    """Remembers how each job stood at the look before."""

    def __init__(self) -> None:
        newest = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._newest = newest
        self._known: dict[int, tuple[str, int]] = {
            row[0]: (row[2], row[3]) for row in self._rows(Q(status__in=OPEN))
        }

    def look(self) -> list[dict[str, Any]]:
        """What has changed since: new jobs, and those that came a state further."""
        watched = [pk for pk, (status, _) in self._known.items() if status in OPEN]
        found = self._rows(Q(pk__gt=self._newest) | Q(pk__in=watched))
        changes = []
        for number, kind, status, attempts in found:
            if self._known.get(number) != (status, attempts):
                self._known[number] = (status, attempts)
                changes.append(_change(number, kind, status, attempts))
            self._newest = max(self._newest, number)
        return changes

    def _rows(self, which: Q) -> list[tuple[int, str, str, int]]:
        rows = Job.objects.filter(which).order_by("pk")
        return list(rows.values_list("pk", "kind", "status", "attempts")[:MOST])


def _change(number: int, kind: str, status: str, attempts: int) -> dict[str, Any]:
    return {
        "at": timezone.now(),
        "number": number,
        "kind": kind,
        "status": status,
        "attempts": attempts,
    }
