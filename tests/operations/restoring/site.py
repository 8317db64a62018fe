"""A site of the test's own: a database that may be renamed, folders beside it, and its archives."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from accounts import key_ring, runtime_settings
from uaip_project.operations.backups import backup_keys, scratch, taking, verifying
from uaip_project.operations.backups.facts import facts_of
from uaip_project.operations.restoring import places

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Site:
    """One whose database is in force in this thread."""

    name: str
    folder: Path

    @property
    def is_file(self) -> bool:
        return connections[DEFAULT_DB_ALIAS].vendor == "sqlite"

    def backup(self, *, is_verified: bool = True) -> Path:
        """An archive of it as it is now."""
        path = taking.take().path
        if is_verified:
            found = verifying.verify(path, backup_keys.configured())
            assert found.is_good, found.problems
        return path

    def tables(self) -> dict[str, str]:
        """What each table holds, as a hash."""
        connections[DEFAULT_DB_ALIAS].close()
        with scratch.connected(self.name) as connection:
            return {name: one.sha256 for name, one in facts_of(connection.alias).tables.items()}

    def beside(self) -> list[str]:
        """Databases that stand beside it, whatever they are called."""
        if self.is_file:
            stem = Path(self.name).stem
            found = {one.name.partition(".")[0] for one in self.folder.glob(f"{stem}_*.sqlite3*")}
            return sorted(found)
        return sorted(_databases(self.name))

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """`manage.py` as a process of its own, on this site."""
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "UAIP_SQLITE_PATH": self.name,
            "POSTGRES_DB": self.name,
            "UAIP_DATA_DIR": str(self.folder),
            "UAIP_AUDIT_DIR": str(settings.AUDIT_DIR),
            "UAIP_BACKUP_DIR": str(settings.BACKUP_DIR),
            "UAIP_BACKUP_KEY": settings.BACKUP_KEY,
            "FIELD_KEYS": settings.FIELD_KEYS,
            "SECRET_KEY": settings.SECRET_KEY,
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _databases(stem: str) -> list[str]:
    with scratch.connected("postgres") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return [name for (name,) in cursor.fetchall() if name.startswith(f"{stem}_")]


@contextmanager
def made_site(folder: Path) -> Iterator[Site]:
    """A copy of the migrated test database, in force, and gone afterwards with all it left."""
    whole = connections[DEFAULT_DB_ALIAS]
    with _copied(str(whole.settings_dict["NAME"]), folder) as name:
        with scratch.connected(name) as connection, scratch.as_default(connection):
            runtime_settings.KEPT.forget()
            key_ring.forget()
            yield Site(name, folder)
        key_ring.forget()


@contextmanager
def _copied(source: str, folder: Path) -> Iterator[str]:
    connections[DEFAULT_DB_ALIAS].close()
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        name = folder / "site.sqlite3"
        shutil.copy(source, name)
        yield str(name)
        return
    name = f"site_{secrets.token_hex(4)}"
    with scratch.connected("postgres") as server, server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield name
    finally:
        for one in [name, *_databases(name)]:
            places.Postgres(name).drop(one)
