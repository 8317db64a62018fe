"""How each stage's scoring fares: what was read last, how much of it only provisionally, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from accounts.models import Job
from interviews.models import Assessment, Attempt, Escalation

#: The newest assessments that are looked at: the table may hold millions.
MOST = 5_000
SPAN = timedelta(hours=24)
STAGES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Stage:
    """One stage in the last day."""

    number: int
    scored: int
    provisional: int
    #: Given up, or waiting for a person because nobody could assess it.
    failed: int
    last_at: datetime | None

    @property
    def error_share(self) -> float:
        """Of all that was to be scored, what failed."""
        return self.failed / (self.scored + self.failed) if self.failed else 0.0


def fare() -> list[Stage]:
    """Every stage; four statements."""
    since = timezone.now() - SPAN
    scored, failed = _scored(since), _failed(since)
    return [_stage(number, scored.get(number), failed) for number in STAGES]


def _stage(number: int, row: dict[str, object] | None, failed: dict[int, int]) -> Stage:
    found = row or {"scored": 0, "provisional": 0, "last": None}
    return Stage(
        number=number,
        scored=int(str(found["scored"])),
        provisional=int(str(found["provisional"])),
        failed=failed.get(number, 0),
        last_at=found["last"] if isinstance(found["last"], datetime) else None,
    )


def _scored(since: datetime) -> dict[int, dict[str, object]]:
    newest = Assessment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Assessment.objects.filter(pk__gt=newest - MOST, assessed_at__gte=since).order_by()
    grouped = rows.values(stage=F("attempt__answer__stage_number")).annotate(
        scored=Count("pk"),
        provisional=Count("pk", filter=Q(is_provisional=True)),
        last=Max("assessed_at"),
    )
    return {row["stage"]: row for row in grouped}


def _failed(since: datetime) -> dict[int, int]:
    """Attempts by stage that nobody could assess."""
    dead = Job.objects.filter(kind="score", status=Job.Status.DEAD, finished_at__gte=since)
    attempts = Attempt.objects.filter(pk__in=list(dead.values_list("subject_id", flat=True)))
    unassessed = Escalation.objects.filter(
        reason=Escalation.Reason.NOT_ASSESSED, opened_at__gte=since
    )
    pairs = {
        *attempts.values_list("answer", "answer__stage_number"),
        *unassessed.values_list("answer", "answer__stage_number"),
    }
    numbers = [number for _, number in pairs]
    return {number: numbers.count(number) for number in set(numbers)}
