"""A database of its own, in memory, for a command that must leave nothing behind."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections


def use_scratch_database() -> None:
    """Points this process at an empty, migrated SQLite database in memory.

    For one-shot commands only: the configured database is out of reach from here on. Migrating takes
    seconds, so the empty tables are kept in a file that the next run copies.
    """
    scratch = connections.configure_settings(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )
    connections.close_all()
    connections.settings["default"] = scratch["default"]
    del connections["default"]
    kept = _tables_of_this_release()
    if not _copied_from(kept):
        call_command("migrate", verbosity=0, interactive=False)
        _keep(kept)


def _tables_of_this_release() -> Path:
    """Named by every migration there is, to the letter: no other release reads it."""
    digest = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"\n{app.label}/{file.name}\n".encode())
            digest.update(file.read_bytes())
    return Path(settings.DATA_DIR) / f"empty-{digest.hexdigest()[:16]}.sqlite3"


def _copied_from(kept: Path) -> bool:
    if not kept.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{kept.absolute().as_uri()}?mode=ro", uri=True)) as source:
            if source.execute("PRAGMA quick_check").fetchone() != ("ok",):
                return False
            connection.ensure_connection()
            source.backup(connection.connection)
    except sqlite3.Error:
        return False
    return True


def _keep(kept: Path) -> None:
    """For the next run; where the folder cannot be written to, that one migrates too."""
    fresh = kept.with_suffix(f".{os.getpid()}")
    with suppress(OSError, sqlite3.Error):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(fresh)) as copy:
            connection.connection.backup(copy)
        fresh.replace(kept)
        for old in kept.parent.glob("empty-*.sqlite3"):
            if old != kept:
                old.unlink()
    with suppress(OSError):
        fresh.unlink(missing_ok=True)
