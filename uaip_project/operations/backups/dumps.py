"""Takes the database out into one file, and loads such a file into another database."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import zlib
from contextlib import AbstractContextManager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from uaip_project.operations.backups import postgres_tools, scratch
from uaip_project.operations.backups.manifest import DUMP
from uaip_project.operations.backups.problems import ArchiveBroken

#: A database packs well already at the fast end; more effort costs minutes and saves a little.
PACKING = 3
_CHUNK = 1024 * 1024


def dump_database(to: Path, *, using: str = DEFAULT_DB_ALIAS, snapshot: str = "") -> None:
    """Writes a dump: pg_dump's custom format, or a packed SQLite file.

    ``snapshot`` is one that another transaction of PostgreSQL exported. Raises BackupImpossible.
    """
    if connections[using].vendor == "postgresql":
        with dumping(to, using=using, snapshot=snapshot):
            return
    plain = to.with_name(f"{to.name}.plain")
    try:
        copy_sqlite(plain, using=using)
        pack(plain, to)
    finally:
        plain.unlink(missing_ok=True)


def dumping(to: Path, *, using: str, snapshot: str) -> AbstractContextManager[None]:
    """On PostgreSQL: the dump is written while the block is run. Raises BackupImpossible."""
    return postgres_tools.dumping(to, using=using, snapshot=snapshot, packing=PACKING)


def copy_sqlite(to: Path, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """A whole and consistent copy of the SQLite database while others write to it.

    By a connection of its own: a copy cannot be made within somebody's transaction.
    """
    name = str(connections[using].settings_dict["NAME"])
    with scratch.connected(name) as own, own.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(to)])
    to.chmod(0o600)
    require_sound(to)


def require_sound(path: Path) -> None:
    """SQLite's own check of every page. Raises ArchiveBroken."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
            said = file.execute("PRAGMA integrity_check").fetchone()[0]
        file.close()
    except sqlite3.DatabaseError as fault:
        raise ArchiveBroken(DUMP, f"it is no sound SQLite database: {fault}") from None
    if said != "ok":
        raise ArchiveBroken(DUMP, f"SQLite finds it damaged: {said[:200]}")


def pack(plain: Path, to: Path) -> None:
    """Compresses a file; the same bytes give the same bytes."""
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        plain.open("rb") as source,
        os.fdopen(descriptor, "wb") as raw,
        gzip.GzipFile("", "wb", PACKING, raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed, _CHUNK)


def unpack(packed: Path, to: Path) -> None:
    """The other way round. Raises ArchiveBroken."""
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with gzip.open(packed, "rb") as source, os.fdopen(descriptor, "wb") as plain:
            shutil.copyfileobj(source, plain, _CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise ArchiveBroken(DUMP, f"it cannot be unpacked: {fault}") from None


def load_dump(dump: Path, *, into: str, keeps_owners: bool = False, workers: int = 1) -> None:
    """Loads a dump into the empty database of the connection ``into``.

    All of it or nothing. ``keeps_owners`` also restores who owns the tables and who may do what;
    several ``workers`` are for databases that are dropped afterwards. Raises ArchiveBroken where the dump does not load, and BackupImpossible.
    """
    connection = connections[into]
    if connection.vendor == "postgresql":
        postgres_tools.load(dump, using=into, keeps_owners=keeps_owners, workers=workers)
        return
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    unpack(dump, path)
    require_sound(path)
    try:
        connection.ensure_connection()
    except DatabaseError as fault:
        raise ArchiveBroken(DUMP, f"it does not open: {fault}") from None
