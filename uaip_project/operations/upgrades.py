"""Whether an upgrade may begin now, and the note of it once it is done."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.services import audit
from uaip_project.operations import migration_plans
from uaip_project.operations.backups import catalog
from uaip_project.operations.models import OpsRun

OLDEST_BACKUP = timedelta(hours=24)
#: Room that migrations and a rollback may need beside what the database has.
LEAST_FREE = 2 * 1024**3
#: The note of a finished upgrade.
FINISHED = "upgrade_check finish"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)\S*")


@dataclass(frozen=True)
class Look:
    """One thing that was looked at; ``level`` is "ok", "warning" or "problem"."""

    part: str
    level: str
    words: str


def looks(*, version_before: str = "", is_online: bool = False) -> list[Look]:
    """Everything that should hold before an upgrade. ``is_online``: both versions will serve at once."""
    found = migration_plans.pending()
    return [
        _backup(),
        _disk(),
        _versions(version_before or last_version()),
        _schema(),
        Look("migrations", "ok", f"{len(found)} pending."),
        *_contractions(migration_plans.contractions(found), is_online=is_online),
    ]


def looks_back() -> list[Look]:
    """What should hold before the version of before starts on the schema of now."""
    unknown = migration_plans.unknown()
    if not unknown:
        return [Look("schema", "ok", "This version knows every migration of the database.")]
    newest = OpsRun.objects.of(FINISHED).good().first()
    contracted = newest.result.get("contractions") if newest else None
    if contracted == []:
        words = f"{len(unknown)} newer migrations only added: this version can use the schema."
        return [Look("schema", "ok", words)]
    why = " ".join(contracted) if contracted else "Nobody noted what they changed."
    words = f"The database has {', '.join(unknown)}, which this version does not know. {why}"
    return [Look("schema", "problem", f"{words} Restore the backup of before instead.")]


def finish(run: OpsRun) -> dict[str, object]:
    """Notes the version that serves now; the next check compares with it."""
    notes = _notes_of_start(run)
    audit.record(
        type="upgrade.finished",
        actor=run.started_by,
        subject="installation",
        detail={"version": settings.APP_VERSION, "before": last_version()},
    )
    return {"version": settings.APP_VERSION, "before": last_version(), "contractions": notes}


def _notes_of_start(run: OpsRun) -> list[str] | None:
    """What the check before this upgrade said of the migrations; None where there was none."""
    check = OpsRun.objects.of("upgrade_check").filter(pk__lt=run.pk).order_by("-pk").first()
    return check.result.get("contractions") if check else None


def last_version() -> str:
    """The version that the latest finished upgrade noted, "" for none."""
    newest = OpsRun.objects.of(FINISHED).good().first()
    return str(newest.result.get("version", "")) if newest else ""


def _backup() -> Look:
    newest = catalog.last_good()
    if newest is None:
        return Look(
            "backup", "problem", "There is no verified backup: `backup`, then `verify_backup`."
        )
    age = timezone.now() - newest.taken_at
    hours = f"{newest.archive}, verified, is {age.total_seconds() / 3600:.1f} hours old"
    if age > OLDEST_BACKUP:
        words = f"{hours}: take one now by `backup`, then `verify_backup`."
        return Look("backup", "problem", words)
    return Look("backup", "ok", f"{hours}.")


def _disk() -> Look:
    place = Path(settings.BACKUP_DIR)
    while not place.exists():
        place = place.parent
    free, needed = shutil.disk_usage(place).free, max(LEAST_FREE, 2 * _database_size())
    words = f"{free / 1024**3:.1f} GB are free at {place}, {needed / 1024**3:.1f} GB are needed."
    return Look("disk", "ok" if free >= needed else "problem", words)


def _database_size() -> int:
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        return path.stat().st_size if path.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _versions(before: str) -> Look:
    now = settings.APP_VERSION
    if not before:
        return Look("version", "ok", f"{now}; no upgrade was noted yet.")
    if is_next(before, now):
        return Look("version", "ok", f"{before} -> {now}.")
    words = f"{before} -> {now} leaves a version out or goes back: upgrade one step at a time."
    return Look("version", "problem", words)


def is_next(before: str, now: str) -> bool:
    """Whether ``now`` is the same minor version, the next one, or the next major's first."""
    old, new = _VERSION.fullmatch(before), _VERSION.fullmatch(now)
    if not old or not new:
        return False
    (a, b, c), (x, y, z) = map(int, old.groups()), map(int, new.groups())
    return (x == a and y == b and z >= c) or (x == a and y == b + 1) or (x == a + 1 and y == 0)


def _schema() -> Look:
    if unknown := migration_plans.unknown():
        words = f"The database has {', '.join(unknown)}, which this version does not know."
        return Look("schema", "problem", f"{words} It was used by a newer one.")
    return Look("schema", "ok", "This version knows every migration of the database.")


def _contractions(found: list[str], *, is_online: bool) -> Iterator[Look]:
    level = "problem" if is_online else "warning"
    for words in found:
        more = "The version of before cannot serve meanwhile: stop it, and keep the backup at hand."
        yield Look("contract", level, f"{words} {more}")
