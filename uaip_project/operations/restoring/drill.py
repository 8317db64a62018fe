"""Rehearses a restore: the newest verified archive into a scratch database, all checks, timed."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from uaip_project.operations.backups import backup_keys, folder, verifying
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import CouldNotRun, Outcome

#: What this product promises (reliability.md G7-G9): an hour of data lost is an hour of work.
TARGET_RTO_SECONDS = 15 * 60
TARGET_RPO_SECONDS = 24 * 3600
#: What an operator's command and the schedule call it.
KINDS = ("restore_drill", "rehearse_restore")


def rehearse(run: OpsRun | None) -> Outcome:
    """A drill. Raises CouldNotRun where there is no verified archive at all."""
    began, now = monotonic(), timezone.now()
    path = next((one for one in folder.archives() if folder.mark_of(one)), None)
    if path is None:
        raise CouldNotRun("There is no verified archive: run `backup`, then `verify_backup`.")
    try:
        found = verifying.verify(path, backup_keys.configured(), accepts_unsealed=True)
    except ImproperlyConfigured as fault:
        raise CouldNotRun(str(fault)) from fault
    seconds = monotonic() - began
    taken_at = folder.taken_at(path.name)
    lost = (now - taken_at).total_seconds() if taken_at else None
    problems = [*found.problems, *_missed(seconds, lost)]
    data: dict[str, Any] = found.to_json() | {
        "rto_seconds": round(seconds, 2),
        "rpo_seconds": lost and round(lost),
        "target_rto_seconds": TARGET_RTO_SECONDS,
        "target_rpo_seconds": TARGET_RPO_SECONDS,
        "problems": problems,
    }
    return Outcome(data, _lines(path.name, data), is_problem=bool(problems))


def last_measured() -> dict[str, Any] | None:
    """What the last drill that came to an end measured; None where there was none."""
    rows = OpsRun.objects.ended().filter(kind__in=KINDS, result__has_key="rto_seconds")
    last = rows.order_by("-finished_at").first()
    return None if last is None else dict(last.result)


def _missed(seconds: float, lost: float | None) -> list[str]:
    missed = []
    if seconds > TARGET_RTO_SECONDS:
        missed.append(f"Restoring took {seconds:.0f} s; the target is {TARGET_RTO_SECONDS} s.")
    if lost is not None and lost > TARGET_RPO_SECONDS:
        missed.append(f"The newest verified archive is {lost / 3600:.0f} h old; take one each day.")
    return missed


def _lines(name: str, data: dict[str, Any]) -> list[str]:
    if data["problems"]:
        return [f"The drill with {name} found a problem.", *data["problems"]]
    return [
        f"{name} was restored beside and checked in {data['rto_seconds']} s: {data['rows']} rows in "
        f"{data['tables']} tables. A loss now would cost the last {data['rpo_seconds']} s of work."
    ]
