"""Probes of what has to be done from time to time, and when it was done last."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from uaip_project.operations import host_gauges, run_gauges, scheduled
from uaip_project.operations.backups import catalog
from uaip_project.operations.models import MaintenanceMode, OpsRun
from uaip_project.operations.restoring import drill as rehearsal
from uaip_project.operations.restoring import old_copies
from uaip_project.operations.sight.probe import Probe, State

#: A backup a day, with an hour or two to spare; a rehearsal a month; a check of the record a day.
BACKUP_WARN, BACKUP_BAD = timedelta(hours=26), timedelta(hours=50)
DRILL_WARN = timedelta(days=35)
RECORD_WARN = timedelta(hours=50)
CERTIFICATE_WARN, CERTIFICATE_BAD = 30, 7
#: Reading all migrations takes a while, and they change only with a release.
MIGRATIONS_SECONDS = 60.0
_pending: list[tuple[float, list[str]]] = []

RESTORING = "docs/how-to/restore.md"


def migrations() -> Probe:
    """Whether the database has the shape that this release expects."""
    missing = pending_migrations()
    if not missing:
        return Probe("migrations", "Migrations", State.OK, "The database is up to date.")
    said = f"{len(missing)} migrations wait, the first is {missing[0]}."
    todo = "Run `python manage.py migrate`."
    return Probe("migrations", "Migrations", State.BAD, said, todo, "docs/runbooks/upgrade.md")


def pending_migrations() -> list[str]:
    """Those that the database lacks; looked for once a minute at most."""
    if not _pending or time.monotonic() - _pending[0][0] > MIGRATIONS_SECONDS:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        names = [f"{one.app_label}.{one.name}" for one, _ in plan]
        _pending[:] = [(time.monotonic(), names)]
    return _pending[0][1]


def backup() -> Probe:
    """How old the last backup is that was verified."""
    good = catalog.last_good()
    age = timezone.now() - good.taken_at if good else None
    if age is None:
        said, state = "No backup was ever verified here.", State.WARN
    else:
        said = f"The last verified backup is {_spoken(age)} old."
        state = State.BAD if age > BACKUP_BAD else State.WARN if age > BACKUP_WARN else State.OK
    if state == State.OK:
        return Probe("backup", "Backup", state, said)
    todo = "Run `backup` and read what it says."
    return Probe("backup", "Backup", state, said, todo, "docs/how-to/back-up.md")


def drill() -> Probe:
    """How long ago a restore was rehearsed, what it measured, and what is promised."""
    age = _age(_last_good(run_gauges.DRILL))
    last = rehearsal.last_measured()
    measured = _measured(last)
    if age is not None and age <= DRILL_WARN:
        said = f"A restore was rehearsed {_spoken(age)} ago. {measured}"
        return Probe("drill", "Rehearsed restore", State.OK, said)
    if age is not None:
        said = f"The last rehearsed restore is {_spoken(age)} old."
    elif last is not None:
        said = "No rehearsal of a restore came out well here yet."
    else:
        said = "A restore was never rehearsed here."
    todo = "Run `restore_drill`."
    whole = f"{said} {measured}"
    return Probe("drill", "Rehearsed restore", State.WARN, whole, todo, RESTORING)


def _measured(last: dict[str, Any] | None) -> str:
    """Time to be back and work that is lost: target, and what the last drill measured."""
    back = f"{rehearsal.TARGET_RTO_SECONDS // 60} minutes"
    lost = f"{rehearsal.TARGET_RPO_SECONDS // 3600} hours"
    if last is None:
        return f"Target: back within {back}, at most {lost} of work lost."
    said = f"The last one was back in {last['rto_seconds']:.0f} seconds (target {back})"
    if last["rpo_seconds"] is None:
        return f"{said}."
    cost = _spoken(timedelta(seconds=last["rpo_seconds"]))
    return f"{said} and would have lost {cost} of work (target {lost})."


def old_databases() -> Probe:
    """What a restore put aside and nobody dropped: no schedule does, only a person."""
    old = old_copies.forgotten()
    if not old:
        return Probe("old_databases", "Databases of before", State.OFF, "Nothing lies forgotten.")
    name, moment = old[0]
    said = f"{name} lies there since {moment:%-d %B %Y}, kept from before a restore."
    todo = "When nobody needs it: `restore --drop-old`."
    return Probe("old_databases", "Databases of before", State.WARN, said, todo, RESTORING)


def record() -> Probe:
    """Whether the chain of deeds was found whole lately."""
    rows = OpsRun.objects.ended().filter(kind__in=run_gauges.RECORD_VERIFIED)
    last = rows.order_by("-finished_at").first()
    guide = "docs/how-to/verify-the-audit-trail.md"
    if last is not None and last.status == OpsRun.Status.PROBLEM:
        said = "The record of deeds is broken."
        todo = "Keep everything as it is and run `verify_audit`."
        return Probe("record", "Record of deeds", State.BAD, said, todo, guide)
    age = _age(last if last and last.status == OpsRun.Status.OK else None)
    if age is not None and age <= RECORD_WARN:
        said = f"The record of deeds was found whole {_spoken(age)} ago."
        return Probe("record", "Record of deeds", State.OK, said)
    if last is None and timezone.now() - scheduled.installed_at() <= RECORD_WARN:
        said = "Verifying the record of deeds is not yet due: the first night does it."
        return Probe("record", "Record of deeds", State.OK, said)
    said = "The record of deeds was not verified in the last two days."
    todo = "Run `maintenance schedule run verify_record`."
    return Probe("record", "Record of deeds", State.WARN, said, todo, guide)


def missed() -> Probe:
    """Whether the schedule did all that was due."""
    late = scheduled.missed()
    if not late:
        return Probe("schedule", "Schedule", State.OK, "Nothing of the schedule was missed.")
    said = f"Missed by the schedule: {', '.join(sorted(late))}."
    todo = "Run it with `maintenance schedule run NAME`, and see whether a worker lives."
    guide = "docs/how-to/schedule-maintenance.md"
    return Probe("schedule", "Schedule", State.WARN, said, todo, guide)


def maintenance() -> Probe:
    """Whether people are told of maintenance, or refused."""
    row = MaintenanceMode.objects.filter(pk=1).first()
    is_on = row is not None and row.mode != MaintenanceMode.Mode.OFF
    if row is None or not is_on or (row.ends_at and row.ends_at <= timezone.now()):
        return Probe("maintenance", "Maintenance mode", State.OFF, "The house is open.")
    until = f" until {row.ends_at:%H:%M} UTC" if row.ends_at else ""
    said = f"Maintenance: {row.get_mode_display().lower()}{until}."
    todo = "End it with `maintenance stop` when the work is done."
    if row.mode == MaintenanceMode.Mode.LOCKED:
        todo = "A SuperAdmin ends it with `incident unlock`."
    return Probe("maintenance", "Maintenance mode", State.WARN, said, todo)


def certificates() -> Probe:
    """How long the certificates last that the site named."""
    days = {
        sample.labels["certificate"]: sample.value
        for metric in host_gauges.certificates()
        for sample in metric.samples
        if metric.name == "uaip_certificate_days"
    }
    if not days:
        return Probe("certificates", "Certificates", State.OFF, "No certificate is watched.")
    name, left = min(days.items(), key=lambda one: one[1])
    said = f"The certificate {name} lasts {left:.0f} more days."
    if left > CERTIFICATE_WARN:
        return Probe("certificates", "Certificates", State.OK, said)
    state = State.BAD if left <= CERTIFICATE_BAD else State.WARN
    guide = "docs/runbooks/certificate.md"
    return Probe("certificates", "Certificates", state, said, "Renew it.", guide)


def _last_good(kinds: tuple[str, ...]) -> OpsRun | None:
    return OpsRun.objects.good().filter(kind__in=kinds).order_by("-finished_at").first()


def _age(run: OpsRun | None) -> timedelta | None:
    at: datetime | None = run.finished_at if run else None
    return timezone.now() - at if at else None


def _spoken(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours < 1:
        return f"{round(hours * 60)} minutes"
    return f"{hours:.0f} hours" if hours < 48 else f"{age.days} days"
