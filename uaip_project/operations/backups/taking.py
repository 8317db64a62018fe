"""Takes a backup: the database, then files, then secrets, into one archive."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from accounts import kept_files
from accounts.services import audit_anchors
from uaip_project.operations.backups import (
    backup_keys,
    cipher,
    dumps,
    folder,
    manifest,
    scratch,
    secret_checks,
    site_files,
)
from uaip_project.operations.backups.facts import Facts, facts_of
from uaip_project.operations.backups.manifest import Manifest, Sealing
from uaip_project.operations.backups.problems import BackupImpossible
from uaip_project.operations.backups.writing import ArchiveWriter


@dataclass(frozen=True)
class Taken:
    """An archive that lies in the folder; not verified yet."""

    path: Path
    manifest: Manifest
    size: int
    seconds: float


def take() -> Taken:
    """Takes one archive. Raises BackupImpossible; then the folder is as it was before."""
    keys = backup_keys.usable()
    with folder.alone() as target:
        folder.require_room(target, _expected_size())
        try:
            return _take(target, keys[0] if keys else None)
        except OSError as fault:
            raise BackupImpossible(f"UAIP_BACKUP_DIR={target}: {fault.strerror}.") from fault
        finally:
            folder.remove_parts(target)


def _expected_size() -> int:
    """What the last one took; before the first, a guess from the database."""
    for path in folder.archives():
        return path.stat().st_size
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        return name.stat().st_size if name.is_file() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        # Packed, a database takes about half of what it takes with its indexes and gaps.
        return int(cursor.fetchone()[0]) // 2


def _take(target: Path, key: bytes | None) -> Taken:
    archive_id, taken_at, begun = secrets.token_hex(8), timezone.now(), time.monotonic()
    final = target / folder.name_for(taken_at, archive_id)
    part, dump = (final.with_name(f"{final.name}{end}") for end in (".part", ".dump.part"))
    anchors = site_files.audit_log_size()
    facts = take_dump(dump)
    sealing = Sealing(cipher.key_id(key)) if key else None
    with part.open("xb") as file:
        part.chmod(0o600)
        writer = ArchiveWriter(file, key, sealing)
        writer.add_path(manifest.DUMP, dump)
        dump.unlink()
        _add_files(writer, anchors)
        said = _manifest(writer, archive_id=archive_id, taken_at=taken_at, facts=facts)
        writer.close(said)
    kept_files.settle(part, final)
    return Taken(final, said, final.stat().st_size, time.monotonic() - begun)


def take_dump(to: Path) -> Facts:
    """Dumps the database, and says what the dump holds: both see the same moment."""
    connection = connections[DEFAULT_DB_ALIAS]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        plain = to.with_name(f"{to.name}.plain.part")
        dumps.copy_sqlite(plain)
        with scratch.connected(str(plain)) as copy:
            facts = facts_of(copy.alias)
        dumps.pack(plain, to)
        plain.unlink()
        return facts
    with scratch.connected(name) as own, _snapshot(own.alias) as snapshot:
        # Side by side: one core packs what the other reads for the hashes.
        with dumps.dumping(to, using=own.alias, snapshot=snapshot):
            facts = facts_of(own.alias)
        return facts


@contextmanager
def _snapshot(using: str) -> Iterator[str]:
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _add_files(writer: ArchiveWriter, anchors: int) -> None:
    for name, path in site_files.every():
        writer.add_path(name, path)
    if anchors:
        head = site_files.audit_log_head(anchors)
        writer.add(f"audit/{audit_anchors.FILE_NAME}", BytesIO(head))
    if writer.key:
        writer.add(manifest.SECRETS, BytesIO(secret_checks.sealed_content()))


def _manifest(
    writer: ArchiveWriter, *, archive_id: str, taken_at: datetime, facts: Facts
) -> Manifest:
    return Manifest(
        archive_id=archive_id,
        taken_at=taken_at,
        app_version=settings.APP_VERSION,
        database=facts.database,
        migrations=facts.migrations,
        tables=facts.tables,
        audit=facts.audit,
        key_checks=secret_checks.key_checks(),
        sealing=writer.sealing,
        members=writer.members,
    )
