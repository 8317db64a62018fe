"""The queue of background work in figures, for page, API and command alike; nothing of a project."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from accounts.job_kinds import HANDLERS, OUTBOUND
from accounts.models import HeldKind, Job
from accounts.services import job_holds
from accounts.services.job_care import OPEN

Status = Job.Status
#: Work that is due and waits longer than this finds no worker, or too few.
LONG_SECONDS = 60.0
MOST_SHOWN = 200
#: A fault is told by its first line; longer quotations may be somebody's words.
_QUOTED = re.compile(r"""(['"“‘]).{24,}?['"”’]|\{.*\}|\(.{80,}\)""", re.DOTALL)
_ADDRESS = re.compile(r"[^\s'\"<>()]+@[^\s'\"<>()]+")


def standing() -> dict[str, Any]:
    """Everything counted once: the same figures for whoever asks, wherever."""
    kinds = by_kind()
    return {
        **{name: sum(one[name] for one in kinds) for name in COUNTED},
        "oldest_due_seconds": max((one["oldest_due_seconds"] for one in kinds), default=0.0),
        "kinds": kinds,
    }


COUNTED = ("pending", "running", "dead", "due", "held")


def by_kind() -> list[dict[str, Any]]:
    """One entry for each kind that has open or dead work, or is held; four statements."""
    found: dict[str, dict[str, Any]] = {}
    holds = set(HeldKind.objects.values_list("kind", flat=True))

    def entry(kind: str) -> dict[str, Any]:
        blank = dict.fromkeys(COUNTED, 0) | {"oldest_due_seconds": 0.0, "is_held": kind in holds}
        return found.setdefault(kind, {"kind": kind} | blank)

    for kind, status, count in _counts():
        entry(kind)[status] = count
        if kind in holds and status != Status.DEAD:
            entry(kind)["held"] += count
    now = timezone.now()
    for kind, count, since in _due():
        entry(kind)["due"] = count
        entry(kind)["oldest_due_seconds"] = _seconds(since, now)
    for kind in holds:
        entry(kind)
    return [found[kind] for kind in sorted(found)]


def _counts() -> list[tuple[str, str, int]]:
    """Two statements, each along its own index: millions of done jobs are not looked at."""
    counted: list[tuple[str, str, int]] = []
    for statuses in (OPEN, (Status.DEAD,)):
        rows = Job.objects.filter(status__in=statuses).order_by("kind", "status")
        counted += rows.values_list("kind", "status").annotate(count=Count("pk"))
    return counted


def _due() -> list[tuple[str, int, datetime]]:
    rows = Job.objects.due().order_by("kind").values_list("kind")
    return list(rows.annotate(count=Count("pk"), since=Min("next_attempt_at")))


def _seconds(since: datetime, now: datetime) -> float:
    return round(max((now - since).total_seconds(), 0.0), 1)


def dead(*, kind: str = "", most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """Work that was given up, the latest first, each with its reason."""
    rows = Job.objects.filter(status=Status.DEAD).order_by("-finished_at", "-pk")
    if kind:
        rows = rows.filter(kind=kind)
    return [
        {
            "number": job.pk,
            "kind": job.kind,
            "attempts": job.attempts,
            "reason": told(job.last_fault),
            "asked_at": job.created_at,
            "given_up_at": job.finished_at,
        }
        for job in rows[:most]
    ]


def told(fault: str) -> str:
    """A fault in words that give away nothing of a project and nobody's address."""
    first = fault.strip().partition("\n")[0]
    return _ADDRESS.sub("…", _QUOTED.sub("…", first)) or "No reason was noted."


def open_work(*, most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """What waits or is being done, the oldest first."""
    rows = Job.objects.filter(status__in=OPEN).order_by("next_attempt_at", "pk")
    holds = {one.kind for one in job_holds.held()}
    now = timezone.now()
    return [
        {
            "number": job.pk,
            "kind": job.kind,
            "status": job.status,
            "attempts": job.attempts,
            "due_at": job.next_attempt_at,
            "waited_seconds": _seconds(job.created_at, now),
            "is_held": job.kind in holds,
            "reason": told(job.last_fault) if job.last_fault else "",
        }
        for job in rows[:most]
    ]


def kinds() -> list[dict[str, Any]]:
    """Every kind of work that there is, and who holds it back and why."""
    holds = {one.kind: one for one in job_holds.held()}
    return [
        {
            "kind": kind,
            "is_outbound": kind in OUTBOUND,
            "is_held": kind in holds,
            "why": holds[kind].why if kind in holds else "",
            "held_at": holds[kind].held_at if kind in holds else None,
        }
        for kind in sorted(HANDLERS)
    ]


def is_late(figures: dict[str, Any]) -> bool:
    """Whether due work waits longer than a living worker would let it."""
    return bool(figures["oldest_due_seconds"] > LONG_SECONDS)
