"""What archives there are, which of them are good, and which may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.backups import archive, folder, retention
from uaip_project.operations.backups.folder import Mark
from uaip_project.operations.backups.problems import ArchiveBroken
from uaip_project.operations.backups.retention import Point, Rules
from uaip_project.operations.models import OpsRun


@dataclass(frozen=True)
class LastGood:
    """The newest verified archive; ``seconds`` is how long its verification took."""

    archive: str
    taken_at: datetime
    size: int
    seconds: float

    @property
    def age_seconds(self) -> float:
        return max(0.0, (timezone.now() - self.taken_at).total_seconds())


@dataclass(frozen=True)
class Listed:
    """One archive of the folder; ``fault`` says why its manifest cannot be read, "" if it can."""

    name: str
    size: int
    taken_at: datetime
    mark: Mark | None
    is_encrypted: bool = False
    app_version: str = ""
    kind: str = ""
    sequence: int = 0
    fault: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "archive": self.name,
            "taken_at": self.taken_at.isoformat(),
            "size": self.size,
            "is_verified": self.mark is not None,
            "verified_at": self.mark.verified_at if self.mark else None,
            "is_encrypted": self.is_encrypted,
            "app_version": self.app_version,
            "database": self.kind,
            "fault": self.fault,
        }


def listed() -> list[Listed]:
    """Every archive, the newest first."""
    return [_listed(path) for path in folder.archives()]


def _listed(path: Path) -> Listed:
    size, at = path.stat().st_size, folder.taken_at(path.name) or timezone.now()
    try:
        said = archive.read_manifest(path)
    except ArchiveBroken as broken:
        return Listed(path.name, size, at, None, fault=str(broken))
    return Listed(
        path.name,
        size,
        at,
        folder.mark_of(path),
        is_encrypted=said.is_encrypted,
        app_version=said.app_version,
        kind=said.kind,
        sequence=int(said.audit["sequence"]),
    )


def last_good() -> LastGood | None:
    """The newest verified archive: in the folder, or by the runs where another machine has it."""
    if not Path(settings.BACKUP_DIR).is_dir():
        return _last_good_run()
    for path in folder.archives():
        if mark := folder.mark_of(path):
            at = datetime.fromisoformat(mark.taken_at)
            return LastGood(mark.archive, at, mark.size, mark.seconds)
    return None


def _last_good_run() -> LastGood | None:
    good = OpsRun.objects.ended().filter(Q(result__is_verified=True), result__archive__isnull=False)
    run = good.order_by("-started_at").first()
    if run is None:
        return None
    said = run.result
    at = datetime.fromisoformat(said["taken_at"])
    return LastGood(said["archive"], at, int(said["size"]), float(said["seconds"]))


@dataclass(frozen=True)
class Pruning:
    """Which archives stay, each with the reason, and which went or would go."""

    kept: dict[str, str]
    gone: list[str]
    freed: int


def rules() -> Rules:
    """As the settings say."""
    return Rules(
        daily=settings.BACKUP_KEEP_DAILY,
        weekly=settings.BACKUP_KEEP_WEEKLY,
        monthly=settings.BACKUP_KEEP_MONTHLY,
        days=settings.BACKUP_KEEP_DAYS,
    )


def prune(*, by: User | None, is_rehearsal: bool = False) -> Pruning:
    """Removes what no rule keeps; a rehearsal only says what. Raises BackupImpossible."""
    with folder.alone() as target:
        there = listed()
        points = [
            Point(one.name, one.taken_at, one.mark is not None, one.sequence) for one in there
        ]
        stays = retention.kept(points, rules(), timezone.now())
        goes = [one for one in there if one.name not in stays]
        if not is_rehearsal:
            for one in goes:
                folder.remove(target / one.name)
    gone = [one.name for one in goes]
    if gone and not is_rehearsal:
        audit.record(type="backup.pruned", actor=by, subject="backups", detail={"gone": gone})
    return Pruning(stays, gone, sum(one.size for one in goes))
