"""Figures of what was run: backups, drills, checks, the schedule, the record of deeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from prometheus_client.core import Metric

from accounts.models import AuditHead
from accounts.services import audit_anchors
from uaip_project.operations.backups import catalog
from uaip_project.operations.gauge_families import gauge
from uaip_project.operations.models import OpsRun

NEVER = float("inf")
#: What an operator's command and the schedule call the same deed.
BACKUP = ("backup", "verify_backup", "nightly_backup")
DRILL = ("restore_drill", "rehearse_restore")
RECORD_VERIFIED = ("verify_audit", "verify_record")
#: Runs are counted over so long.
A_DAY = timedelta(days=1)


def runs() -> Iterator[Metric]:
    """Runs that ended within a day by outcome; how long ago the schedule did anything."""
    ended = OpsRun.objects.ended().filter(finished_at__gte=timezone.now() - A_DAY).order_by()
    rows = ended.values_list("kind", "status").annotate(n=Count("pk"))
    found = {(kind, status): count for kind, status, count in rows}
    yield gauge("uaip_ops_runs", "Runs that ended within a day", found, ["kind", "status"])
    latest = OpsRun.objects.exclude(period_start=None).aggregate(at=Max("started_at"))["at"]
    yield gauge(
        "uaip_schedule_age_seconds",
        "Since the schedule last began anything",
        {(): _seconds_since(latest)},
    )


def backups() -> Iterator[Metric]:
    """How old the last backup is that was verified, and the last rehearsal of a restore."""
    good = catalog.last_good()
    age = _seconds_since(good.taken_at if good else None)
    yield gauge("uaip_backup_age_seconds", "Since the last verified backup was taken", {(): age})
    yield gauge("uaip_backup_size_bytes", "Its size", {(): good.size} if good else {})
    yield gauge("uaip_backup_seconds", "How long it took", {(): good.seconds} if good else {})
    failed = _has_failed(BACKUP)
    yield gauge("uaip_backup_failed", "1 while the last one failed", {(): failed})
    drill = _latest_good(DRILL)
    since = _seconds_since(drill.finished_at if drill else None)
    yield gauge("uaip_restore_drill_age_seconds", "Since the last good rehearsal", {(): since})
    yield gauge("uaip_restore_drill_seconds", "How long it took", _duration(drill))
    failed = _has_failed(DRILL)
    yield gauge("uaip_restore_drill_failed", "1 while the last one failed", {(): failed})


def _duration(run: OpsRun | None) -> dict[tuple[()], float]:
    if run is None or run.finished_at is None:
        return {}
    return {(): (run.finished_at - run.started_at).total_seconds()}


def record_of_deeds() -> Iterator[Metric]:
    """How long the chain is, whether the last check found it whole, and how old its anchor is."""
    head = AuditHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    yield gauge("uaip_audit_head", "Number of the last deed", {(): head})
    good = _latest_good(RECORD_VERIFIED)
    age = _seconds_since(good.finished_at if good else None)
    yield gauge("uaip_audit_verified_age_seconds", "Since the chain was found whole", {(): age})
    yield gauge(
        "uaip_audit_broken", "1 while the last check failed", {(): _has_failed(RECORD_VERIFIED)}
    )
    anchors = settings.AUDIT_DIR / audit_anchors.FILE_NAME
    known = {(): timezone.now().timestamp() - anchors.stat().st_mtime} if anchors.exists() else {}
    yield gauge("uaip_audit_anchor_age_seconds", "Since the head was last written down", known)


def _latest_good(kinds: tuple[str, ...]) -> OpsRun | None:
    return OpsRun.objects.good().filter(kind__in=kinds).order_by("-finished_at").first()


def _has_failed(kinds: tuple[str, ...]) -> bool:
    """Whether the last one that ended found a problem or could not run."""
    last = OpsRun.objects.ended().filter(kind__in=kinds).order_by("-finished_at").first()
    return last is not None and last.status != OpsRun.Status.OK


def _seconds_since(at: datetime | None) -> float:
    return max(0.0, (timezone.now() - at).total_seconds()) if at else NEVER
