"""Verifies an archive: every byte, then restored beside, compared and checked."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts import kept_files
from accounts.services import audit_check, audit_files
from uaip_project.operations.backups import dumps, folder, manifest, scratch, secret_checks
from uaip_project.operations.backups.archive import Archive, open_archive
from uaip_project.operations.backups.facts import Facts, facts_of
from uaip_project.operations.backups.folder import Mark
from uaip_project.operations.backups.manifest import Manifest, Table
from uaip_project.operations.backups.problems import ArchiveBroken, BackupImpossible

#: A dump of so many bytes is loaded by several processes at once.
LARGE, LOADERS = 20_000_000, 2


@dataclass
class Verification:
    """What came of it: ``problems`` in sentences, each naming its part; [] = the archive is good."""

    path: Path
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    manifest: Manifest | None = None
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def row_count(self) -> int:
        return sum(one.count for one in self.manifest.tables.values()) if self.manifest else 0

    def to_json(self) -> dict[str, Any]:
        said = self.manifest
        return {
            "archive": self.path.name,
            "is_verified": self.is_good,
            "problems": self.problems,
            "notes": self.notes,
            "taken_at": said.taken_at.isoformat() if said else None,
            "size": self.path.stat().st_size if self.path.exists() else 0,
            "tables": len(said.tables) if said else 0,
            "rows": self.row_count,
            "seconds": round(self.seconds, 2),
        }


def verify(
    path: Path, keys: Sequence[bytes], *, accepts_unsealed: bool = False, is_quick: bool = False
) -> Verification:
    """All checks; ``is_quick`` ends after the bytes. A good archive is marked where it lies.

    Raises BackupImpossible where this site cannot load such an archive at all.
    """
    found, begun = Verification(path), time.monotonic()
    try:
        archive = open_archive(path, keys, accepts_unsealed=accepts_unsealed)
        found.manifest = archive.manifest
        archive.require_bytes()
        if not is_quick:
            _restore_and_compare(archive, found)
    except ArchiveBroken as broken:
        found.problems.append(f"{broken.member}: {broken.why}.")
    found.seconds = time.monotonic() - begun
    if found.manifest is not None and found.is_good and not is_quick:
        folder.write_mark(path, _mark(found, found.manifest))
    return found


def _mark(found: Verification, said: Manifest) -> Mark:
    return Mark(
        archive=found.path.name,
        archive_id=said.archive_id,
        taken_at=said.taken_at.isoformat(),
        size=found.path.stat().st_size,
        sha256=kept_files.file_hash(found.path),
        verified_at=timezone.now().isoformat(),
        seconds=round(found.seconds, 2),
        rows=found.row_count,
    )


def _restore_and_compare(archive: Archive, found: Verification) -> None:
    require_same_kind(archive.manifest)
    found.problems += unknown_migrations(archive.manifest)
    if found.problems:
        return
    with restored(archive) as (connection, files):
        found.problems += differences(archive.manifest, facts_of(connection.alias))
        found.problems += faults_of_copy(connection, files)
    found.notes += [
        f"{one.name} {one.id}".strip() + " is not the one of then: "
        f"{secret_checks.what_is_lost(one.name)} would be lost."
        for one in secret_checks.missing_here(archive.manifest.key_checks)
    ]


def require_same_kind(said: Manifest) -> None:
    """Raises BackupImpossible for an archive of the other database."""
    here = connections[DEFAULT_DB_ALIAS].vendor
    if said.kind != here:
        raise BackupImpossible(
            f"The archive is one of {said.kind}, and this site runs on {here}: "
            f"look at it where {said.kind} is set up."
        )


@contextmanager
def restored(archive: Archive) -> Iterator[tuple[BaseDatabaseWrapper, Path]]:
    """The archive in a scratch database, and a folder with its sealed deeds. Raises ArchiveBroken."""
    with (
        tempfile.TemporaryDirectory(prefix=folder.CHECKING, dir=folder.folder()) as own,
        scratch.scratch_database(folder=Path(own)) as connection,
    ):
        dump, files = Path(own) / "db.dump", Path(own) / "audit"
        archive.extract(manifest.DUMP, dump)
        workers = LOADERS if archive.manifest.member(manifest.DUMP).size > LARGE else 1
        dumps.load_dump(dump, into=connection.alias, workers=workers)
        dump.unlink()
        archive.extract_folder("audit", files)
        yield connection, files


def differences(said: Manifest, found: Facts) -> list[str]:
    """Where a copy is not what the manifest says, table by table."""
    problems = _differing_tables(said.tables, found.tables)
    if {app: list(names) for app, names in said.migrations.items()} != found.migrations:
        problems.append("db.dump: its migrations are not those of the manifest.")
    if dict(said.audit) != found.audit:
        problems.append("db.dump: the head of the record of deeds is not that of the manifest.")
    return problems


def _differing_tables(said: Mapping[str, Table], found: Mapping[str, Table]) -> list[str]:
    problems = []
    for name in sorted(set(said) | set(found)):
        then, now = said.get(name), found.get(name)
        if then is None or now is None:
            problems.append(f"db.dump, table {name}: it is {'missing' if then else 'too many'}.")
        elif then.count != now.count:
            problems.append(f"db.dump, table {name}: {now.count} rows instead of {then.count}.")
        elif then != now:
            problems.append(f"db.dump, table {name}: the rows are not those that were saved.")
    return problems


def faults_of_copy(connection: BaseDatabaseWrapper, files: Path) -> list[str]:
    """What is wrong inside a restored copy: links between rows, the record of deeds, seals."""
    problems = []
    try:
        connection.check_constraints()
    except IntegrityError as fault:
        problems.append(f"db.dump: a row points at one that is not there: {fault}.")
    with scratch.as_default(connection), audit_files.reading_from(files):
        report = audit_check.verify()
        problems += [f"db.dump: {one}" for one in secret_checks.unreadable()]
    if report.fault is not None:
        problems.append(
            f"db.dump: the record of deeds is broken at row {report.fault.sequence}: "
            f"{report.fault.sentence}"
        )
    problems += [f"audit/{name}: this sealed segment is missing." for name in report.missing_files]
    return problems


def unknown_migrations(said: Manifest) -> list[str]:
    """Migrations of a newer release, which this one could not run on."""
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {})
    ours = {app for app, _ in known}
    unknown = [
        f"{app}.{name}"
        for app, names in sorted(said.migrations.items())
        for name in names
        # Libraries squash theirs away; ours are never renamed.
        if app in ours and (app, name) not in known and not _is_squashed(app, name)
    ]
    if not unknown:
        return []
    return [f"manifest.json: a newer release wrote it; this one does not know {unknown[0]}."]


def _is_squashed(app: str, name: str) -> bool:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return any(
        (app, name) in migration.replaces for migration in (loader.disk_migrations or {}).values()
    )
